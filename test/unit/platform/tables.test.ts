import { describe, expect, test } from '@jest/globals';
import { insertStatement, readItems } from '../../../functions/platform/tables.ts';
import { recordingClient } from './recordingClient.ts';

const keys = (count: number) => Array.from({ length: count }, (_, id) => ({ id }));

describe('reading items', () => {
  test('takes a hundred keys a call, whatever their tables, and reads what is newest', async () => {
    const db = recordingClient(({ input }) => {
      const tables = Object.entries(input.RequestItems as Record<string, { Keys: unknown[] }>);
      return { Responses: Object.fromEntries(tables.map(([table, { Keys }]) => [table, Keys])) };
    });
    const found = await readItems({ db })({ one: keys(120), two: keys(30) });
    expect(db.calls).toHaveLength(2);
    expect(db.calls[1]?.input.RequestItems).toMatchObject({
      one: { ConsistentRead: true },
      two: { ConsistentRead: true },
    });
    expect([found['one']?.length, found['two']?.length]).toEqual([120, 30]);
  });

  test('asks again for what DynamoDB left out, and for that alone', async () => {
    const left = { one: { Keys: [{ id: 1 }], ConsistentRead: true } };
    const db = recordingClient((_, count) =>
      count === 1
        ? { Responses: { one: [{ id: 0 }] }, UnprocessedKeys: left }
        : { Responses: { one: [{ id: 1 }] }, UnprocessedKeys: {} },
    );
    expect(await readItems({ db })({ one: keys(2) })).toEqual({ one: [{ id: 0 }, { id: 1 }] });
    expect(db.calls[1]?.input.RequestItems).toEqual(left);
  });

  test('is a fault when DynamoDB leaves out again and again: a missing item would look like none', async () => {
    const db = recordingClient(({ input }) => ({ UnprocessedKeys: input.RequestItems }));
    await expect(readItems({ db })({ one: keys(1) })).rejects.toThrow('throttling');
    expect(db.calls).toHaveLength(5);
  });

  test('of no keys is no call', async () => {
    const db = recordingClient();
    expect(await readItems({ db })({ one: [] })).toEqual({});
    expect(db.calls).toEqual([]);
  });
});

test('an insert names the attributes that are there, and passes their values apart', () => {
  expect(insertStatement('fieldline-messages', { id: "'; DROP", missing: undefined, count: 0 })).toEqual({
    Statement: `INSERT INTO "fieldline-messages" VALUE {'id': ?, 'count': ?}`,
    Parameters: ["'; DROP", 0],
  });
});
