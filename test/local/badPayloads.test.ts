import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { connectDevice, type DeviceConnection } from '../../scripts/fleet/connectDevice.ts';
import { until } from '../until.ts';
import { takeDeadLetter } from './deadLetters.ts';
import { messagesOf, recordOf } from './messageRecords.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { rawMessage } from './rawArchive.ts';
import { pointsOf } from './telemetryPoints.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe.each<[string, Buffer, string, RegExp]>([
  ['garbage bytes', Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x0a]), 'validation', /neither UTF-8 text nor gzip/],
  ['nothing', Buffer.alloc(0), 'validation', /empty/],
  ['broken gzip', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x01]), 'validation', /can't be inflated/],
  ['half a JSON text', Buffer.from('{"temperature": 21.5'), 'validation', /not JSON/],
  ['JSON that is no object', json(42), 'validation', /an object is expected/],
  ['a value that is no value', json({ temperature: [1, 2] }), 'validation', /temperature is an array/],
  ['a name that is no name', json({ 'temp;DROP': 1 }), 'validation', /can't name a metric/],
  ["another device's id", json({ deviceId: 'somebody-else', temperature: 21.5 }), 'authentication', /somebody-else/],
  ['a time far in the future', json({ timestamp: inAnHour(), temperature: 21.5 }), 'validation', /15 minutes/],
])('%s', (_name, payload, failureClass, reason) => {
  let device: NewDevice;
  let connection: DeviceConnection;
  const neighbours = [ulid(), ulid(), ulid(), ulid()];

  beforeAll(async () => {
    device = await newDevice(system);
    connection = await connectDevice({ ...device, mqtt: system.mqtt });
    const good = (messageId: string | undefined) => json({ messageId, temperature: 21.5 });
    const [first, second, third, fourth] = neighbours;
    // At once, so that they come in one batch.
    await Promise.all(
      [good(first), good(second), payload, good(third), good(fourth)].map((each) =>
        connection.publish(device.topic, each),
      ),
    );
  });

  afterAll(() => connection.close());

  const quarantined = () =>
    until('a quarantined message', async () =>
      (await messagesOf(system, device.deviceId)).find(({ disposition }) => disposition === 'quarantined'),
    );

  test('is quarantined with a reason, its bytes kept, and put in the dead-letter queue', async () => {
    const { messageId } = await quarantined();
    const record = await recordOf(system, device.deviceId, messageId);
    expect(record).toMatchObject({ disposition: 'quarantined', failureClass, reason: expect.stringMatching(reason) });
    expect((await rawMessage(system, record.raw)).equals(payload)).toBe(true);
    const letter = await takeDeadLetter(system, `${device.deviceId}/${messageId}`);
    expect(letter).toMatchObject({ disposition: 'quarantined', failureClass, reason: record.reason, raw: record.raw });
    expect(Buffer.from(letter.message.payload, 'base64').equals(payload)).toBe(true);
  });

  test('does its neighbours no harm', async () => {
    for (const messageId of neighbours)
      expect(await recordOf(system, device.deviceId, messageId)).toMatchObject({ disposition: 'stored', attempt: 0 });
    await quarantined();
    expect(await messagesOf(system, device.deviceId)).toHaveLength(neighbours.length + 1);
  });
});

test('a message with one bad point among its points is refused as a whole', async () => {
  const device = await newDevice(system);
  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  const track = {
    timestamp: Date.now(),
    data: [
      [0, [1, 2, 3]],
      [3_600_000, [4, 5, 6]],
    ],
  };
  await connection.publish(device.topic, json(track));
  const refused = await until('its record', async () => (await messagesOf(system, device.deviceId))[0]);
  expect(refused).toMatchObject({ disposition: 'quarantined', reason: expect.stringContaining('Point 1') });
  expect(await pointsOf(system, device.deviceId)).toEqual([]);
  await connection.close();
});

test('a metric that changes its type is quarantined by what the telemetry store says', async () => {
  const device = await newDevice(system);
  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  const metric = `m${ulid()}`;
  const [first, second] = [ulid(), ulid()];
  await connection.publish(device.topic, json({ messageId: first, [metric]: 1 }));
  await recordOf(system, device.deviceId, first);
  await connection.publish(device.topic, json({ messageId: second, [metric]: 'one' }));
  expect(await recordOf(system, device.deviceId, second)).toMatchObject({
    disposition: 'quarantined',
    failureClass: 'validation',
    reason: expect.stringContaining('telemetry store rejected'),
  });
  expect(await pointsOf(system, device.deviceId)).toHaveLength(1);
  await connection.close();
});
