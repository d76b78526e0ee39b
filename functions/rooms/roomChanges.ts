import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Room } from '../model/room.ts';
import { conflict, notFound } from '../platform/http/problem.ts';
import { changesBetween } from '../platform/records/audit.ts';
import type { Cause } from '../platform/records/cause.ts';
import type { Write } from '../platform/records/change.ts';
import {
  itemUpdate,
  nextVersion,
  Outdated,
  type RegistryDependencies,
  requireVersion,
  untilCurrent,
} from '../platform/records/deviceChanges.ts';
import { eventWrite } from '../platform/records/events.ts';
import { parseRoom, roomItem, roomKey } from '../platform/records/registry.ts';

/** A room as it was and as it is to be: it comes, changes or goes. */
export interface RoomChange {
  readonly before?: Room | undefined;
  readonly after?: Room | undefined;
}

export function newRoom(
  given: Pick<Room, 'roomId' | 'applicationId'> & { readonly [Name in keyof Room]?: Room[Name] | undefined },
  now = new Date().toISOString(),
): Room {
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    name: given.roomId,
    metadata: {},
    configuration: {},
    ...(defined as Pick<Room, 'roomId' | 'applicationId'>),
    deviceCount: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

/** Reads a room, strongly consistent. */
export const readRoom =
  ({ db, tables }: Pick<RegistryDependencies, 'db' | 'tables'>) =>
  async (roomId: string): Promise<Room | undefined> => {
    const { Item } = await db.send(
      new GetCommand({ TableName: tables.rooms, Key: roomKey(roomId), ConsistentRead: true }),
    );
    return parseRoom(Item);
  };

/**
 * Makes changes of rooms in one transaction, with an audit entry each, and an event for who came or went.
 * @throws Outdated when a room changed since it was read; Problem 409 for a room that is there already
 */
export const changeRooms =
  ({ change, tables }: Pick<RegistryDependencies, 'change' | 'tables'>) =>
  (changes: readonly RoomChange[], cause: Cause): Promise<void> =>
    change(
      [
        ...changes.map((one) => roomWrite(tables.rooms, one)),
        ...changes.flatMap((one) => eventOf(tables.events, one, cause)),
      ],
      changes.map(({ before, after }) => ({
        ...cause,
        applicationId: (after ?? (before as Room)).applicationId,
        entity: `room:${(after ?? (before as Room)).roomId}`,
        changes: changesBetween(before, after),
      })),
    );

const outdated = () => new Outdated();

function roomWrite(tableName: string, { before, after }: RoomChange): Write {
  if (before === undefined && after !== undefined)
    return {
      item: {
        Put: { TableName: tableName, Item: roomItem(after), ConditionExpression: 'attribute_not_exists(roomId)' },
      },
      refusal: () => conflict(`There is a room '${after.roomId}' already. Take another id.`),
    };
  if (before === undefined) throw new RangeError('a change of no room');
  if (after !== undefined)
    return {
      item: { Update: itemUpdate(tableName, roomKey(before.roomId), roomItem(before), roomItem(after)) },
      refusal: outdated,
    };
  return {
    item: {
      Delete: {
        TableName: tableName,
        Key: roomKey(before.roomId),
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': before.version },
      },
    },
    refusal: outdated,
  };
}

function eventOf(tableName: string, { before, after }: RoomChange, { actor }: Cause): Write[] {
  const room = after ?? before;
  if (room === undefined || (before !== undefined && after !== undefined)) return [];
  const { applicationId, roomId, name } = room;
  const type = after === undefined ? 'room.deleted' : 'room.created';
  return [
    {
      item: eventWrite(tableName, { applicationId, type, entity: `room:${roomId}`, actor, data: { name, roomId } }),
      refusal: outdated,
    },
  ];
}

/**
 * Changes a room as it is at that moment.
 * @param edit makes the new state, or undefined to delete it
 * @returns the room as it is now; as it was, of one that is deleted
 * @throws Problem 404, 409, 412, and what `edit` throws
 */
export const editRoom =
  (dependencies: RegistryDependencies) =>
  (
    { roomId, applicationId }: Pick<Room, 'roomId' | 'applicationId'>,
    ifMatch: number | undefined,
    cause: Cause,
    edit: (room: Room) => Room | undefined,
  ): Promise<Room> =>
    untilCurrent(async () => {
      const before = await readRoom(dependencies)(roomId);
      if (before?.applicationId !== applicationId) throw notFound('room', roomId);
      requireVersion(ifMatch, before);
      const edited = edit(before);
      const after = edited && nextVersion(before, edited);
      if (after === before) return before;
      await changeRooms(dependencies)([{ before, after }], cause);
      return after ?? before;
    });
