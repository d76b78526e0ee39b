import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { LiveChange } from '../../functions/live/protocol.ts';
import type { Presence } from '../../functions/platform/records/presence.ts';
import { presenceChange } from '../../functions/presence/protocol.ts';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { askByHttps } from './httpsPublish.ts';
import { connectRaw, type RawClient } from './iotRawClient.ts';
import { credentialsOf } from './mqttPackets.ts';
import { openSession } from './mqttSession.ts';
import { type NewDevice, newDevice, newDeviceId } from './newDevice.ts';
import { type Live, openLive } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

// The grace period is half a minute; what happens to one device takes as long as what happens to all of them.
const patience = 120_000;

let system: SystemUnderTest;
let admin: Person;
let live: Live;
let caPem: string;

beforeAll(async () => {
  system = await openSystem();
  admin = await signIn(system, { platformAdmin: true });
  live = await openLive(system);
  caPem = await readFile(system.mqtt.caFile ?? '', 'utf8');
});

const api = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  callApi(system, { method, path, as: admin, ...(body !== undefined && { body }) });

/** A device of the registry with a certificate, watched by the live connection. */
async function registered(name: string, more: object = {}): Promise<NewDevice> {
  const device = await newDevice(system, name);
  const { deviceId } = device;
  expect(await api('POST', '/api/devices', { deviceId, applicationId: 'default', ...more })).toMatchObject({
    status: 201,
  });
  await live.ask({ action: 'subscribe', channels: [`device:${deviceId}`] });
  return device;
}

/** A connection that can vanish without a word. */
async function connect({ deviceId, files }: NewDevice): Promise<RawClient> {
  const [certificatePem, privateKey] = await Promise.all(
    [files.certificateFile, files.privateKeyFile].map((file) => readFile(file, 'utf8')),
  );
  const client = await connectRaw(
    { port: system.mqtt.port, caPem },
    { certificatePem: certificatePem ?? '', privateKey: privateKey ?? '' },
    deviceId,
  );
  expect(client.returnCode).toBe(0);
  return client;
}

const disconnectPacket = Buffer.from([0xe0, 0]);
const presenceOf = async (deviceId: string) => (await api('GET', `/api/devices/${deviceId}/presence`)).json;
const itemOf = async (deviceId: string): Promise<Partial<Presence>> => {
  const Key = { deviceId, item: 'presence' };
  return (await system.db.send(new GetCommand({ TableName: system.tables.devices, Key }))).Item ?? {};
};
/** Waits on the item, not on the API, which answers one caller ten times a second and no more. */
async function becomes(deviceId: string, expected: Partial<Presence>) {
  await until(
    `${deviceId} as ${JSON.stringify(expected)}`,
    async () => {
      const item = await itemOf(deviceId);
      return isDeepStrictEqual(item, { ...item, ...expected });
    },
    patience,
  );
  return await presenceOf(deviceId);
}
/** States that it went through, oldest first, as the journal has them. */
const passed = async (deviceId: string): Promise<string[]> => {
  const { json } = await api('GET', `/api/devices/${deviceId}/events?limit=100`);
  return (json.items as { type: string; data: Record<string, string> }[])
    .filter(({ type }) => type === 'device.online' || type === 'device.offline')
    .map(({ data }) => `${data['previousState']} → ${data['currentState']}: ${data['reason']}`)
    .reverse();
};

