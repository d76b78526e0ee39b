import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { journalApiEnv } from './env.ts';
import { journalHandlers } from './journal.ts';
import { journalOperations } from './operations.ts';

const env = parseEnv(journalApiEnv);
const db = documentClient();

export const handler = httpApi(
  journalOperations,
  journalHandlers({ db, auditTable: env.AUDIT_TABLE, eventsTable: env.EVENTS_TABLE }),
  apiDependencies(env, db),
);
