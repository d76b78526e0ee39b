import { documentClient, iotClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { changeTogether } from '../platform/records/change.ts';
import { provisioningApiEnv } from './env.ts';
import { provisioningOperations } from './operations.ts';
import { issueToken } from './permit.ts';
import { provisioningHandlers } from './provisioning.ts';

const env = parseEnv(provisioningApiEnv);
const db = documentClient();
const change = changeTogether({ db, auditTable: env.AUDIT_TABLE });

export const handler = httpApi(
  provisioningOperations,
  provisioningHandlers({
    iot: iotClient(),
    change,
    issueToken: issueToken({ change, directoryTable: env.DIRECTORY_TABLE }),
  }),
  apiDependencies(env, db),
);
