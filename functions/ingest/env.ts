import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';
import { apiEnv } from '../platform/http/apiEnv.ts';

const ingest = {
  TELEMETRY_QUEUE_URL: z.string().min(1),
  /** Of one API key. */
  MESSAGES_PER_MINUTE: z.coerce.number().int().min(10),
};

/** ingest/api: telemetry over HTTP. */
export const ingestApiEnv = z.object({ ...apiEnv, ...ingest });

/** ingest/webSocket: telemetry over the WebSocket API. */
export const ingestWebSocketEnv = z.object({
  ...platformEnv,
  ...ingest,
  DIRECTORY_TABLE: apiEnv.DIRECTORY_TABLE,
  DEVICES_TABLE: apiEnv.DEVICES_TABLE,
  EPHEMERAL_TABLE: apiEnv.EPHEMERAL_TABLE,
  REQUESTS_PER_MINUTE: apiEnv.REQUESTS_PER_MINUTE,
});
