import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { webSocketHandler } from '../platform/webSocketHandler.ts';
import { ingestWebSocketEnv } from './env.ts';
import { ingestTelemetry } from './ingestTelemetry.ts';
import { webSocketTelemetry } from './webSocketTelemetry.ts';

const env = parseEnv(ingestWebSocketEnv);

export const handler = webSocketHandler(webSocketTelemetry(ingestTelemetry(env, documentClient())));
