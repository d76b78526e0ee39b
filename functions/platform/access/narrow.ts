import type { openFilter } from '../http/listQuery.ts';
import type { Granted } from './authorize.ts';

type Filter = ReturnType<typeof openFilter>;

/** Of a list of devices: keeps those that a member's grants show. */
export function narrowDevices(
  filter: Filter,
  { grants }: Pick<Granted, 'grants'>,
  index: { readonly partitionKey: string; readonly sortKey: string },
): void {
  if (grants === undefined) return;
  // A filter can't name what is in the key of its index; the id is there twice.
  const id = index.sortKey === 'deviceId' ? 'registeredId' : 'deviceId';
  filter.addAny([
    ...(grants.deviceIds.length > 0 ? filter.oneOf(filter.name(id), grants.deviceIds) : []),
    ...(grants.roomIds.length > 0 && index.partitionKey !== 'roomId'
      ? filter.oneOf(filter.name('roomId'), grants.roomIds)
      : []),
  ]);
}

/** Of a list of rooms. */
export function narrowRooms(filter: Filter, { grants }: Pick<Granted, 'grants'>): void {
  if (grants === undefined) return;
  filter.addAny(grants.roomIds.length > 0 ? filter.oneOf(filter.name('roomId'), grants.roomIds) : []);
}

/** Of a list of audit entries or events: those about what the grants name, and events in rooms that they name. */
export function narrowJournal(
  filter: Filter,
  { grants }: Pick<Granted, 'grants'>,
  { isAbout, hasRooms }: { readonly isAbout: string | undefined; readonly hasRooms: boolean },
): void {
  if (grants === undefined) return;
  const entities = [
    ...grants.deviceIds.map((deviceId) => `device:${deviceId}`),
    ...grants.roomIds.map((roomId) => `room:${roomId}`),
  ];
  // Asked for by what they are about, entries have it in their key, which no filter can name: either all of them pass or none.
  if (isAbout !== undefined && entities.includes(isAbout)) return;
  filter.addAny([
    ...(isAbout === undefined && entities.length > 0 ? filter.oneOf(filter.name('entity'), entities) : []),
    ...(hasRooms && grants.roomIds.length > 0
      ? filter.oneOf(`${filter.name('data')}.${filter.name('roomId')}`, grants.roomIds)
      : []),
  ]);
}
