import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { tellLive } from '../platform/tellLive.ts';
import { recordEnv } from './env.ts';
import { recordBatch } from './record.ts';

const env = parseEnv(recordEnv);

export const handler = sqsHandler(
  recordBatch({
    db: documentClient(),
    tables: { devices: env.DEVICES_TABLE, twins: env.TWINS_TABLE, events: env.EVENTS_TABLE },
    live: tellLive({ sqs: sqsClient(), queueUrl: env.LIVE_QUEUE_URL }),
    historyDays: env.HISTORY_RETENTION_DAYS,
  }),
);
