import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { recordEnv } from './env.ts';
import { recordEvents } from './recordEvents.ts';

const env = parseEnv(recordEnv);

export const handler = sqsHandler(
  recordEvents({
    db: documentClient(),
    sqs: sqsClient(),
    tables: {
      devices: env.DEVICES_TABLE,
      directory: env.DIRECTORY_TABLE,
      events: env.EVENTS_TABLE,
      ephemeral: env.EPHEMERAL_TABLE,
    },
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
  }),
);
