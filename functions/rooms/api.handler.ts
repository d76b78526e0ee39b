import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { registryDependencies } from '../platform/records/registryDependencies.ts';
import { roomsApiEnv } from './env.ts';
import { roomOperations } from './operations.ts';
import { roomHandlers } from './rooms.ts';

const env = parseEnv(roomsApiEnv);
const db = documentClient();

export const handler = httpApi(roomOperations, roomHandlers(registryDependencies(env, db)), apiDependencies(env, db));
