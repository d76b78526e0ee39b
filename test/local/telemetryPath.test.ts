import { gzipSync } from 'node:zlib';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { connectDevice, type DeviceConnection } from '../../scripts/fleet/connectDevice.ts';
import { encodeReading, formatNames } from '../../scripts/fleet/formats.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { entriesOf, recordOf } from './messageRecords.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { type Live, openLive } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { rawMessage, rawObject } from './rawArchive.ts';
import { pointsOf } from './telemetryPoints.ts';

const reading = { temperature: 70.7, humidity: 48, pressure: 1013.25 };
const units = { temperature: '[degF]', humidity: '%', pressure: 'hPa' };
const normalised = { ...reading, temperature: 21.5 };
/** What each format makes of that reading; a track says nothing of units. */
const metrics = {
  envelope: normalised,
  xray: { a: 70.7, b: 48, c: 1013.25 },
  scada: { ...normalised, status: 'ok', signalStrength: -61, batteryLevel: 87 },
  flat: normalised,
};

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

describe.each([
  ...formatNames.map((format) => ({ format, way: 'the broker', basicIngest: false })),
  { format: 'envelope' as const, way: 'Basic Ingest', basicIngest: true },
])('a message as $format by $way', ({ format, basicIngest }) => {
  const messageId = ulid();
  const time = Date.now() - 1_000;
  let device: NewDevice;
  let connection: DeviceConnection;
  let live: Live;
  let payload: Buffer;

  beforeAll(async () => {
    device = await newDevice(system, format);
    live = await openLive(system);
    await live.ask({ action: 'subscribe', channels: [`device:${device.deviceId}`] });
    connection = await connectDevice({ ...device, mqtt: system.mqtt });
    payload = encodeReading(format, { deviceId: device.deviceId, messageId, reading, units, time });
    await connection.publish(`${basicIngest ? `$aws/rules/${system.telemetryRule}/` : ''}${device.topic}`, payload);
  });

  afterAll(async () => {
    await connection.close();
    await live.close();
  });

  test('is stored, and its stages ended in their order', async () => {
    const record = await recordOf(system, device.deviceId, messageId);
    expect(record).toMatchObject({
      entry: 'message',
      disposition: 'stored',
      deviceId: device.deviceId,
      messageId,
      format,
      eventTime: time,
      points: 1,
      attempt: 0,
    });
    const { queued = 0, started = 0, decoded = 0, archived = 0, stored = 0, state = 0, recorded = 0 } = record.stages;
    const inOrder = [record.receivedAt, queued, started, decoded, Math.max(archived, stored), state, recorded];
    expect(inOrder).toEqual([...inOrder].sort((one, other) => one - other));
    expect(Math.min(archived, stored)).toBeGreaterThanOrEqual(decoded);
  });

  test('has its identity from the broker', async () => {
    const record = await recordOf(system, device.deviceId, messageId);
    expect(record).toMatchObject({ clientId: device.deviceId, principal: device.certificateId });
  });

  test('has its bytes in S3, and the object around them is valid gzip', async () => {
    const { raw } = await recordOf(system, device.deviceId, messageId);
    expect((await rawMessage(system, raw)).equals(payload)).toBe(true);
    expect((await rawObject(system, raw)).includes(payload)).toBe(true);
  });

  test('has its point in Timestream', async () => {
    await recordOf(system, device.deviceId, messageId);
    expect(await pointsOf(system, device.deviceId)).toEqual([
      { deviceId: device.deviceId, applicationId: 'default', measure_name: 'telemetry', time, ...metrics[format] },
    ]);
  });

  test('is the state of its device', async () => {
    const { receivedAt } = await recordOf(system, device.deviceId, messageId);
    const { Item } = await system.db.send(
      new GetCommand({ TableName: system.tables.devices, Key: { deviceId: device.deviceId, item: 'state' } }),
    );
    expect(Item).toMatchObject({ deviceId: device.deviceId, lastSeen: receivedAt });
    expect(valuesOf(Item?.['metrics'])).toEqual(metrics[format]);
  });

  test('reaches whoever subscribed', async () => {
    const update = await until('an update', () => live.updates.find((candidate) => candidate.messageId === messageId));
    expect(update).toMatchObject({
      channel: `device:${device.deviceId}`,
      deviceId: device.deviceId,
      time: new Date(time).toISOString(),
      values: metrics[format],
      ...(format !== 'xray' && { units: { ...units, temperature: 'Cel' } }),
    });
  });

  test('is told by the HTTP API', async () => {
    await recordOf(system, device.deviceId, messageId);
    const shown = await callApi(system, { path: `/api/devices/${device.deviceId}` });
    expect(shown.status).toBe(200);
    expect(valuesOf(shown.json.latest)).toEqual(metrics[format]);

    const listed = await callApi(system, { path: `/api/devices/${device.deviceId}/messages` });
    expect(listed.json.messages).toMatchObject([{ messageId, disposition: 'stored', points: 1 }]);

    const passport = await callApi(system, { path: `/api/messages/${device.deviceId}/${messageId}` });
    expect(passport.json).toMatchObject({ deviceId: device.deviceId, messageId });
    expect(passport.json.entries).toMatchObject([{ disposition: 'stored', format, attempt: 0 }]);
  });
});

