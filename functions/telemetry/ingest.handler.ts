import { documentClient, s3Client, sqsClient, timestreamWriteClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { presenceQueue } from '../platform/presenceQueue.ts';
import { changeTogether } from '../platform/records/change.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { tellLive } from '../platform/tellLive.ts';
import { ingestEnv } from './env.ts';
import { sendToDeadLetters, sendToRetry } from './forward.ts';
import { ingestBatch } from './ingestBatch.ts';
import { deviceProfiles } from './stores/deviceProfiles.ts';
import { saveDeviceStates } from './stores/deviceState.ts';
import { readKnown } from './stores/known.ts';
import { insertRecords } from './stores/messageRecords.ts';
import { welcomeDevices } from './stores/newDevices.ts';
import { archiveRaw } from './stores/rawArchive.ts';
import { storeBreaker } from './stores/storeBreaker.ts';
import { writeTelemetry } from './stores/telemetryStore.ts';

const env = parseEnv(ingestEnv);
const db = documentClient();
const sqs = sqsClient();
const devices = { db, tableName: env.DEVICES_TABLE };
const messages = { db, tableName: env.MESSAGES_TABLE, retentionDays: env.MESSAGE_RETENTION_DAYS };
const profiles = deviceProfiles(devices);

export const handler = sqsHandler(
  ingestBatch({
    readProfiles: profiles.read,
    readKnown: readKnown({ db, devicesTable: env.DEVICES_TABLE, messagesTable: env.MESSAGES_TABLE }),
    archive: archiveRaw({ s3: s3Client(), bucket: env.RAW_BUCKET }),
    writeTelemetry: writeTelemetry({
      timestream: timestreamWriteClient(),
      database: env.TELEMETRY_DATABASE,
      table: env.TELEMETRY_TABLE,
      breaker: storeBreaker(),
    }),
    saveStates: saveDeviceStates(devices),
    welcome: welcomeDevices({
      ...devices,
      change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
      forget: profiles.forget,
    }),
    sendLive: tellLive({ sqs, queueUrl: env.LIVE_QUEUE_URL }).updates,
    checkPresence: presenceQueue({ sqs, queueUrl: env.PRESENCE_QUEUE_URL }).check,
    insertRecords: insertRecords(messages),
    sendToRetry: sendToRetry({ sqs, queueUrl: env.RETRY_QUEUE_URL }),
    sendToDeadLetters: sendToDeadLetters({ sqs, queueUrl: env.DEAD_LETTER_QUEUE_URL }),
    maxAttempts: env.MAX_ATTEMPTS,
  }),
);
