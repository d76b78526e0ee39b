import type { Device } from '../model/device.ts';
import type { Reach } from '../platform/access/authorize.ts';
import type { Sends } from '../platform/clients.ts';
import { parsePresence, presenceKey, readPresences } from '../platform/records/presence.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import { readItems } from '../platform/tables.ts';
import { openCountKey, parseOpenCount } from './openCount.ts';

/** By whom a device is told something. */
interface Way {
  /** The gateway that it is behind. */
  readonly gatewayId?: string | undefined;
  /** Whether presence saw who is to be told connect, and not go: the gateway, or else the device. */
  readonly connected: boolean;
}

/** As the registry and presence have it now; strongly consistent. */
export const findWay =
  ({ db, tableName }: { readonly db: Sends; readonly tableName: string }) =>
  async (deviceId: string): Promise<Way> => {
    const keys = [deviceKey(deviceId), presenceKey(deviceId)];
    const { [tableName]: items = [] } = await readItems({ db })({ [tableName]: keys });
    const itemOf = (name: string) => items.find(({ item }) => item === name);
    const gatewayId = parseDevice(itemOf('device'))?.gatewayId;
    const presence =
      gatewayId === undefined
        ? parsePresence(itemOf('presence'))
        : (await readPresences({ db, tableName })([gatewayId])).get(gatewayId);
    return { gatewayId, connected: presence?.connected === true };
  };

/** A device, and whether it can be told something now, read at once. */
export const readReach =
  ({ db, devicesTable, commandsTable }: Readonly<Record<'devicesTable' | 'commandsTable', string>> & { db: Sends }) =>
  async (deviceId: string): Promise<{ readonly device: Device | undefined; readonly reach: Reach }> => {
    const { [devicesTable]: items = [], [commandsTable]: [count] = [] } = await readItems({ db })({
      [devicesTable]: [deviceKey(deviceId), presenceKey(deviceId)],
      [commandsTable]: [openCountKey(deviceId)],
    });
    const itemOf = (name: string) => items.find(({ item }) => item === name);
    const connected = parsePresence(itemOf('presence'))?.connected === true;
    return { device: parseDevice(itemOf('device')), reach: { connected, open: parseOpenCount(count) } };
  };

/**
 * Whether a new command of a device may go at once: it, or the gateway that it is behind, listens, and no other of its commands is
 * open. It was so a moment ago: only the transaction that makes the command is sure of the latter.
 */
export const mayGoAtOnce =
  ({ db, devicesTable: tableName }: { readonly db: Sends; readonly devicesTable: string }) =>
  async ({ gatewayId }: Pick<Device, 'gatewayId'>, { connected, open }: Reach): Promise<boolean> => {
    if (open > 0) return false;
    if (gatewayId === undefined) return connected;
    return (await readPresences({ db, tableName })([gatewayId])).get(gatewayId)?.connected === true;
  };
