import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { ingestApiEnv } from './env.ts';
import { ingestHandlers } from './ingest.ts';
import { ingestTelemetry } from './ingestTelemetry.ts';
import { ingestOperations } from './operations.ts';

const env = parseEnv(ingestApiEnv);
const db = documentClient();

export const handler = httpApi(ingestOperations, ingestHandlers(ingestTelemetry(env, db)), apiDependencies(env, db));
