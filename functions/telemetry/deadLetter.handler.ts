import { documentClient, s3Client, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { deadLetterEnv } from './env.ts';
import { sendToDeadLetters } from './forward.ts';
import { recordPoison } from './recordPoison.ts';
import { deviceProfiles } from './stores/deviceProfiles.ts';
import { insertRecords, readStoredTraces } from './stores/messageRecords.ts';
import { archiveRaw } from './stores/rawArchive.ts';

const env = parseEnv(deadLetterEnv);
const db = documentClient();
const messages = { db, tableName: env.MESSAGES_TABLE, retentionDays: env.MESSAGE_RETENTION_DAYS };

export const handler = sqsHandler(
  recordPoison({
    readProfiles: deviceProfiles({ db, tableName: env.DEVICES_TABLE }).read,
    archive: archiveRaw({ s3: s3Client(), bucket: env.RAW_BUCKET }),
    insertRecords: insertRecords(messages),
    readStored: readStoredTraces(messages),
    sendToDeadLetters: sendToDeadLetters({ sqs: sqsClient(), queueUrl: env.DEAD_LETTER_QUEUE_URL }),
  }),
);
