import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';

const name = z.string().min(1);

/** events/publish: consumes the stream of the events table. */
export const publishEnv = z.object({ ...platformEnv, TOPIC_ARN: name, DEAD_LETTER_QUEUE_URL: name });

/** events/record: consumes what devices tell of. */
export const recordEnv = z.object({
  ...platformEnv,
  DEVICES_TABLE: name,
  DIRECTORY_TABLE: name,
  EVENTS_TABLE: name,
  EPHEMERAL_TABLE: name,
  DEAD_LETTER_QUEUE_URL: name,
});

/** events/ruleErrors: consumes what the rule of device events could not deliver. */
export const eventRuleErrorsEnv = z.object({ ...platformEnv, DEVICE_EVENT_QUEUE_URL: name });

/** events/actors: consumes events of devices and rooms. */
export const actorsEnv = z.object({ ...platformEnv, LIVE_QUEUE_URL: name });

/** events/notifications: consumes events that somebody should know of. */
export const notificationsEnv = z.object({ ...platformEnv, TOPIC_ARN: name, EPHEMERAL_TABLE: name });

/** events/analytics: consumes every event. */
export const analyticsEnv = z.object({ ...platformEnv, ANALYTICS_BUCKET: name });
