import { documentClient, iotClient, iotDataClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { changeTogether } from '../platform/records/change.ts';
import { twinApiEnv } from './env.ts';
import { twinOperations } from './operations.ts';
import { twinHandlers } from './twin.ts';

const env = parseEnv(twinApiEnv);
const db = documentClient();

export const handler = httpApi(
  twinOperations,
  twinHandlers({
    db,
    iot: iotClient(),
    iotData: iotDataClient(),
    tables: { devices: env.DEVICES_TABLE, directory: env.DIRECTORY_TABLE, twins: env.TWINS_TABLE },
    change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
  }),
  apiDependencies(env, db),
);
