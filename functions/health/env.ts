import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** health: asks every part that the flows rest on. */
export const healthEnv = z.object({
  ...apiEnv,
  RAW_BUCKET: z.string().min(1),
  TELEMETRY_QUEUE_URL: z.string().min(1),
  LIVE_QUEUE_URL: z.string().min(1),
  TELEMETRY_DATABASE: z.string().min(1),
  TELEMETRY_TABLE: z.string().min(1),
});
