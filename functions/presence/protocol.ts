import * as z from 'zod';
import { deviceId, timestamp } from '../model/identifiers.ts';

/** unknown: nothing was ever heard of it. */
export const presenceState = z.enum(['online', 'offline', 'unknown']).meta({ id: 'PresenceState' });

/** Why a device came to be in its state. */
export const presenceReason = z.string().meta({
  id: 'PresenceReason',
  description:
    'Online: `connected`, `heartbeat` or `telemetry`. Offline: `silent`, or the reason of its disconnect as AWS IoT gives it, such as `CLIENT_INITIATED_DISCONNECT`, `CONNECTION_LOST`, `MQTT_KEEP_ALIVE_TIMEOUT` or `DUPLICATE_CLIENTID`.',
});

/** `data` of a live change of kind `presence`: a device that went online or offline. It may be told twice. */
export const presenceChange = z
  .object({
    deviceId,
    previousState: presenceState,
    currentState: presenceState.exclude(['unknown']),
    reason: presenceReason,
    since: timestamp,
  })
  .meta({ id: 'PresenceChange' });
export type PresenceChange = z.infer<typeof presenceChange>;