describe('the HTTP API', () => {
  let device: NewDevice;
  const messageIds = [ulid(), ulid(), ulid()];

  beforeAll(async () => {
    device = await newDevice(system);
    const connection = await connectDevice({ ...device, mqtt: system.mqtt });
    for (const messageId of messageIds) {
      await connection.publish(device.topic, Buffer.from(JSON.stringify({ messageId, temperature: 20 })));
      await recordOf(system, device.deviceId, messageId);
    }
    await connection.close();
  });

  test('lists every device once, page by page', async () => {
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '3', ...(next !== undefined && { next }) });
      const { status, json } = await callApi(system, { path: `/api/devices?${query}` });
      expect(status).toBe(200);
      expect(json.devices.length).toBeLessThanOrEqual(3);
      seen.push(...json.devices.map(({ deviceId }: { deviceId: string }) => deviceId));
      next = json.next;
    } while (next !== undefined);
    expect(seen).toContain(device.deviceId);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('lists the messages of a device, the newest first, page by page', async () => {
    const path = `/api/devices/${device.deviceId}/messages`;
    const first = await callApi(system, { path: `${path}?limit=2` });
    const second = await callApi(system, { path: `${path}?limit=2&next=${encodeURIComponent(first.json.next)}` });
    const listed = [...first.json.messages, ...second.json.messages];
    expect(listed.map(({ messageId }) => messageId)).toEqual([...messageIds].reverse());
    expect(second.json.next).toBeUndefined();
  });

  test('says that every flow is healthy', async () => {
    const { status, json } = await callApi(system, { path: '/api/health' });
    expect(status).toBe(200);
    expect(json.status).toBe('healthy');
    expect(json.flows.map(({ name }: { name: string }) => name).sort()).toEqual(
      ['devices', 'ingestion', 'live', 'raw', 'telemetry'].sort(),
    );
  });

  test('answers 304 to whom it has told already, and 200 when there is news', async () => {
    const path = `/api/devices/${device.deviceId}/messages`;
    const first = await callApi(system, { path });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await callApi(system, { path, headers: { 'if-none-match': etag } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    const other = await callApi(system, { path, headers: { 'if-none-match': '"something-else"' } });
    expect(other.status).toBe(200);
  });

  test.each([
    ['/api/devices/nobody', 404],
    ['/api/messages/nobody/nothing', 404],
    ['/api/devices?limit=1000', 400],
    ['/api/devices?next=garbage', 400],
  ])('answers a problem to %s', async (path, status) => {
    const answer = await callApi(system, { path });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  });

  test('answers 404 to a route that there is not', async () => {
    expect((await callApi(system, { path: '/api/nothing' })).status).toBe(404);
  });

  test('refuses a call by nobody', async () => {
    expect((await callApi(system, { path: '/api/devices' })).status).toBe(401);
  });
});

describe('the WebSocket API', () => {
  test('answers an error to what it does not understand, and stays open', async () => {
    const live = await openLive(system);
    expect(await live.ask({ action: 'dance' })).toMatchObject({ type: 'error', title: 'Unknown action' });
    expect(await live.ask({ action: 'subscribe', channels: ['everything'] })).toMatchObject({ type: 'error' });
    expect(await live.ask({ action: 'subscribe', channels: ['device:one'] })).toMatchObject({ type: 'subscribed' });
    await live.close();
  });

  test('sends nothing more after unsubscribing', async () => {
    const device = await newDevice(system);
    const channels = [`device:${device.deviceId}`];
    const [staying, leaving] = await Promise.all([openLive(system), openLive(system)]);
    await staying.ask({ action: 'subscribe', channels });
    await leaving.ask({ action: 'subscribe', channels });
    await leaving.ask({ action: 'unsubscribe', channels });
    const connection = await connectDevice({ ...device, mqtt: system.mqtt });
    await connection.publish(device.topic, Buffer.from('{"temperature": 20}'));
    await until('an update for who stayed', () => staying.updates.length > 0);
    expect(leaving.updates).toEqual([]);
    await Promise.all([connection.close(), staying.close(), leaving.close()]);
  });
});

test('a gzipped message is read, and kept as it came', async () => {
  const device = await newDevice(system);
  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  const messageId = ulid();
  const payload = gzipSync(JSON.stringify({ messageId, temperature: 21.5 }));
  await connection.publish(device.topic, payload);
  const { disposition, raw } = await recordOf(system, device.deviceId, messageId);
  expect(disposition).toBe('stored');
  expect((await rawMessage(system, raw)).equals(payload)).toBe(true);
  expect(await pointsOf(system, device.deviceId)).toMatchObject([{ temperature: 21.5 }]);
  await connection.close();
});

test('every publish is acknowledged only when it can no longer be lost, so its record is there soon', async () => {
  const device = await newDevice(system);
  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  const messageIds = Array.from({ length: 50 }, () => ulid());
  await Promise.all(
    messageIds.map((messageId) =>
      connection.publish(device.topic, Buffer.from(JSON.stringify({ messageId, temperature: 20 }))),
    ),
  );
  await connection.close();
  for (const messageId of messageIds) {
    await recordOf(system, device.deviceId, messageId);
    expect(await entriesOf(system, device.deviceId, messageId)).toMatchObject([{ disposition: 'stored' }]);
  }
});

function valuesOf(latest: Readonly<Record<string, { readonly value: unknown }>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(latest).map(([metric, { value }]) => [metric, value]));
}
