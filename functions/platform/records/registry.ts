import { type Device, device } from '../../model/device.ts';
import { type Room, room } from '../../model/room.ts';

/** Items of the devices table beside each other under one device id. */
export const deviceKey = (deviceId: string) => ({ deviceId, item: 'device' });
/** Items of the rooms table. */
export const roomKey = (roomId: string) => ({ roomId, item: 'room' });

interface Index {
  readonly partitionKey: string;
  readonly sortKey: string;
}

/**
 * Indexes of the devices table. Each needs an attribute that only the item `device` carries: what a device sends is in items of
 * the same table, some with its applicationId.
 */
export const deviceIndexes = {
  byApplication: { partitionKey: 'applicationId', sortKey: 'registeredId' },
  byName: { partitionKey: 'applicationId', sortKey: 'nameKey' },
  byType: { partitionKey: 'typeKey', sortKey: 'deviceId' },
  byRoom: { partitionKey: 'roomId', sortKey: 'deviceId' },
  byGateway: { partitionKey: 'gatewayId', sortKey: 'deviceId' },
  gateways: { partitionKey: 'gatewaysOf', sortKey: 'deviceId' },
} as const satisfies Readonly<Record<string, Index>>;

export const roomIndexes = {
  byApplication: { partitionKey: 'applicationId', sortKey: 'registeredId' },
  byName: { partitionKey: 'applicationId', sortKey: 'nameKey' },
} as const satisfies Readonly<Record<string, Index>>;

/** A device as its item: with what its indexes and filters are made of. */
export const deviceItem = (value: Device): Record<string, unknown> => ({
  ...deviceKey(value.deviceId),
  ...value,
  registeredId: value.deviceId,
  ...typeIndexKey(value),
  ...(value.kind === 'gateway' && { gatewaysOf: value.applicationId }),
  nameKey: nameKey(value.name, value.deviceId),
  searchText: searchText(value.deviceId, value.name, value.model, value.firmware, ...Object.values(value.metadata)),
});

const typeIndexKey = ({ applicationId, deviceType }: Pick<Device, 'applicationId' | 'deviceType'>) =>
  deviceType === undefined ? {} : { typeKey: typeKey(applicationId, deviceType) };

export const typeKey = (applicationId: string, deviceType: string): string => `${applicationId}#${deviceType}`;

/** Sorts lists by name, whatever its case; the id settles what ties otherwise. */
const nameKey = (name: string, id: string): string => `${name.toLowerCase()}#${id}`;

/** What a search for text looks into, in lower case: DynamoDB's `contains` heeds the case. */
const searchText = (...texts: readonly unknown[]): string =>
  texts
    .filter((text) => text !== undefined)
    .join('\n')
    .toLowerCase();

export const roomItem = (value: Room): Record<string, unknown> => ({
  ...roomKey(value.roomId),
  ...value,
  registeredId: value.roomId,
  nameKey: nameKey(value.name, value.roomId),
  searchText: searchText(value.roomId, value.name, value.type, ...Object.values(value.metadata)),
});

/** Undefined for what is not there. @throws ZodError for an item that others wrote wrongly */
export const parseDevice = (item: unknown): Device | undefined => (item === undefined ? undefined : device.parse(item));
export const parseRoom = (item: unknown): Room | undefined => (item === undefined ? undefined : room.parse(item));
