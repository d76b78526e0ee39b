import { queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import type { RegistryDependencies } from '../platform/records/deviceChanges.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { readPresences } from '../platform/records/presence.ts';
import { type DeviceState, readDeviceStates } from '../telemetry/stores/deviceState.ts';
import type { RoomState } from './operations.ts';

/** Devices whose states are in memory together: a state may have 350 KB. */
const devicesALook = 100;

type Metric = RoomState['metrics'][number];
type Folded = Omit<Metric, 'mean'> & { sum: number; numbers: number };

/** What the devices in a room say, metric by metric, read page by page. */
export const readRoomState =
  ({ db, tables }: RegistryDependencies) =>
  async (roomId: string): Promise<RoomState> => {
    const list = openDeviceList(tables.devices, 'byRoom', roomId, { grants: undefined });
    const metrics = new Map<string, Folded>();
    let devices = 0;
    let online = 0;
    let lastSeen = 0;
    let next: string | undefined;
    do {
      const { items, lastKey } = await queryList(db, list.query(), { limit: devicesALook, next });
      devices += items.length;
      const deviceIds = items.map(({ deviceId }) => String(deviceId));
      const of = { db, tableName: tables.devices };
      const [states, presences] = await Promise.all([readDeviceStates(of)(deviceIds), readPresences(of)(deviceIds)]);
      for (const { state } of presences.values()) if (state === 'online') online += 1;
      for (const state of states.values()) {
        lastSeen = Math.max(lastSeen, state.lastSeen);
        fold(metrics, state);
      }
      next = writeCursor(lastKey).next;
    } while (next !== undefined);
    return {
      roomId,
      devices,
      online,
      ...(lastSeen > 0 && { lastSeen: new Date(lastSeen).toISOString() }),
      metrics: [...metrics]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, { sum, numbers, ...metric }]) => ({ ...metric, ...(numbers > 0 && { mean: sum / numbers }) })),
    };
  };

function fold(metrics: Map<string, Folded>, { deviceId, metrics: own }: DeviceState): void {
  for (const [metric, { value, time, unit }] of Object.entries(own)) {
    // Numbers in different units can't be added up.
    const key = `${metric} ${unit ?? ''}`;
    const newest = { value, time: new Date(time).toISOString(), deviceId };
    const known = metrics.get(key) ?? {
      metric,
      ...(unit !== undefined && { unit }),
      count: 0,
      newest,
      sum: 0,
      numbers: 0,
    };
    known.count += 1;
    if (newest.time > known.newest.time) known.newest = newest;
    if (typeof value === 'number') {
      known.min = Math.min(known.min ?? value, value);
      known.max = Math.max(known.max ?? value, value);
      known.sum += value;
      known.numbers += 1;
    }
    metrics.set(key, known);
  }
}
