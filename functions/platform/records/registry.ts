import { type Device, device } from '../../model/device.ts';
import { type Room, room } from '../../model/room.ts';

/** Items of the devices table beside each other under one device id. */
export const deviceKey = (deviceId: string) => ({ deviceId, item: 'device' });
/** Items of the rooms table. */
export const roomKey = (roomId: string) => ({ roomId, item: 'room' });

/** A device as its item: with what the index by type is made of. Attributes of other indexes are its own. */
export const deviceItem = (value: Device): Record<string, unknown> => ({
  ...deviceKey(value.deviceId),
  ...value,
  ...typeIndexKey(value),
  // Sorts lists by name, whatever its case.
  nameKey: nameKey(value),
});

export const typeIndexKey = ({ applicationId, deviceType }: Pick<Device, 'applicationId' | 'deviceType'>) =>
  deviceType === undefined ? {} : { typeKey: `${applicationId}#${deviceType}` };

export const nameKey = ({ name, deviceId }: Pick<Device, 'name' | 'deviceId'>): string =>
  `${name.toLowerCase()}#${deviceId}`;

export const roomItem = (value: Room): Record<string, unknown> => ({
  ...roomKey(value.roomId),
  ...value,
  nameKey: `${value.name.toLowerCase()}#${value.roomId}`,
});

/** Undefined for what is not there. @throws ZodError for an item that others wrote wrongly */
export const parseDevice = (item: unknown): Device | undefined => (item === undefined ? undefined : device.parse(item));
export const parseRoom = (item: unknown): Room | undefined => (item === undefined ? undefined : room.parse(item));
