import * as z from 'zod';
import { apiEnv } from '../platform/http/apiEnv.ts';

/** devices/api: the registry of devices and gateways over HTTP. */
export const devicesApiEnv = z.object({
  ...apiEnv,
  EVENTS_TABLE: z.string().min(1),
  MAILBOX_QUEUE_URL: z.string().min(1),
});
