import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { effectsFrom } from './dependencies.ts';
import { respondEnv } from './env.ts';
import { respondBatch } from './respond.ts';

const env = parseEnv(respondEnv);
const sqs = sqsClient();

export const handler = sqsHandler(
  respondBatch({
    effects: effectsFrom(env, { db: documentClient(), sqs }),
    sqs,
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
  }),
);
