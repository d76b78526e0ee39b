import { type authorize, type requireSession, seesDevice } from '../platform/access/authorize.ts';
import type { Caller } from '../platform/access/caller.ts';
import type { Standing } from '../platform/access/memberships.ts';
import { isAllowed, type Permission } from '../platform/access/permissions.ts';
import { forbidden, Problem } from '../platform/http/problem.ts';
import type { ChannelRefusal, LiveUpdate } from './protocol.ts';

interface ChannelRule {
  readonly permission: Permission;
  readonly of: 'application' | 'device' | 'room';
}

/** What it takes to subscribe, by the channel's kind. `system` has no rule: it is for admins of the platform. */
const rules: Readonly<Record<string, ChannelRule>> = {
  device: { permission: 'telemetry:read', of: 'device' },
  room: { permission: 'telemetry:read', of: 'room' },
  application: { permission: 'telemetry:read', of: 'application' },
  alarms: { permission: 'events:read', of: 'application' },
};

interface ChannelDependencies {
  readonly authorize: ReturnType<typeof authorize>;
  readonly requireSession: ReturnType<typeof requireSession>;
}

/** Whether somebody may subscribe to a channel. Undefined: they may. */
export const checkChannel =
  ({ authorize, requireSession }: ChannelDependencies) =>
  async (caller: Caller, channel: string): Promise<ChannelRefusal | undefined> => {
    const colon = channel.indexOf(':');
    const rule = rules[channel.slice(0, colon < 0 ? undefined : colon)];
    try {
      // Admins of the platform see everything, also a device that the registry does not know yet.
      if (caller.isPlatformAdmin) await requireSession(caller);
      else if (rule === undefined) throw forbidden('This channel is for admins of the platform.');
      else await authorize(rule, caller, { [`${rule.of}Id`]: channel.slice(colon + 1) });
      return undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { channel, status: error.status, detail: error.message };
    }
  };

/** Whether an update of telemetry is still for somebody who subscribed to one of its channels. */
export function mayHear(
  { isPlatformAdmin }: Pick<Caller, 'isPlatformAdmin'>,
  { memberships }: Pick<Standing, 'memberships'>,
  { applicationId, deviceId, roomId }: Pick<LiveUpdate, 'applicationId' | 'deviceId' | 'roomId'>,
): boolean {
  if (isPlatformAdmin) return true;
  const membership = memberships.get(applicationId);
  return (
    membership !== undefined &&
    isAllowed(membership.role, 'telemetry:read') &&
    seesDevice({ grants: membership.grants }, { deviceId, ...(roomId !== undefined && { roomId }) })
  );
}
