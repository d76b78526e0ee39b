import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { messagesApiEnv } from './env.ts';
import { messageHandlers } from './messages.ts';
import { messageOperations } from './operations.ts';

const env = parseEnv(messagesApiEnv);
const db = documentClient();

export const handler = httpApi(
  messageOperations,
  messageHandlers({ db, messagesTable: env.MESSAGES_TABLE }),
  apiDependencies(env, db),
);
