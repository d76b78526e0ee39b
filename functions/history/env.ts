import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** history/api: telemetry over time, over HTTP. */
export const historyApiEnv = z.object({
  ...apiEnv,
  TELEMETRY_DATABASE: z.string().min(1),
  TELEMETRY_TABLE: z.string().min(1),
});
