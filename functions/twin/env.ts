import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';
import { apiEnv } from '../platform/http/apiEnv.ts';

const name = z.string().min(1);

/** twin/api: twins over HTTP. */
export const twinApiEnv = z.object({ ...apiEnv, TWINS_TABLE: name });

/** twin/record: consumes the updates of shadows that AWS IoT accepted. */
export const recordEnv = z.object({
  ...platformEnv,
  DEVICES_TABLE: name,
  TWINS_TABLE: name,
  EVENTS_TABLE: name,
  LIVE_QUEUE_URL: name,
  HISTORY_RETENTION_DAYS: z.coerce.number().int().min(1),
});

/** twin/expire: by schedule, takes back what was not confirmed in time. */
export const expireEnv = z.object({ ...platformEnv, DEVICES_TABLE: name, TWINS_TABLE: name });

/** twin/ruleErrors: consumes what the rules of shadows could not deliver. */
export const shadowRuleErrorsEnv = z.object({ ...platformEnv, SHADOW_QUEUE_URL: name });
