import { documentClient, s3Client } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { findMessage } from '../platform/records/messages.ts';
import { applicationMessages } from './applicationMessages.ts';
import { messagesApiEnv } from './env.ts';
import { messageHandlers } from './messages.ts';
import { messageOperations } from './operations.ts';
import { readRaw } from './rawBytes.ts';
import { seenDevices } from './seenDevices.ts';

const env = parseEnv(messagesApiEnv);
const db = documentClient();
const messages = { db, tableName: env.MESSAGES_TABLE };

export const handler = httpApi(
  messageOperations,
  messageHandlers({
    ...messages,
    retentionDays: env.MESSAGE_RETENTION_DAYS,
    bucket: env.RAW_BUCKET,
    read: applicationMessages(messages),
    seenBy: seenDevices({ db, tableName: env.DEVICES_TABLE }),
    readRaw: readRaw({ s3: s3Client(), bucket: env.RAW_BUCKET }),
  }),
  apiDependencies(env, db, { findMessage: findMessage(messages) }),
);
