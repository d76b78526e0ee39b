import type * as z from 'zod';
import type { Device } from '../model/device.ts';
import type { Granted } from '../platform/access/authorize.ts';
import { queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import type { RegistryDependencies } from '../platform/records/deviceChanges.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { readLatest } from '../platform/records/latest.ts';
import { filterMetadata, filterText } from '../platform/records/listFilters.ts';
import { type deviceIndexes, parseDevice, typeKey } from '../platform/records/registry.ts';
import type { deviceOperations } from './operations.ts';

type Query = z.output<typeof deviceOperations.listDevices.query>;

/** One page of devices, by the index that leaves the least to filter. */
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
    if (query.include === undefined) return { items: devices, ...writeCursor(lastKey) };
    const latest = await readLatest({ db, tables })(devices.map(({ deviceId }) => deviceId));
    return {
      items: devices.map((device) => {
        const { deviceId: _, ...values } = latest(device.deviceId);
        return { ...device, latest: values };
      }),
      ...writeCursor(lastKey),
    };
  };

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
