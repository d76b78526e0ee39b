import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { groupEffectsFrom } from './dependencies.ts';
import { newsEnv } from './env.ts';
import { newsBatch } from './newsBatch.ts';

const env = parseEnv(newsEnv);

export const handler = sqsHandler(
  newsBatch({ effects: groupEffectsFrom(env, { db: documentClient(), sqs: sqsClient() }) }),
);
