import { documentClient, timestreamQueryClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { historyApiEnv } from './env.ts';
import { historyOperations } from './operations.ts';
import { historyHandlers } from './telemetry.ts';
import { timestreamReader } from './timestreamReader.ts';

const env = parseEnv(historyApiEnv);
const db = documentClient();

export const handler = httpApi(
  historyOperations,
  historyHandlers({
    db,
    devicesTable: env.DEVICES_TABLE,
    reader: timestreamReader({
      timestream: timestreamQueryClient(),
      database: env.TELEMETRY_DATABASE,
      table: env.TELEMETRY_TABLE,
    }),
  }),
  apiDependencies(env, db),
);
