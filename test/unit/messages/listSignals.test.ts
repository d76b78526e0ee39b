import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applicationMessages, type Position } from '../../../functions/messages/applicationMessages.ts';
import { listSignals } from '../../../functions/messages/listSignals.ts';
import { seenDevices } from '../../../functions/messages/seenDevices.ts';
import type { MessageRecord } from '../../../functions/model/message.ts';
import { messageKey, messageShards, shardOf } from '../../../functions/platform/records/messages.ts';
import { messagesTable, record } from './messagesTable.ts';

const day = 86_400_000;
const noon = Date.UTC(2026, 0, 31, 12);
const idsOf = (messages: readonly { messageId: string }[]) => messages.map(({ messageId }) => messageId);

/** Lists signals of `plant`. */
const listing = ({ db }: ReturnType<typeof messagesTable>) => {
  const read = applicationMessages({ db, tableName: 'messages' });
  const everybody = seenDevices({ db, tableName: 'devices' })({ grants: undefined });
  return (more: Partial<Parameters<typeof listSignals>[1]> = {}) =>
    listSignals(read, {
      applicationId: 'plant',
      from: noon - 7 * day,
      to: noon + 7 * day,
      order: 'desc',
      disposition: 'stored',
      limit: 10,
      skip: 0,
      sees: everybody,
      ...more,
    });
};

/** All pages from a cursor to the next. */
async function pages(list: ReturnType<typeof listing>, more: Parameters<ReturnType<typeof listing>>[0]) {
  const found: Awaited<ReturnType<typeof list>>['signals'][] = [];
  let after: Position | undefined;
  do {
    const { signals, next } = await list({ ...more, after });
    found.push(signals);
    after = next;
  } while (after !== undefined);
  return found;
}

/** Few times and long pauses, so that milliseconds are shared and days are empty. */
const publish = fc.record({
  at: fc.oneof(
    fc.integer({ min: -3, max: 3 }).map((hours) => noon + hours * 3_600_000),
    fc.integer({ min: -6, max: 6 }).map((days) => noon + days * day),
  ),
  deviceId: fc.constantFrom('a', 'b', 'c'),
  applicationId: fc.constantFrom('plant', 'plant', 'plant', 'other'),
  disposition: fc.constantFrom('stored' as const, 'stored' as const, 'quarantined' as const),
});
const history = fc
  .array(publish, { maxLength: 40 })
  .map((publishes) =>
    publishes.map(({ at, ...rest }, index) => record({ ...rest, messageId: `m${index}`, receivedAt: at })),
  );

/** Newest first; what shares a millisecond is compared without its order, which is the table's own. */
const byTime = (order: 'asc' | 'desc') => (one: MessageRecord, other: MessageRecord) =>
  order === 'asc' ? one.receivedAt - other.receivedAt : other.receivedAt - one.receivedAt;

