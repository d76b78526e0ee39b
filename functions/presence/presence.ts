import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { parsePresence, presenceKey } from '../platform/records/presence.ts';
import { readItems } from '../platform/tables.ts';
import { parseDeviceState, stateKey } from '../telemetry/stores/deviceState.ts';
import type { DevicePresence, presenceOperations } from './operations.ts';

interface Dependencies {
  readonly db: Sends;
  readonly devicesTable: string;
}

const hour = 3600_000;

export const presenceHandlers = ({ db, devicesTable }: Dependencies): Handlers<typeof presenceOperations> => ({
  getDevicePresence: async ({ params: { deviceId } }) => {
    const { [devicesTable]: items = [] } = await readItems({ db })({
      [devicesTable]: [presenceKey(deviceId), stateKey(deviceId)],
    });
    const itemOf = (name: string) => items.find(({ item }) => item === name);
    return {
      body: presenceOf(deviceId, itemOf('presence'), parseDeviceState(itemOf('state'))?.lastSeen ?? 0),
    };
  },
});

const iso = <Name extends string>(name: Name, time: number | undefined) =>
  (time === undefined || time === 0 ? {} : { [name]: new Date(time).toISOString() }) as { [Key in Name]?: string };

function presenceOf(deviceId: string, item: unknown, telemetryAt: number): DevicePresence {
  const presence = parsePresence(item);
  if (presence === undefined)
    return { deviceId, state: 'unknown', connected: false, ...iso('lastSeen', telemetryAt), flaps: 0 };
  const { state, previousState, stateSince, reason, connected, connectedAt, disconnectedAt, lastHeartbeat } = presence;
  return {
    deviceId,
    state: state ?? 'unknown',
    ...(state !== undefined && { previousState: previousState ?? 'unknown' }),
    ...iso('since', stateSince),
    ...(reason !== undefined && { reason }),
    connected,
    ...iso('connectedAt', connectedAt),
    ...iso('disconnectedAt', disconnectedAt),
    ...iso('lastSeen', Math.max(telemetryAt, lastHeartbeat ?? 0, connectedAt ?? 0, disconnectedAt ?? 0)),
    flaps: presence.disconnects.filter((time) => time > Date.now() - hour).length,
  };
}
