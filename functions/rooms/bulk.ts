import * as z from 'zod';
import { type Room, room } from '../model/room.ts';
import { type Granted, seesRoom } from '../platform/access/authorize.ts';
import { inBatches } from '../platform/batches.ts';
import { exportAnswer, readRows, reportOf } from '../platform/http/bulk.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { patched, patchOfRecord, removable } from '../platform/http/mergePatch.ts';
import { badRequest, conflict, fieldErrors } from '../platform/http/problem.ts';
import { type Cause, causeOf } from '../platform/records/cause.ts';
import { nextVersion, type RegistryDependencies } from '../platform/records/deviceChanges.ts';
import { type Importer, type ImportRow, identify, importRows, orProblem } from '../platform/records/importRows.ts';
import { parseRoom, roomKey } from '../platform/records/registry.ts';
import { readItems } from '../platform/tables.ts';
import { roomColumns, type roomOperations } from './operations.ts';
import { changeRooms, newRoom } from './roomChanges.ts';
import { listRooms } from './rooms.ts';

/** A room, its audit entry and its event: 100 actions a transaction (AWS: "TransactWriteItems"). */
const roomsPerTransaction = 33;

type BulkOperations = Pick<typeof roomOperations, 'importRooms' | 'exportRooms'>;

export const roomBulkHandlers = (dependencies: RegistryDependencies): Handlers<BulkOperations> => ({
  importRooms: async (request) => {
    const { access, body, query } = request;
    const { rows, refused } = identify(readRows(body, roomColumns), 'roomId', room.shape.roomId);
    const importer = roomImporter(dependencies, access, query.mode, causeOf(request));
    return { body: reportOf([...refused, ...(await importRows(importer, rows))]) };
  },

  exportRooms: async ({ access, query, event }) => {
    const { items, lastKey } = await listRooms(dependencies, access, query);
    return exportAnswer(items, lastKey, roomColumns, {
      format: query.format,
      path: event.requestContext.http.path,
      query: { limit: query.limit, format: query.format, applicationId: access.applicationId },
    });
  },
});

/** A merge patch of a room; null of what can't be missing leaves it as it is. */
const roomRow = z.strictObject({
  ...removable(room.pick({ roomId: true, name: true }).shape),
  ...removable({ type: room.shape.type.unwrap() }),
  metadata: patchOfRecord,
  configuration: patchOfRecord,
});

function roomImporter(
  dependencies: RegistryDependencies,
  access: Granted,
  mode: 'create' | 'upsert',
  cause: Cause,
): Importer<Room> {
  const { db, tables } = dependencies;
  const decide = (before: Room | undefined, { id, value }: ImportRow) => {
    const result = roomRow.safeParse(value);
    if (!result.success) throw badRequest(fieldErrors('body', result.error));
    const { roomId: _, name, ...rest } = result.data;
    if (before !== undefined && (mode === 'create' || before.applicationId !== access.applicationId))
      throw conflict(`There is a room '${id}' already. Take another id.`);
    if (!seesRoom(access, id)) throw conflict('Your grants name the rooms that you see.');
    const patch = { ...rest, ...(name !== null && name !== undefined && { name }) };
    const base = before ?? newRoom({ roomId: id, applicationId: access.applicationId });
    const after = patched(room, base, patch, { metadata: {}, configuration: {} });
    return { before, after: before === undefined ? after : nextVersion(before, after) };
  };
  return {
    pack: (changes) => inBatches(changes, roomsPerTransaction),
    plan: async (rows) => {
      const { [tables.rooms]: items = [] } = await readItems({ db })({
        [tables.rooms]: rows.map(({ id }) => roomKey(id)),
      });
      const known = new Map(items.flatMap((item) => parseRoom(item) ?? []).map((one) => [one.roomId, one]));
      return {
        rows: new Map(rows.map((row) => [row.row, orProblem(() => decide(known.get(row.id), row))])),
        apply: (changes) => changeRooms(dependencies)(changes, cause),
      };
    },
  };
}
