import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { presenceApiEnv } from './env.ts';
import { presenceOperations } from './operations.ts';
import { presenceHandlers } from './presence.ts';

const env = parseEnv(presenceApiEnv);
const db = documentClient();

export const handler = httpApi(
  presenceOperations,
  presenceHandlers({ db, devicesTable: env.DEVICES_TABLE }),
  apiDependencies(env, db),
);
