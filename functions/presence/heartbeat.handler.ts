import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { presenceQueue } from '../platform/presenceQueue.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { heartbeatEnv } from './env.ts';
import { beatBatch } from './heartbeats.ts';

const env = parseEnv(heartbeatEnv);

export const handler = sqsHandler(
  beatBatch({
    db: documentClient(),
    tableName: env.DEVICES_TABLE,
    tellHeard: presenceQueue({ sqs: sqsClient(), queueUrl: env.PRESENCE_QUEUE_URL }).heard,
  }),
);
