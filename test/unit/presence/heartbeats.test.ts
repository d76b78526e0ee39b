import '../platform/silent.ts';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beatBatch } from '../../../functions/presence/heartbeats.ts';
import { memoryTables } from '../platform/memoryTables.ts';
import { down, recordingClient } from '../platform/recordingClient.ts';
import { noon, queued } from '../telemetry/samples.ts';

let tables: ReturnType<typeof memoryTables>;
beforeEach(() => {
  tables = memoryTables({ devices: ['deviceId', 'item'] });
});

const beat = (deviceId: string, receivedAt: number, principal?: string) =>
  queued({ deviceId, clientId: deviceId, principal, receivedAt, traceId: 'trace' }, `${deviceId}-${receivedAt}`);
const take = (records: ReturnType<typeof beat>[], db: Parameters<typeof beatBatch>[0]['db'] = tables.db) =>
  beatBatch({ db, tableName: 'devices' })(records, { getRemainingTimeInMillis: () => 1000 });
const presence = async (deviceId: string) =>
  (await tables.db.send(new GetCommand({ TableName: 'devices', Key: { deviceId, item: 'presence' } }))).Item;

test('many heartbeats of a device are one write', async () => {
  await take([beat('a', noon)]);
  tables.calls.length = 0;
  expect(await take([beat('a', noon + 2, 'c2'), beat('a', noon + 3, 'c3'), beat('a', noon + 1, 'c1')])).toEqual({
    failed: [],
  });
  expect(tables.calls).toEqual(['BatchExecuteStatement']);
  expect(await presence('a')).toEqual({
    deviceId: 'a',
    item: 'presence',
    lastHeartbeat: noon + 3,
    certificateId: 'c3',
  });
});

test('in whatever order and batches they come, the latest stays', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }), { minLength: 1 }),
      async (batches) => {
        tables = memoryTables({ devices: ['deviceId', 'item'] });
        for (const batch of batches) await take(batch.map((offset) => beat('a', noon + offset)));
        expect((await presence('a'))?.['lastHeartbeat']).toBe(noon + Math.max(...batches.flat()));
      },
    ),
    { numRuns: 25 },
  );
});

test('what is no heartbeat goes back alone', async () => {
  const broken = queued('{', 'broken');
  expect(await take([broken, beat('a', noon)])).toEqual({ failed: [broken] });
  expect(await presence('a')).toMatchObject({ lastHeartbeat: noon });
});

test('when the table is down, all of the devices it concerns go back', async () => {
  const records = [beat('a', noon), beat('a', noon + 1), beat('b', noon)];
  expect((await take(records, recordingClient(down()))).failed).toHaveLength(3);
});