describe('signals of an application', () => {
  test('are all of its stored messages in order, page by page, whatever the shards and days', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.integer({ min: 3, max: 20 }),
        fc.constantFrom('asc' as const, 'desc' as const),
        async (records, limit, order) => {
          const table = messagesTable();
          await table.fill(records);
          const found = await pages(listing(table), { limit, order });
          const model = records
            .filter(({ applicationId, disposition }) => applicationId === 'plant' && disposition === 'stored')
            .sort(byTime(order));
          expect(found.flat().map(({ receivedAt }) => receivedAt)).toEqual(model.map(({ receivedAt }) => receivedAt));
          expect(idsOf(found.flat()).sort()).toEqual(idsOf(model).sort());
          expect(found.slice(0, -1).every((page) => page.length === limit)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('are on numbered pages what they are by cursor', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 3, max: 20 }), async (records, limit) => {
        const table = messagesTable();
        await table.fill(records);
        const list = listing(table);
        const byCursor = await pages(list, { limit });
        for (const [index, page] of byCursor.entries())
          expect(idsOf((await list({ limit, skip: index * limit })).signals)).toEqual(idsOf(page));
      }),
      { numRuns: 30 },
    );
  });

  test('of a range are those in it: from is inside, to is not', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 1, max: 5 })),
        async (records, [start, hours]) => {
          const [from, to] = [noon + start * 3_600_000, noon + (start + hours) * 3_600_000];
          const table = messagesTable();
          await table.fill(records);
          const found = await pages(listing(table), { from, to, limit: 3 });
          const model = records.filter(
            ({ applicationId, disposition, receivedAt }) =>
              applicationId === 'plant' && disposition === 'stored' && receivedAt >= from && receivedAt < to,
          );
          expect(idsOf(found.flat()).sort()).toEqual(idsOf(model).sort());
        },
      ),
      { numRuns: 40 },
    );
  });

  test('that arrive between two pages neither come twice nor push another out', async () => {
    const table = messagesTable();
    const old = Array.from({ length: 20 }, (_, index) =>
      record({ messageId: `old${index}`, receivedAt: noon - index }),
    );
    await table.fill(old);
    const list = listing(table);
    const first = await list({ limit: 7 });
    await table.fill(
      Array.from({ length: 9 }, (_, index) => record({ messageId: `new${index}`, receivedAt: noon + 1 + index })),
    );
    const rest = await pages(list, { limit: 7 });
    const second = await list({ limit: 7, after: first.next });
    expect(idsOf(second.signals)).toEqual(idsOf(old.slice(7, 14)));
    expect(rest.flat()).toHaveLength(29);
  });

  test('are read from four partitions, which the messages of one device fill alike', async () => {
    const counts = new Array<number>(messageShards).fill(0);
    for (let index = 0; index < 4000; index += 1) {
      const shard = shardOf(messageKey({ deviceId: 'boiler-7', messageId: `message-${index}` }));
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
  });

  test('of an application that sleeps for months take few rounds of questions', async () => {
    const table = messagesTable();
    await table.fill([record({ messageId: 'only', receivedAt: noon - 80 * day })]);
    expect(idsOf((await listing(table)({ from: noon - 90 * day, to: noon })).signals)).toEqual(['only']);
    expect(table.db.calls.filter((call) => call === 'Query').length).toBeLessThanOrEqual(91 * messageShards);
  });

  test('of a cursor that belongs to another range are those of the range', async () => {
    const table = messagesTable();
    await table.fill(
      Array.from({ length: 9 }, (_, index) => record({ messageId: `m${index}`, receivedAt: noon - index * day })),
    );
    const { next } = await listing(table)({ limit: 2, from: noon - 9 * day });
    const later = await listing(table)({ limit: 9, after: next, from: noon - 9 * day, to: noon - 4 * day });
    expect(idsOf(later.signals)).toEqual(['m5', 'm6', 'm7', 'm8']);
  });
});

describe('a member who was granted devices and rooms', () => {
  const table = messagesTable();
  const devices = ['a', 'b', 'c', 'd'];
  const records = Array.from({ length: 400 }, (_, index) =>
    record({ deviceId: devices[index % 4] ?? 'a', messageId: `m${index}`, receivedAt: noon - index }),
  );
  const seesOf = (deviceIds: string[], roomIds: string[]) =>
    seenDevices({ db: table.db, tableName: 'devices' })({ grants: { deviceIds, roomIds } });
  const filled = table
    .fill(records)
    .then(() => Promise.all([table.register('b', 'hall'), table.register('c', 'attic')]));

  test.each([
    [['a'], [], ['a']],
    [[], ['hall'], ['b']],
    [['a'], ['hall', 'attic'], ['a', 'b', 'c']],
    [['nobody'], ['nowhere'], []],
  ])('of devices %j and rooms %j sees those of %j, and no other', async (deviceIds, roomIds, seen) => {
    await filled;
    const found = await pages(listing(table), { limit: 30, sees: seesOf(deviceIds, roomIds) });
    const model = records.filter(({ deviceId }) => seen.includes(deviceId));
    expect(idsOf(found.flat())).toEqual(idsOf(model));
  });

  test('of little gets a short page and a cursor, after a bounded search', async () => {
    const other = messagesTable();
    const crowd = Array.from({ length: 5010 }, (_, index) =>
      record({ messageId: `m${index}`, receivedAt: noon - index }),
    );
    await other.fill([...crowd, record({ deviceId: 'mine', messageId: 'last', receivedAt: noon - 6000 })]);
    const sees = seenDevices({ db: other.db, tableName: 'devices' })({ grants: { deviceIds: ['mine'], roomIds: [] } });
    const first = await listing(other)({ sees });
    expect(first.signals).toEqual([]);
    const second = await listing(other)({ sees, after: first.next });
    expect(idsOf(second.signals)).toEqual(['last']);
    expect(second.next).toBeUndefined();
  });
});
