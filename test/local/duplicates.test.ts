import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { connectDevice, type DeviceConnection } from '../../scripts/fleet/connectDevice.ts';
import { recordOf, settled } from './messageRecords.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { pointsOf } from './telemetryPoints.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Lends a new device for the time of some work. */
async function withDevice<Result>(work: (device: NewDevice, connection: DeviceConnection) => Promise<Result>) {
  const device = await newDevice(system);
  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  try {
    return await work(device, connection);
  } finally {
    await connection.close();
  }
}

/** Metric → value and event time, as the devices table has them. */
async function stateOf(deviceId: string): Promise<Record<string, { value: unknown; time: number }>> {
  const { Item } = await system.db.send(
    new GetCommand({
      TableName: system.tables.devices,
      Key: { deviceId, item: 'state' },
      ConsistentRead: true,
    }),
  );
  return Object.fromEntries(
    Object.entries((Item?.['metrics'] ?? {}) as Record<string, { value: unknown; time: number }>).map(
      ([metric, { value, time }]) => [metric, { value, time }],
    ),
  );
}

const dispositions = (entries: readonly { readonly disposition: string }[]) =>
  entries.map(({ disposition }) => disposition).sort();

describe('a message id that comes twice', () => {
  test('is stored once and once a duplicate, when the second comes later', async () => {
    await withDevice(async ({ deviceId, topic }, connection) => {
      const messageId = ulid();
      const payload = json({ messageId, timestamp: Date.now(), temperature: 21.5 });
      await connection.publish(topic, payload);
      await recordOf(system, deviceId, messageId);
      await connection.publish(topic, payload);
      expect(dispositions(await settled(system, deviceId, messageId, 2))).toEqual(['duplicate', 'stored']);
      expect(await pointsOf(system, deviceId)).toHaveLength(1);
    });
  });

  test('is stored once however many come at once', async () => {
    await withDevice(async ({ deviceId, topic }, connection) => {
      const messageId = ulid();
      const payload = json({ messageId, timestamp: Date.now(), temperature: 21.5 });
      await Promise.all(Array.from({ length: 25 }, () => connection.publish(topic, payload)));
      const found = dispositions(await settled(system, deviceId, messageId, 25));
      expect(found).toEqual([...Array.from({ length: 24 }, () => 'duplicate'), 'stored']);
      expect(await pointsOf(system, deviceId)).toHaveLength(1);
    });
  });

  test('keeps the values of the first, whatever the second says', async () => {
    await withDevice(async ({ deviceId, topic }, connection) => {
      const messageId = ulid();
      const time = Date.now();
      await connection.publish(topic, json({ messageId, timestamp: time, temperature: 1 }));
      await recordOf(system, deviceId, messageId);
      await connection.publish(topic, json({ messageId, timestamp: time, temperature: 2 }));
      await settled(system, deviceId, messageId, 2);
      expect(await stateOf(deviceId)).toEqual({ temperature: { value: 1, time } });
      expect(await pointsOf(system, deviceId)).toMatchObject([{ time, temperature: 1 }]);
    });
  });

  test('is another message when another device sends it', async () => {
    const messageId = ulid();
    await withDevice(async (one, oneConnection) =>
      withDevice(async (other, otherConnection) => {
        await oneConnection.publish(one.topic, json({ messageId, temperature: 1 }));
        await otherConnection.publish(other.topic, json({ messageId, temperature: 2 }));
        for (const { deviceId } of [one, other])
          expect(await recordOf(system, deviceId, messageId)).toMatchObject({ disposition: 'stored' });
      }),
    );
  });
});

describe('late and shuffled points', () => {
  test('a late point is stored and never moves a metric back', async () => {
    await withDevice(async ({ deviceId, topic }, connection) => {
      const now = Date.now();
      const [newer, older] = [ulid(), ulid()];
      await connection.publish(topic, json({ messageId: newer, timestamp: now, temperature: 2 }));
      await recordOf(system, deviceId, newer);
      await connection.publish(
        topic,
        json({ messageId: older, timestamp: now - 60_000, temperature: 1, humidity: 50 }),
      );
      await recordOf(system, deviceId, older);
      expect(await stateOf(deviceId)).toEqual({
        temperature: { value: 2, time: now },
        humidity: { value: 50, time: now - 60_000 },
      });
      expect(await pointsOf(system, deviceId)).toMatchObject([{ time: now - 60_000 }, { time: now }]);
    });
  });

  test('of two points at one time the one that came later stands, in the state and in Timestream', async () => {
    await withDevice(async ({ deviceId, topic }, connection) => {
      const time = Date.now();
      // Greater ids first: the id decides only between arrivals in the same millisecond.
      for (const [messageId, temperature] of [
        [ulid(), 1],
        [ulid(), 2],
      ] as const) {
        await connection.publish(topic, json({ messageId, timestamp: time, temperature }));
        await recordOf(system, deviceId, messageId);
      }
      expect(await stateOf(deviceId)).toEqual({ temperature: { value: 2, time } });
      expect(await pointsOf(system, deviceId)).toMatchObject([{ time, temperature: 2 }]);
    });
  });

  test('end in the same state in whatever order they come', async () => {
    const metrics = ['temperature', 'humidity', 'pressure'] as const;
    const message = fc.record({
      /** Seconds before now; distinct, so that the expected state needs no rule for ties. */
      age: fc.integer({ min: 0, max: 3_000 }),
      names: fc.uniqueArray(fc.constantFrom(...metrics), { minLength: 1 }),
      copies: fc.integer({ min: 1, max: 2 }),
    });
    const messages = fc.uniqueArray(message, { selector: ({ age }) => age, minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(messages, async (sent) => {
        await withDevice(async ({ deviceId, topic }, connection) => {
          const now = Date.now();
          const withIds = sent.map(({ age, names, copies }) => ({
            messageId: ulid(),
            time: now - age * 1000,
            names,
            copies,
          }));
          await Promise.all(
            withIds.flatMap(({ messageId, time, names, copies }) => {
              const values = Object.fromEntries(names.map((name) => [name, time % 1_000_003]));
              const payload = json({ messageId, timestamp: time, ...values });
              return Array.from({ length: copies }, () => connection.publish(topic, payload));
            }),
          );
          for (const { messageId, copies } of withIds) {
            const found = dispositions(await settled(system, deviceId, messageId, copies));
            expect(found).toEqual(copies === 1 ? ['stored'] : ['duplicate', 'stored']);
          }
          const expected: Record<string, { value: unknown; time: number }> = {};
          for (const { time, names } of [...withIds].sort((one, other) => one.time - other.time))
            for (const name of names) expected[name] = { value: time % 1_000_003, time };
          expect(await stateOf(deviceId)).toEqual(expected);
          const times = (await pointsOf(system, deviceId)).map(({ time }) => time);
          expect(times).toEqual(withIds.map(({ time }) => time).sort((one, other) => one - other));
        });
      }),
      { numRuns: 5 },
    );
  });
});
