import '../platform/silent.ts';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beatBatch } from '../../../functions/presence/heartbeats.ts';
import type { Heard } from '../../../functions/presence/signals.ts';
import { memoryTables } from '../platform/memoryTables.ts';
import { down, recordingClient } from '../platform/recordingClient.ts';
import { noon, queued } from '../telemetry/samples.ts';

let tables: ReturnType<typeof memoryTables>;
let heard: Heard[];
beforeEach(() => {
  tables = memoryTables({ devices: ['deviceId', 'item'] });
  heard = [];
});

const beat = (deviceId: string, receivedAt: number, principal?: string) =>
  queued({ deviceId, clientId: deviceId, principal, receivedAt, traceId: 'trace' }, `${deviceId}-${receivedAt}`);
const tellHeard = async (signs: readonly Heard[]) => void heard.push(...signs);
const take = (records: ReturnType<typeof beat>[], more: Partial<Parameters<typeof beatBatch>[0]> = {}) =>
  beatBatch({ db: tables.db, tableName: 'devices', tellHeard, ...more })(records, {
    getRemainingTimeInMillis: () => 1000,
  });
const presence = async (deviceId: string) =>
  (await tables.db.send(new GetCommand({ TableName: 'devices', Key: { deviceId, item: 'presence' } }))).Item;
const isThere = (deviceId: string, state: 'online' | 'offline') =>
  tables.db.send(
    new PutCommand({ TableName: 'devices', Item: { deviceId, item: 'presence', state, lastHeartbeat: noon } }),
  );

test('many heartbeats of a device that is online are one write', async () => {
  await isThere('a', 'online');
  tables.calls.length = 0;
  expect(await take([beat('a', noon + 2, 'c2'), beat('a', noon + 3, 'c3'), beat('a', noon + 1, 'c1')])).toEqual({
    failed: [],
  });
  expect(tables.calls).toEqual(['BatchExecuteStatement']);
  expect(await presence('a')).toMatchObject({ lastHeartbeat: noon + 3, certificateId: 'c3' });
  expect(heard).toEqual([]);
});

test('in whatever order and batches they come, the latest stays', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }), { minLength: 1 }),
      async (batches) => {
        tables = memoryTables({ devices: ['deviceId', 'item'] });
        await isThere('a', 'online');
        for (const batch of batches) await take(batch.map((offset) => beat('a', noon + offset)));
        expect((await presence('a'))?.['lastHeartbeat']).toBe(noon + Math.max(...batches.flat()));
      },
    ),
    { numRuns: 25 },
  );
});

test('the newest of a device that is offline, or was never heard, is handed on', async () => {
  await isThere('a', 'offline');
  expect(await take([beat('a', noon + 1, 'c1'), beat('a', noon + 2, 'c2'), beat('b', noon)])).toEqual({ failed: [] });
  expect(heard).toEqual([
    { deviceId: 'a', receivedAt: noon + 2, principal: 'c2' },
    { deviceId: 'b', receivedAt: noon },
  ]);
  expect(await presence('a')).toMatchObject({ lastHeartbeat: noon });
});

test('what can not be handed on goes back', async () => {
  await isThere('a', 'online');
  const records = [beat('a', noon + 1), beat('b', noon)];
  expect(await take(records, { tellHeard: async () => down()() })).toEqual({ failed: [records[1]] });
});

test('what is no heartbeat goes back alone', async () => {
  const broken = queued('{', 'broken');
  expect(await take([broken, beat('a', noon)])).toEqual({ failed: [broken] });
  expect(heard).toHaveLength(1);
});

test('when the table is down, all of the devices it concerns go back', async () => {
  const records = [beat('a', noon), beat('a', noon + 1), beat('b', noon)];
  expect((await take(records, { db: recordingClient(down()) })).failed).toHaveLength(3);
});
