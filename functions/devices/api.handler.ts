import { documentClient, iotClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { registryDependencies } from '../platform/records/registryDependencies.ts';
import { deviceHandlers } from './devices.ts';
import { devicesApiEnv } from './env.ts';
import { deviceOperations } from './operations.ts';

const env = parseEnv(devicesApiEnv);
const db = documentClient();

export const handler = httpApi(
  deviceOperations,
  deviceHandlers({ ...registryDependencies(env, db), iot: iotClient() }),
  apiDependencies(env, db),
);