describe('a device', () => {
  test('that was never heard is unknown', async () => {
    const { deviceId } = await registered('quiet');
    expect(await presenceOf(deviceId)).toEqual({ deviceId, state: 'unknown', connected: false, flaps: 0 });
  });

  test('is online when it has connected, and those who watch are told', async () => {
    const device = await registered('comes');
    const { deviceId } = device;
    const { socket } = await connect(device);
    expect(await becomes(deviceId, { state: 'online' })).toMatchObject({ connected: true, reason: 'connected' });
    const isChange = (one: LiveChange) => one.kind === 'presence' && one.deviceId === deviceId;
    const change = await until('the change', () => live.changes.find(isChange));
    expect(change).toMatchObject({ applicationId: 'default' });
    expect(presenceChange.parse(change.data)).toMatchObject({
      deviceId,
      previousState: 'unknown',
      currentState: 'online',
      reason: 'connected',
    });
    expect(await passed(deviceId)).toEqual(['unknown → online: connected']);
    socket.destroy();
  });

  test('goes offline for the reason for which its connection ended, once the grace period is over', async () => {
    const [vanishes, leaves] = [await registered('vanishes'), await registered('leaves')];
    const [lost, left] = [await connect(vanishes), await connect(leaves)];
    for (const { deviceId } of [vanishes, leaves]) await becomes(deviceId, { state: 'online' });
    lost.socket.destroy();
    left.socket.end(disconnectPacket);
    for (const { deviceId } of [vanishes, leaves])
      expect(await becomes(deviceId, { connected: false })).toMatchObject({ state: 'online', flaps: 1 });
    for (const [{ deviceId }, reason] of [
      [vanishes, 'CONNECTION_LOST'],
      [leaves, 'CLIENT_INITIATED_DISCONNECT'],
    ] as const) {
      expect(await becomes(deviceId, { state: 'offline' })).toMatchObject({ previousState: 'online', reason });
      expect(await passed(deviceId)).toEqual(['unknown → online: connected', `online → offline: ${reason}`]);
    }
  });

  test('whose certificate is revoked goes offline', async () => {
    const device = await registered('revoked');
    const { deviceId, certificateId } = device;
    await connect(device);
    await becomes(deviceId, { state: 'online' });
    expect(await api('POST', `/api/devices/${deviceId}/certificates/${certificateId}/revoke`)).toMatchObject({
      status: 200,
    });
    await becomes(deviceId, { connected: false });
    expect((await becomes(deviceId, { state: 'offline' })).reason).toMatch(/^[A-Z_]+$/);
  });

  test('that flaps, or takes its own connection over, was never gone', async () => {
    const device = await registered('flaps');
    const { deviceId } = device;
    for (let times = 0; times < 4; times += 1) {
      const { socket } = await connect(device);
      socket.destroy();
    }
    await connect(device);
    const { socket } = await connect(device);
    await until('all that ended', async () => (await itemOf(deviceId)).disconnects?.length === 5);
    expect(await becomes(deviceId, { connected: true })).toMatchObject({ state: 'online', flaps: 5 });
    expect(await passed(deviceId)).toEqual(['unknown → online: connected']);
    socket.destroy();
  });

  test('that owes heartbeats is silent without them, and online with the next', async () => {
    const device = await registered('silent', { configuration: { heartbeatSeconds: 1 } });
    const { deviceId } = device;
    const connection = await connectDevice({ ...device, mqtt: system.mqtt });
    await becomes(deviceId, { state: 'online' });
    const lambda = new LambdaClient(system.client);
    const FunctionName = system.output('Presence', 'SweepFunctionName');
    await until(
      'the sweep to find it',
      async () => {
        expect(await lambda.send(new InvokeCommand({ FunctionName }))).not.toHaveProperty('FunctionError');
        return (await itemOf(deviceId)).state === 'offline';
      },
      patience,
    );
    expect(await presenceOf(deviceId)).toMatchObject({ connected: true, reason: 'silent' });
    await connection.publish(`devices/heartbeat/${deviceId}`, Buffer.from(''));
    await becomes(deviceId, { reason: 'heartbeat' });
    expect(await passed(deviceId)).toContain('offline → online: heartbeat');
    await connection.close();
  });

  test('that has no connection is online by its telemetry', async () => {
    const device = await registered('sender');
    const path = `/topics/${device.topic}?qos=1`;
    const body = JSON.stringify({ temperature: 21.5 });
    expect(await askByHttps(system, await credentialsOf(device), { method: 'POST', path, body })).toBe('HTTP 200');
    expect(await becomes(device.deviceId, { state: 'online' })).toMatchObject({
      connected: false,
      reason: 'telemetry',
    });
    expect(await passed(device.deviceId)).toEqual(['unknown → online: telemetry']);
  });

  test('leaves nothing when the registry forgets it', async () => {
    const device = await registered('deleted');
    const { deviceId } = device;
    const { socket } = await connect(device);
    await becomes(deviceId, { state: 'online' });
    expect(await api('DELETE', `/api/devices/${deviceId}`)).toMatchObject({ status: 204 });
    socket.end(disconnectPacket);
    expect(await api('POST', '/api/devices', { deviceId, applicationId: 'default' })).toMatchObject({ status: 201 });
    expect(await presenceOf(deviceId)).toMatchObject({ state: 'unknown', connected: false });
  });
});

test('a command that waits for a device that is away comes as soon as it is back and listens', async () => {
  const type = newDeviceId('lamp').slice(0, 64);
  await api('PUT', `/api/applications/default/device-types/${type}`, {
    thingModel: { title: 'Lamp', actions: { blink: { title: 'Blink' } } },
  });
  const device = await registered('mailbox', { deviceType: type });
  const { deviceId } = device;
  const ordered = await api('POST', `/api/devices/${deviceId}/commands`, { name: 'blink', parameters: {} });
  expect(ordered).toMatchObject({ status: 201 });
  const session = await openSession(system, device);
  await session.subscribe(`devices/commands/${deviceId}`);
  const [message] = await until('the command', () => (session.received.length > 0 ? session.received : undefined));
  expect(JSON.parse(message?.payload ?? '')).toMatchObject({ commandId: ordered.json.commandId, name: 'blink' });
  await session.close();
});
