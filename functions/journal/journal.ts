import { auditEntry } from '../model/audit.ts';
import { event, metadataOf } from '../model/event.ts';
import type { Granted } from '../platform/access/authorize.ts';
import { narrowJournal } from '../platform/access/narrow.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { openFilter, queryList } from '../platform/http/listQuery.ts';
import { type PageRequest, writeCursor } from '../platform/http/paging.ts';
import { badRequest, conflict } from '../platform/http/problem.ts';
import { causeOf } from '../platform/records/cause.ts';
import { changeTogether } from '../platform/records/change.ts';
import { eventWrite } from '../platform/records/events.ts';
import { firstUlid, lastUlid } from '../platform/ulid.ts';
import type { journalOperations } from './operations.ts';

interface JournalQuery extends PageRequest {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly order: 'asc' | 'desc';
  readonly entity?: string | undefined;
  readonly type?: string | undefined;
  readonly actor?: string | undefined;
}

interface JournalTable {
  readonly name: string;
  readonly sortKey: 'auditId' | 'eventId';
}

export const journalHandlers = ({
  db,
  auditTable,
  eventsTable,
}: {
  readonly db: Sends;
  readonly auditTable: string;
  readonly eventsTable: string;
}): Handlers<typeof journalOperations> => {
  const audit: JournalTable = { name: auditTable, sortKey: 'auditId' };
  const events: JournalTable = { name: eventsTable, sortKey: 'eventId' };
  const change = changeTogether({ db, auditTable });
  // Whoever sees the thing sees all that happened to it.
  const listEventsOf = async (
    entity: string,
    { applicationId }: Pick<Granted, 'applicationId'>,
    query: JournalQuery,
  ) => {
    const all = { applicationId, grants: undefined };
    const { items, ...rest } = await readJournal(db, events, all, { ...query, entity });
    return { body: { items: items.map((item) => event.parse(item)), ...rest } };
  };
  return {
    listAudit: async ({ access, query }) => {
      const { items, ...rest } = await readJournal(db, audit, access, query);
      return { body: { items: items.map((item) => auditEntry.parse(item)), ...rest } };
    },
    listEvents: async ({ access, query }) => {
      const { items, ...rest } = await readJournal(db, events, access, query);
      return { body: { items: items.map((item) => event.parse(item)), ...rest } };
    },
    listDeviceEvents: ({ access, query }) => listEventsOf(`device:${access.device.deviceId}`, access, query),
    listRoomEvents: ({ access, query }) => listEventsOf(`room:${access.room.roomId}`, access, query),
    noteDeviceEvent: async (request) => {
      const { access, body } = request;
      const { applicationId, device } = access;
      const cause = causeOf(request);
      const { deviceId, roomId } = device;
      const entity = `device:${deviceId}`;
      const write = eventWrite(eventsTable, {
        applicationId,
        type: 'user.noted',
        entity,
        actor: cause.actor,
        data: { ...body, ...(roomId !== undefined && { roomId }) },
        ...metadataOf(device),
      });
      const refusal = () => conflict('Ask again.');
      await change([{ item: write, refusal }], [{ ...cause, applicationId, entity }]);
      return { body: event.parse(write.Put.Item) };
    },
  };
};

/** Entries of an application, or about one thing of it, by time: their ids are ULIDs. */
async function readJournal(
  db: Sends,
  { name, sortKey }: JournalTable,
  access: Pick<Granted, 'applicationId' | 'grants'>,
  { from, to, order, entity, type, actor, ...page }: JournalQuery,
) {
  if (from !== undefined && to !== undefined && from > to)
    throw badRequest([{ in: 'query', field: 'from', detail: 'is after `to`' }]);
  const { applicationId } = access;
  const filter = openFilter();
  narrowJournal(filter, access, { isAbout: entity, hasRooms: sortKey === 'eventId' });
  if (entity !== undefined) filter.equals('applicationId', applicationId);
  if (type !== undefined) filter.equals('type', type);
  if (actor !== undefined) filter.equals('actor', actor);
  const { items, lastKey } = await queryList(
    db,
    {
      tableName: name,
      ...(entity !== undefined && { indexName: 'byEntity' }),
      partition:
        entity === undefined ? { name: 'applicationId', value: applicationId } : { name: 'entity', value: entity },
      between: {
        name: sortKey,
        from: firstUlid(from === undefined ? 0 : Date.parse(from)),
        to: lastUlid(to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(to)),
      },
      keyNames: ['applicationId', sortKey, ...(entity === undefined ? [] : ['entity'])],
      descending: order === 'desc',
      filter: filter.filter(),
    },
    page,
  );
  return { items, ...writeCursor(lastKey) };
}
