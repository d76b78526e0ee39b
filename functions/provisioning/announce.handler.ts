import { documentClient, iotClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { changeTogether } from '../platform/records/change.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { announceBatch } from './announce.ts';
import { announceEnv } from './env.ts';

const env = parseEnv(announceEnv);
const db = documentClient();

export const handler = sqsHandler(
  announceBatch({
    db,
    iot: iotClient(),
    sqs: sqsClient(),
    tables: {
      devices: env.DEVICES_TABLE,
      rooms: env.ROOMS_TABLE,
      directory: env.DIRECTORY_TABLE,
      events: env.EVENTS_TABLE,
    },
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
    change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
  }),
);
