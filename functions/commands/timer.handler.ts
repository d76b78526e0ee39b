import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { effectsFrom } from './dependencies.ts';
import { timerEnv } from './env.ts';
import { ringBatch } from './ring.ts';

export const handler = sqsHandler(
  ringBatch({ effects: effectsFrom(parseEnv(timerEnv), { db: documentClient(), sqs: sqsClient() }) }),
);
