import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { wakeMailboxes } from '../platform/mailbox.ts';
import { presenceQueue } from '../platform/presenceQueue.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { tellLive } from '../platform/tellLive.ts';
import { lifecycleEnv } from './env.ts';
import { savePresence } from './savePresence.ts';
import { settlePresence } from './settlePresence.ts';

const env = parseEnv(lifecycleEnv);
const db = documentClient();
const sqs = sqsClient();

export const handler = sqsHandler(
  settlePresence({
    db,
    devicesTable: env.DEVICES_TABLE,
    save: savePresence({ db, devicesTable: env.DEVICES_TABLE, eventsTable: env.EVENTS_TABLE }),
    tellChanges: tellLive({ sqs, queueUrl: env.LIVE_QUEUE_URL }).changes,
    wake: wakeMailboxes({ sqs, queueUrl: env.MAILBOX_QUEUE_URL }),
    checkLater: presenceQueue({ sqs, queueUrl: env.PRESENCE_QUEUE_URL }).check,
    policy: { grace: env.OFFLINE_GRACE_SECONDS * 1000, silentAfter: env.SILENT_AFTER_SECONDS * 1000 },
  }),
);
