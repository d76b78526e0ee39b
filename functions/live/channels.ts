import type { Membership } from '../model/application.ts';
import { type authorize, type requireSession, seesDevice, seesRoom } from '../platform/access/authorize.ts';
import type { Caller } from '../platform/access/caller.ts';
import type { Standing } from '../platform/access/memberships.ts';
import { isAllowed, type Permission } from '../platform/access/permissions.ts';
import { forbidden, Problem } from '../platform/http/problem.ts';
import type { ChannelRefusal, LiveChange, LiveUpdate } from './protocol.ts';

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

/** What it takes to hear of a change. */
const permissionOf: Readonly<Record<LiveChange['kind'], Permission>> = {
  command: 'devices:read',
  event: 'events:read',
  presence: 'devices:read',
  twin: 'devices:read',
};

/** Whether an update of telemetry, or a change, is still for somebody who subscribed to one of its channels. */
export function mayHear(
  { isPlatformAdmin }: Pick<Caller, 'isPlatformAdmin'>,
  { memberships }: Pick<Standing, 'memberships'>,
  said: LiveUpdate | LiveChange,
): boolean {
  if (isPlatformAdmin) return true;
  const membership = memberships.get(said.applicationId);
  return (
    membership !== undefined &&
    isAllowed(membership.role, 'kind' in said ? permissionOf[said.kind] : 'telemetry:read') &&
    isShown(membership, said)
  );
}

/** Whether a member's grants show what something is about: a device, else a room, else the whole application. */
function isShown(
  { grants }: Pick<Membership, 'grants'>,
  { deviceId, roomId }: Pick<LiveChange, 'deviceId' | 'roomId'>,
) {
  if (deviceId !== undefined) return seesDevice({ grants }, { deviceId, roomId });
  return roomId === undefined ? grants === undefined : seesRoom({ grants }, roomId);
}
