import { documentClient, iotDataClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { wakeMailboxes } from '../platform/mailbox.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { effectsFrom } from './dependencies.ts';
import { dispatchBatch } from './dispatch.ts';
import { dispatchEnv } from './env.ts';
import { findWay } from './reach.ts';
import { wakeChildren } from './wakeChildren.ts';

const env = parseEnv(dispatchEnv);
const db = documentClient();
const sqs = sqsClient();

export const handler = sqsHandler(
  dispatchBatch({
    effects: effectsFrom(env, { db, sqs, iotData: iotDataClient() }),
    findWay: findWay({ db, tableName: env.DEVICES_TABLE }),
    wakeChildren: wakeChildren({
      db,
      tableName: env.COMMANDS_TABLE,
      wake: wakeMailboxes({ sqs, queueUrl: env.MAILBOX_QUEUE_URL }),
    }),
  }),
);
