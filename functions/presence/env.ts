import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';
import { apiEnv } from '../platform/http/apiEnv.ts';

const name = z.string().min(1);
const seconds = z.coerce.number().int().nonnegative();

/** presence/lifecycle: consumes what is told of connections and signs of life, and says who is online. */
export const lifecycleEnv = z.object({
  ...platformEnv,
  DEVICES_TABLE: name,
  EVENTS_TABLE: name,
  LIVE_QUEUE_URL: name,
  MAILBOX_QUEUE_URL: name,
  /** The queue that it consumes: what must be looked at later waits there. */
  PRESENCE_QUEUE_URL: name,
  OFFLINE_GRACE_SECONDS: seconds,
  SILENT_AFTER_SECONDS: seconds,
});

/** presence/heartbeat: consumes what devices send to say that they are there. */
export const heartbeatEnv = z.object({ ...platformEnv, DEVICES_TABLE: name, PRESENCE_QUEUE_URL: name });

/** presence/sweep: finds who fell silent. */
export const sweepEnv = z.object({ ...platformEnv, DEVICES_TABLE: name, PRESENCE_QUEUE_URL: name });

/** presence/ruleErrors: consumes what the rules of this feature could not deliver. */
export const presenceRuleErrorsEnv = z.object({ ...platformEnv, PRESENCE_QUEUE_URL: name, HEARTBEAT_QUEUE_URL: name });

/** presence/api: the presence of a device over HTTP. */
export const presenceApiEnv = z.object(apiEnv);
