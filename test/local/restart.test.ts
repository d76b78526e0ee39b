import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DescribeCertificateCommand, DescribeThingCommand } from '@aws-sdk/client-iot';
import { expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { connectDevice, type DeviceConnection } from '../../scripts/fleet/connectDevice.ts';
import { freePortOffset, portsAt } from '../../scripts/start/ports.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { archivedEvents } from './eventArchive.ts';
import { messagesOf, recordOf } from './messageRecords.ts';
import { newApplication } from './newApplication.ts';
import { type NewDevice, newDevice, newDeviceId } from './newDevice.ts';
import type { SystemUnderTest } from './openSystem.ts';
import { orderFault } from './orderFault.ts';
import { rawMessage } from './rawArchive.ts';
import { restartableSystem } from './restartableSystem.ts';
import { runScript } from './runScript.ts';
import { signIn } from './signIn.ts';
import { pointsOf } from './telemetryPoints.ts';

const own = restartableSystem();
const { start, stop, kill } = own;

const payloadOf = (messageId: string, time: number) =>
  Buffer.from(JSON.stringify({ messageId, timestamp: time, count: time }));

interface Sent {
  readonly messageId: string;
  readonly time: number;
}

/** Publishes so many messages at once. @returns those that the broker acknowledged, as it does so */
function publishMany(connection: DeviceConnection, { topic }: NewDevice, count: number) {
  const acknowledged: Sent[] = [];
  const now = Date.now();
  const all = Array.from({ length: count }, async (_, index) => {
    const sent = { messageId: ulid(), time: now - index };
    await connection.publish(topic, payloadOf(sent.messageId, sent.time));
    acknowledged.push(sent);
  });
  const done = Promise.allSettled(all);
  return { acknowledged, done };
}

test('after a stop and a start everything is still there, and a device comes back by itself', async () => {
  const before = await start();
  const device = await newDevice(before);
  const connection = await connectDevice({ ...device, mqtt: before.mqtt, sendAgain: true });
  const first = ulid();
  const time = Date.now();
  await connection.publish(device.topic, payloadOf(first, time));
  const record = await recordOf(before, device.deviceId, first);
  await stop();

  const after = await start();
  expect(await recordOf(after, device.deviceId, first)).toEqual(record);
  expect((await rawMessage(after, record.raw)).equals(payloadOf(first, time))).toBe(true);
  expect(await pointsOf(after, device.deviceId)).toMatchObject([{ time, count: time }]);
  expect(await latestOf(after, device.deviceId)).toMatchObject({ count: { value: time } });
  expect(await after.iot.send(new DescribeThingCommand({ thingName: device.deviceId }))).toMatchObject({
    thingName: device.deviceId,
    thingTypeName: after.output('Ingestion', 'DeviceThingTypeName'),
  });
  const { certificateDescription } = await after.iot.send(
    new DescribeCertificateCommand({ certificateId: device.certificateId }),
  );
  expect(certificateDescription?.status).toBe('ACTIVE');

  const second = ulid();
  await connection.publish(device.topic, payloadOf(second, time + 1));
  await recordOf(after, device.deviceId, second);
  await connection.close();
  expect(await pointsOf(after, device.deviceId)).toMatchObject([{ time }, { time: time + 1 }]);
});

test('a stop in the middle of the work loses nothing', async () => {
  const before = await start();
  const device = await newDevice(before);
  const connection = await connectDevice({ ...device, mqtt: before.mqtt });
  const { acknowledged, done } = publishMany(connection, device, 300);
  await done;
  await stop();
  await connection.close();
  expect(await complaints()).toEqual([]);
  await expectStored(await start(), device, acknowledged);
});

test('what was acknowledged before a kill -9 ends stored, once, and the device connects again', async () => {
  const before = await start();
  const device = await newDevice(before);
  const connection = await connectDevice({ ...device, mqtt: before.mqtt });
  // The first has warmed it up: the kill meets it at work.
  const [first] = await publishAll(connection, device, 1);
  await recordOf(before, device.deviceId, first?.messageId ?? '');
  const { acknowledged } = publishMany(connection, device, 1_000);
  await until('some acknowledgements', () => acknowledged.length >= 300);
  await kill();
  const count = acknowledged.length;
  const survivors = acknowledged.slice(0, count);
  await connection.close();

  const after = await start();
  await expectStored(after, device, survivors);
  const again = await connectDevice({ ...device, mqtt: after.mqtt });
  const [last] = await publishAll(again, device, 1);
  expect(await recordOf(after, device.deviceId, last?.messageId ?? '')).toMatchObject({ disposition: 'stored' });
  await again.close();
});

test('events that were written while nothing could be published are all published after a kill -9', async () => {
  const before = await start();
  const as = await signIn(before, { platformAdmin: true });
  const { applicationId } = await newApplication(before, as);
  const struck = await orderFault(before, { service: 'sns', kind: 'error', operation: 'Publish', caller: 'role' });
  const deviceId = newDeviceId();
  const post = (path: string, body: object) =>
    callApi(before, { method: 'POST', path: `/api/devices${path}`, body, as });
  expect(await post('', { applicationId, deviceId })).toMatchObject({ status: 201 });
  const notes = Array.from({ length: 150 }, async (_, index) => {
    const { status, json } = await post(`/${deviceId}/events`, { text: `note ${index}` });
    expect(status).toBe(201);
    return String(json.eventId);
  });
  const written = (await Promise.all(notes)).sort();
  await until('an attempt', async () => (await struck()) > 0);
  expect(await archivedEvents(before, applicationId)).toEqual([]);
  await kill();

  const after = await start();
  const archived = await until(
    'all of them in the archive',
    async () => {
      const ids = new Set(await archivedEvents(after, applicationId));
      return written.every((id) => ids.has(id)) ? ids : undefined;
    },
    40_000,
  );
  // And that the device came.
  expect(archived.size).toBe(written.length + 1);
});

async function publishAll(connection: DeviceConnection, device: NewDevice, count: number): Promise<readonly Sent[]> {
  const { acknowledged, done } = publishMany(connection, device, count);
  await done;
  return acknowledged;
}

async function expectStored(
  system: SystemUnderTest,
  { deviceId }: NewDevice,
  messages: readonly Sent[],
): Promise<void> {
  const wanted = new Set(messages.map(({ messageId }) => messageId));
  const found = await until('a record of every message', async () => {
    const records = (await messagesOf(system, deviceId)).filter(({ messageId }) => wanted.has(messageId));
    return new Set(records.map(({ messageId }) => messageId)).size === wanted.size ? records : undefined;
  });
  expect(found.filter(({ disposition }) => disposition !== 'stored')).toEqual([]);
  expect(found).toHaveLength(wanted.size);
  const times = (await pointsOf(system, deviceId)).map(({ time }) => time);
  expect(new Set(times).size).toBe(times.length);
  expect(times).toEqual(expect.arrayContaining(messages.map(({ time }) => time)));
  expect((await latestOf(system, deviceId))['count']?.value).toBeGreaterThanOrEqual(
    Math.max(...messages.map(({ time }) => time)),
  );
}

/** Newest values by metric, as the HTTP API tells them. */
async function latestOf(system: SystemUnderTest, deviceId: string): Promise<Record<string, { value: unknown }>> {
  const as = await signIn(system, { platformAdmin: true });
  const { json } = await callApi(system, { path: `/api/devices/${deviceId}/latest`, as });
  return json.metrics;
}

/** What the local cloud and its functions had to complain of since their folder is there. */
async function complaints(): Promise<string[]> {
  const logs = (await readdir(join(own.stateDir, 'logs'))).map((name) => join('logs', name));
  const texts = await Promise.all(['cloud.log', ...logs].map((name) => readFile(join(own.stateDir, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n')).filter((line) => / (warn|error) |"level":"(WARN|ERROR)"/.test(line));
}

test('--fresh forgets devices and data', async () => {
  const before = await start();
  const device = await newDevice(before);
  const connection = await connectDevice({ ...device, mqtt: before.mqtt });
  const messageId = ulid();
  await connection.publish(device.topic, payloadOf(messageId, Date.now()));
  await recordOf(before, device.deviceId, messageId);
  await connection.close();
  await stop();

  const after = await start('--fresh');
  expect(await messagesOf(after, device.deviceId)).toEqual([]);
  const admin = await signIn(after, { platformAdmin: true });
  const list = { path: '/api/devices?applicationId=default', as: admin };
  expect((await callApi(after, list)).json).toEqual({ items: [] });
  await expect(after.iot.send(new DescribeThingCommand({ thingName: device.deviceId }))).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  );
});

test.each(['edge', 'mqtt', 'dashboard'] as const)('a taken port for %s is told, with the way out', async (listener) => {
  const port = portsAt(own.portOffset)[listener];
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { code, output } = await runScript('start.ts', [
    '--no-simulate',
    ...['--port-offset', String(own.portOffset)],
    ...['--state', own.stateDir],
  ]);
  expect(code).toBe(1);
  expect(output).toContain(`port ${port}`);
  expect(output).toContain('--port-offset');
  server.close();
});

test('a second system on the same folder is refused, and the first goes on', async () => {
  const system = await start();
  const { code, output } = await runScript('start.ts', [
    ...['--no-simulate', '--no-dashboard', '--state', own.stateDir],
    ...['--port-offset', String(await freePortOffset('127.0.0.1'))],
  ]);
  expect(code).toBe(1);
  expect(output).toContain(`already runs on ${own.stateDir}`);
  expect((await callApi(system, { path: '/api/health' })).status).toBe(200);
});
