import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { changeTogether } from '../platform/records/change.ts';
import { deviceTypeHandlers } from './deviceTypes.ts';
import { deviceTypesApiEnv } from './env.ts';
import { deviceTypeOperations } from './operations.ts';

const env = parseEnv(deviceTypesApiEnv);
const db = documentClient();

export const handler = httpApi(
  deviceTypeOperations,
  deviceTypeHandlers({
    db,
    devicesTable: env.DEVICES_TABLE,
    directoryTable: env.DIRECTORY_TABLE,
    change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
  }),
  apiDependencies(env, db),
);
