import type * as z from 'zod';
import { type Room, room } from '../model/room.ts';
import { type Granted, seesRoom } from '../platform/access/authorize.ts';
import { narrowRooms } from '../platform/access/narrow.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { type ListQuery, openFilter, queryList } from '../platform/http/listQuery.ts';
import { patched } from '../platform/http/mergePatch.ts';
import { type PageRequest, writeCursor } from '../platform/http/paging.ts';
import { conflict, forbidden } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { causeOf } from '../platform/records/cause.ts';
import { detachAll } from '../platform/records/detach.ts';
import { type RegistryDependencies, requireVersion } from '../platform/records/deviceChanges.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { filterText } from '../platform/records/listFilters.ts';
import { parseDevice, parseRoom, roomIndexes } from '../platform/records/registry.ts';
import { newId } from '../platform/ulid.ts';
import { roomBulkHandlers } from './bulk.ts';
import type { roomOperations } from './operations.ts';
import { changeRooms, editRoom, newRoom, readRoom } from './roomChanges.ts';
import { readRoomState } from './roomState.ts';

type ListRooms = z.output<typeof roomOperations.listRooms.query>;

/** Rooms of an application that a member's grants show. */
export async function listRooms(
  { db, tables }: RegistryDependencies,
  access: Granted,
  { type, text, sort = 'roomId', order = 'asc', ...page }: Partial<ListRooms> & PageRequest,
): Promise<{ items: Room[]; lastKey: Record<string, unknown> | undefined }> {
  const indexName = sort === 'name' ? 'byName' : 'byApplication';
  const { partitionKey, sortKey } = roomIndexes[indexName];
  const filter = openFilter();
  narrowRooms(filter, access);
  if (type !== undefined) filter.equals('type', type);
  if (text !== undefined) filterText(filter, text);
  const query: ListQuery = {
    tableName: tables.rooms,
    indexName,
    partition: { name: partitionKey, value: access.applicationId },
    keyNames: ['roomId', 'item', partitionKey, sortKey],
    descending: order === 'desc',
    filter: filter.filter(),
  };
  const { items, lastKey } = await queryList(db, query, page);
  return { items: items.flatMap((item) => parseRoom(item) ?? []), lastKey };
}

export const roomHandlers = (dependencies: RegistryDependencies): Handlers<typeof roomOperations> => ({
  listRooms: async ({ access, query }) => {
    const { items, lastKey } = await listRooms(dependencies, access, query);
    return { body: { items, ...writeCursor(lastKey) } };
  },

  createRoom: async (request) => {
    const { access, body } = request;
    const { applicationId: _, roomId = newId(), ...given } = body;
    if (!seesRoom(access, roomId)) throw forbidden('Your grants name the rooms that you see: you can not make others.');
    const after = newRoom({ ...given, roomId, applicationId: access.applicationId });
    await changeRooms(dependencies)([{ after }], causeOf(request));
    return { body: after, etag: versionTag(after.version) };
  },

  getRoom: async ({ access }) => ({ body: access.room, etag: versionTag(access.room.version) }),

  patchRoom: async (request) => {
    const changed = await editRoom(dependencies)(request.access.room, request.ifMatch, causeOf(request), (before) =>
      patched(room, before, request.body, { metadata: {}, configuration: {} }),
    );
    return { body: changed, etag: versionTag(changed.version) };
  },

  deleteRoom: async (request) => {
    const { access, query, ifMatch } = request;
    const { roomId } = access.room;
    const cause = causeOf(request);
    const read = () => readRoom(dependencies)(roomId);
    const counted = async () => {
      const now = await read();
      return now && { count: now.deviceCount, version: now.version };
    };
    let guard = ifMatch;
    let miscounted: number | undefined;
    const before = await read();
    if (before !== undefined && before.deviceCount > 0) {
      requireVersion(ifMatch, before);
      if (query.devices !== 'detach')
        throw conflict(`Devices are in '${roomId}'. Move them out, or ask for ?devices=detach.`);
      miscounted = await detachAll(dependencies)('roomId', roomId, cause, counted);
      // Each device that left was a change of the room.
      guard = undefined;
    }
    await editRoom(dependencies)(access.room, guard, cause, ({ deviceCount, version }) => {
      if (deviceCount > 0 && version !== miscounted)
        throw conflict(`A device came into '${roomId}' meanwhile. Ask again.`);
      return undefined;
    });
    return {};
  },

  listRoomDevices: async ({ access, query }) => {
    const { db, tables } = dependencies;
    const list = openDeviceList(tables.devices, 'byRoom', access.room.roomId, { grants: undefined });
    const { items, lastKey } = await queryList(db, list.query(), query);
    return { body: { items: items.flatMap((item) => parseDevice(item) ?? []), ...writeCursor(lastKey) } };
  },

  getRoomState: async ({ access }) => ({ body: await readRoomState(dependencies)(access.room.roomId) }),

  ...roomBulkHandlers(dependencies),
});
