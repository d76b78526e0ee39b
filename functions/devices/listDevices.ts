import type * as z from 'zod';
import type { Device } from '../model/device.ts';
import type { Granted } from '../platform/access/authorize.ts';
import { queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import type { RegistryDependencies } from '../platform/records/deviceChanges.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { latestOf } from '../platform/records/latest.ts';
import { filterMetadata, filterText } from '../platform/records/listFilters.ts';
import { type Presence, parsePresence, presenceKey } from '../platform/records/presence.ts';
import { type deviceIndexes, parseDevice, typeKey } from '../platform/records/registry.ts';
import { readItems } from '../platform/tables.ts';
import { parseDeviceState, stateKey } from '../telemetry/stores/deviceState.ts';
import type { deviceOperations } from './operations.ts';

type Query = z.output<typeof deviceOperations.listDevices.query>;

/** One page of devices, by the index that leaves the least to filter; what is known of them besides is read together. */
export const listDevices =
  ({ db, tables }: RegistryDependencies) =>
  async (access: Granted, query: Query) => {
    const { index, value } = chooseIndex(access.applicationId, query);
    const list = openDeviceList(tables.devices, index, value, access);
    const { filter } = list;
    if (index === 'byRoom' || index === 'byGateway') filter.equals('applicationId', access.applicationId);
    if (query.room !== undefined && index !== 'byRoom') filter.equals('roomId', query.room);
    if (query.gateway !== undefined && index !== 'byGateway') filter.equals('gatewayId', query.gateway);
    if (query.type !== undefined && index !== 'byType') filter.equals('deviceType', query.type);
    if (query.kind !== undefined && index !== 'gateways') filter.equals('kind', query.kind);
    if (query.status !== undefined) filter.equals('status', query.status);
    if (query.text !== undefined) filterText(filter, query.text);
    if (query.metadata !== undefined) filterMetadata(filter, query.metadata);
    const { items, lastKey } = await queryList(db, list.query(query.order === 'desc'), query);
    const devices: Device[] = items.flatMap((item) => parseDevice(item) ?? []);
    const withLatest = query.include === 'latest';
    const { [tables.devices]: known = [] } = await readItems({ db })({
      [tables.devices]: devices.flatMap(({ deviceId }) => [
        presenceKey(deviceId),
        ...(withLatest ? [stateKey(deviceId)] : []),
      ]),
    });
    const found = new Map(known.map((item) => [`${item['item']} ${item['deviceId']}`, item]));
    return {
      items: devices.map((device) => {
        const { deviceId } = device;
        const connectivity = connectivityOf(parsePresence(found.get(`presence ${deviceId}`)));
        if (!withLatest) return { ...device, connectivity };
        const { deviceId: _, ...latest } = latestOf(deviceId, parseDeviceState(found.get(`state ${deviceId}`)));
        return { ...device, connectivity, latest };
      }),
      ...writeCursor(lastKey),
    };
  };

const connectivityOf = ({ state, stateSince }: Partial<Presence> = {}) => ({
  state: state ?? ('unknown' as const),
  ...(stateSince !== undefined && { since: new Date(stateSince).toISOString() }),
});

interface Choice {
  readonly index: keyof typeof deviceIndexes;
  readonly value: string;
}

function chooseIndex(applicationId: string, { sort, room, gateway, type, kind }: Query): Choice {
  if (sort === 'name') return { index: 'byName', value: applicationId };
  if (gateway !== undefined) return { index: 'byGateway', value: gateway };
  if (room !== undefined) return { index: 'byRoom', value: room };
  if (kind === 'gateway') return { index: 'gateways', value: applicationId };
  if (type !== undefined) return { index: 'byType', value: typeKey(applicationId, type) };
  return { index: 'byApplication', value: applicationId };
}
