import * as z from 'zod';
import { deviceId, timestamp } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { presenceReason, presenceState } from './protocol.ts';

const devicePresence = z
  .object({
    deviceId,
    state: presenceState,
    previousState: presenceState.optional(),
    /** When it came to be in this state. */
    since: timestamp.optional(),
    reason: presenceReason.optional(),
    /** Whether it has a connection at this moment; for a while it stays online without one. */
    connected: z.boolean(),
    connectedAt: timestamp.optional(),
    disconnectedAt: timestamp.optional(),
    /** When anything of it last came in: telemetry, a heartbeat, or that its connection began or ended. */
    lastSeen: timestamp.optional(),
    /** Connections of it that ended within the last hour. */
    flaps: z.int().nonnegative(),
  })
  .meta({ id: 'DevicePresence' });
export type DevicePresence = z.infer<typeof devicePresence>;

export const presenceOperations = {
  getDevicePresence: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/presence',
    tag: 'Devices',
    summary: 'Whether a device is there, since when and why',
    access: { permission: 'devices:read', of: 'device' },
    params: z.object({ deviceId }),
    answer: { status: 200, description: 'Its presence', content: json(devicePresence) },
  }),
};
