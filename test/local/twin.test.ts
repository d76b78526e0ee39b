import { readFile } from 'node:fs/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../until.ts';
import { type ApiAnswer, callApi } from './callApi.ts';
import { connectDevice, type Device } from './iotDevice.ts';
import { newApplication } from './newApplication.ts';
import { type NewDevice, newDevice, newDeviceId } from './newDevice.ts';
import { openLive } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

let system: SystemUnderTest;
let applicationId: string;
let operator: Person;
let viewer: Person;
let admin: Person;

const thingModel = {
  title: 'Boiler',
  properties: {
    heat: { type: 'number', unit: 'Cel', minimum: 5, maximum: 90 },
    mode: { type: 'string', enum: ['eco', 'boost'] },
    pressure: { type: 'number', unit: 'hPa', readOnly: true },
  },
};

beforeAll(async () => {
  system = await openSystem();
  admin = await signIn(system, { platformAdmin: true });
  const application = await newApplication(system, admin);
  applicationId = application.applicationId;
  [operator, viewer] = await Promise.all([application.member('operator'), application.member('viewer')]);
  const path = `/api/applications/${applicationId}/device-types/boiler`;
  expect(await callApi(system, { method: 'PUT', path, body: { thingModel }, as: admin })).toMatchObject({
    status: 200,
  });
});

async function register(deviceId: string, more: object = {}): Promise<void> {
  const body = { applicationId, deviceId, ...more };
  const answer = await callApi(system, { method: 'POST', path: '/api/devices', body, as: admin });
  expect(answer).toMatchObject({ status: 201 });
}

/** A device that is registered, with its thing and certificate, and what people ask of its twin. */
async function newTwin(more: object = { deviceType: 'boiler' }) {
  const device = await newDevice(system, 'boiler');
  await register(device.deviceId, more);
  return { device, ...twinOf(device.deviceId) };
}

const twinOf = (deviceId: string) => {
  const path = `/api/devices/${deviceId}/twin`;
  return {
    get: (what = '', headers = {}): Promise<ApiAnswer> => callApi(system, { path: path + what, headers, as: viewer }),
    set: (body: object, { query = '', shadow = '', headers = {}, as = operator } = {}): Promise<ApiAnswer> =>
      callApi(system, { method: 'PATCH', path: `${path}${shadow}/desired${query}`, body, headers, as }),
  };
};

async function connect({ deviceId, files }: NewDevice, options: { clean?: boolean } = {}): Promise<Device> {
  const [certificatePem, privateKey, caPem] = await Promise.all(
    [files.certificateFile, files.privateKeyFile, files.caFile].map((file) => readFile(file, 'utf8')),
  );
  return connectDevice(
    { port: system.mqtt.port, caPem: caPem ?? '' },
    { certificatePem: certificatePem ?? '', privateKey: privateKey ?? '' },
    deviceId,
    options,
  );
}

const shadowTopic = ({ deviceId }: NewDevice) => `$aws/things/${deviceId}/shadow`;

/** The shadow as the device reads it. */
async function readShadow(connection: Device, device: NewDevice) {
  await connection.publish(`${shadowTopic(device)}/get`, {});
  return (await connection.next(`${shadowTopic(device)}/get/accepted`)) as {
    state: Record<string, unknown>;
    version: number;
  };
}

/** What the schedule does every minute. */
async function expireNow(): Promise<void> {
  const lambda = new LambdaClient(system.client);
  const { FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: system.output('Twin', 'ExpireFunctionName') }),
  );
  expect(FunctionError).toBeUndefined();
}

describe('what is desired of a device that is not there', () => {
  test('is pending, reaches it once when it connects, and is confirmed by what it reports', async () => {
    const { device, get, set } = await newTwin();
    expect(await get()).toMatchObject({
      status: 200,
      json: { version: 0, desired: {}, reported: {}, pending: [], connectivity: { state: 'unknown' } },
    });
    const answer = await set({ heat: 21 }, { query: '?expiresIn=3600' });
    expect(answer).toMatchObject({ status: 200, json: { desired: { heat: 21 }, delta: { heat: 21 }, version: 1 } });
    const pending = [
      {
        ...{ path: '/heat', desired: 21, by: `user:${operator.userId}` },
        ...{ since: expect.any(String), expiresAt: expect.any(String) },
      },
    ];
    expect(answer.json.pending).toEqual(pending);
    expect((await get()).json.pending).toEqual(pending);

    const topic = shadowTopic(device);
    const connection = await connect(device);
    await connection.subscribe(`${topic}/get/accepted`);
    await connection.subscribe(`${topic}/update/delta`);
    expect((await readShadow(connection, device)).state['delta']).toEqual({ heat: 21 });
    await connection.publish(`${topic}/update`, { state: { reported: { heat: 21 } } });
    const confirmed = await until('the confirmation', async () => {
      const { json } = await get();
      return json.pending.length === 0 && json;
    });
    expect(confirmed).toMatchObject({ version: 2, reported: { heat: 21 }, delta: {} });
    // Its answer to one more question comes after all that was sent before.
    expect((await readShadow(connection, device)).state).not.toHaveProperty('delta');
    expect(connection.received).toEqual([]);
    await connection.disconnect();
  });

  test('comes to a session that waited for it as one message', async () => {
    const { device, get, set } = await newTwin();
    const delta = `${shadowTopic(device)}/update/delta`;
    const before = await connect(device, { clean: false });
    await before.subscribe(delta);
    await before.disconnect();
    await until('its going', async () => {
      const path = `/api/devices/${device.deviceId}/presence`;
      return (await callApi(system, { path, as: viewer })).json.connected === false;
    });
    expect(await set({ heat: 30, mode: 'eco' })).toMatchObject({ status: 200 });
    // By then the delta waits in the session.
    await until('the history', async () => (await get('/history')).json.items.length === 1);
    const after = await connect(device, { clean: false });
    expect(after.sessionPresent).toBe(true);
    expect(await after.next(delta)).toMatchObject({ state: { heat: 30, mode: 'eco' }, version: 1 });
    await after.publish(`${shadowTopic(device)}/update`, { state: { reported: { heat: 30, mode: 'eco' } } });
    await after.subscribe(`${shadowTopic(device)}/get/accepted`);
    await readShadow(after, device);
    expect(after.received).toEqual([]);
    await after.disconnect();
  });
});

test('a report that is doubled, or of an older version, changes neither the view nor the history', async () => {
  const { device, get } = await newTwin();
  const topic = shadowTopic(device);
  const connection = await connect(device);
  await connection.subscribe(`${topic}/update/rejected`);
  await connection.subscribe(`${topic}/update/accepted`);
  const report = async (document: object, answer: 'accepted' | 'rejected') => {
    await connection.publish(`${topic}/update`, document);
    return connection.next(`${topic}/update/${answer}`);
  };
  await report({ state: { reported: { heat: 20 } } }, 'accepted');
  await report({ state: { reported: { heat: 22 } }, version: 1 }, 'accepted');
  const seen = async (entries: number) =>
    until(`${entries} changes`, async () => {
      const { json } = await get('/history');
      return json.items.length === entries && json.items;
    });
  const [newest] = await seen(2);
  expect(newest).toMatchObject({
    ...{ version: 2, actor: `device:${device.deviceId}`, cause: 'device' },
    changes: [{ section: 'reported', path: '/heat', from: 20, to: 22 }],
  });
  await report({ state: { reported: { heat: 22 } } }, 'accepted');
  expect(await report({ state: { reported: { heat: 20 } }, version: 1 }, 'rejected')).toMatchObject({ code: 409 });
  await report({ state: { reported: { mode: 'eco' } } }, 'accepted');
  const versions = (await seen(3)).map(({ version }: { version: number }) => version);
  expect(versions).toEqual([4, 2, 1]);
  expect((await get()).json).toMatchObject({ version: 4, reported: { heat: 22, mode: 'eco' } });
  const first = await get('/history?limit=2');
  const second = await get(`/history?limit=2&next=${first.json.next}`);
  expect([...first.json.items, ...second.json.items].map(({ version }) => version)).toEqual([4, 2, 1]);
  await connection.disconnect();
});

describe('a value that is set', () => {
  test('must be a property of the type that can be set, of its type and in its range', async () => {
    const { set } = await newTwin();
    const { status, json } = await set({ heat: 99, mode: 'fast', pressure: 1, colour: 'red' });
    expect(status).toBe(400);
    expect(json.errors).toEqual([
      { in: 'body', field: '/heat', detail: 'must be at most 90 Cel' },
      { in: 'body', field: '/mode', detail: 'must be one of ["eco","boost"]' },
      { in: 'body', field: '/pressure', detail: "is read-only in the device type 'boiler'" },
      {
        ...{ in: 'body', field: '/colour' },
        detail: "is no property of the device type 'boiler', of which heat, mode can be set",
      },
    ]);
    expect(await set({ heat: 'hot' })).toMatchObject({ status: 400 });
    expect(await set({})).toMatchObject({ status: 400 });
    expect(await set({ heat: 20 }, { query: '?expiresIn=0' })).toMatchObject({ status: 400 });
    expect(await set({ heat: 20 }, { as: viewer })).toMatchObject({ status: 403 });
  });

  test('is any JSON for a device without a type, and goes by null', async () => {
    const { get, set } = await newTwin({});
    expect(await set({ limits: { upper: [1, 2], lower: 0 } })).toMatchObject({ status: 200 });
    const { json } = await set({ limits: { upper: null } });
    expect(json).toMatchObject({ desired: { limits: { lower: 0 } }, pending: [{ path: '/limits/lower' }] });
    expect(await set({ list: [null] })).toMatchObject({ status: 400 });
    expect(await set({ text: 'x'.repeat(9000) })).toMatchObject({ status: 413 });
    expect(await set({ a: { b: { c: { d: { e: { f: { g: { h: { i: { j: 1 } } } } } } } } } })).toMatchObject({
      status: 400,
    });
    expect((await get()).json.desired).toEqual({ limits: { lower: 0 } });
  });

  test('is set on the version that was read, or not at all', async () => {
    const { get, set } = await newTwin();
    await set({ heat: 20 });
    const { headers } = await get();
    const etag = headers.get('etag') ?? '';
    expect(await get('', { 'if-none-match': etag })).toMatchObject({ status: 304 });
    const changed = await set({ heat: 25 }, { headers: { 'if-match': etag } });
    expect(changed).toMatchObject({ status: 200, json: { version: 2 } });
    expect(await set({ heat: 30 }, { headers: { 'if-match': etag } })).toMatchObject({ status: 412 });
    expect(await set({ heat: 30 }, { headers: { 'if-match': '"2"' } })).toMatchObject({ status: 200 });
    expect(await get('', { 'if-none-match': etag })).toMatchObject({ status: 200 });
  });

  test('needs a thing that could take it', async () => {
    const deviceId = newDeviceId('on-paper');
    await register(deviceId);
    expect(await twinOf(deviceId).get()).toMatchObject({ status: 200, json: { version: 0 } });
    const answer = await twinOf(deviceId).set({ heat: 20 });
    expect(answer).toMatchObject({ status: 409, json: { detail: expect.stringContaining('Provision the device') } });
  });

  test('is told live, and leaves an event and an audit entry that name who set it', async () => {
    const { device, set, get } = await newTwin();
    const live = await openLive(system, viewer);
    await live.ask({ action: 'subscribe', channels: [`device:${device.deviceId}`] });
    await set({ heat: 40 });
    const actor = `user:${operator.userId}`;
    const change = await until('the change', () => live.changes.find(({ kind }) => kind === 'twin'));
    expect(change).toMatchObject({ deviceId: device.deviceId, data: { version: 1, actor, cause: 'request' } });
    await live.close();
    const list = (path: string) => callApi(system, { path, as: admin }).then(({ json }) => json.items);
    const entity = `device:${device.deviceId}`;
    expect(await list(`/api/devices/${device.deviceId}/events?type=device.twinChanged`)).toMatchObject([
      { entity, actor, data: { reason: 'set', version: 1, desired: { heat: 40 } } },
    ]);
    expect(await list(`/api/applications/${applicationId}/audit?entity=${entity}`)).toContainEqual(
      expect.objectContaining({ actor, operation: 'setDesired', changes: { '/heat': { to: 40 } } }),
    );
    expect((await get('/history')).json.items).toMatchObject([{ actor, version: 1 }]);
  });
});

test('values that are not confirmed in time are taken back once; what was confirmed or has time stays', async () => {
  const { device, get, set } = await newTwin();
  await set({ heat: 20 }, { query: '?expiresIn=1' });
  await set({ mode: 'eco' }, { query: '?expiresIn=3600' });
  const stale = await newTwin();
  await stale.set({ heat: 20, mode: 'eco' }, { query: '?expiresIn=1' });
  const topic = shadowTopic(device);
  const connection = await connect(device);
  await connection.publish(`${topic}/update`, { state: { reported: { heat: 20 } } });
  await connection.publish(`${topic}/update`, { state: { reported: { heat: 35 } } });
  await connection.disconnect();
  await until('what the device said', async () => (await get()).json.reported.heat === 35);
  const left = await until('the end of what was not confirmed', async () => {
    await expireNow();
    const { json } = await stale.get();
    return Object.keys(json.desired).length === 0 && json;
  });
  expect(left).toMatchObject({ version: 2, pending: [] });
  const [event] = await until('the event', async () => {
    const path = `/api/devices/${stale.device.deviceId}/events?type=device.twinChanged`;
    const { json } = await callApi(system, { path, as: viewer });
    return json.items.length === 2 && json.items;
  });
  expect(event).toMatchObject({ actor: 'system', data: { reason: 'expired', expired: ['/heat', '/mode'] } });
  await expireNow();
  expect((await stale.get()).json.version).toBe(2);
  expect((await get()).json).toMatchObject({
    desired: { heat: 20, mode: 'eco' },
    pending: [{ path: '/mode' }],
  });
});

test('named shadows are twins of their own', async () => {
  const { device, get, set } = await newTwin({});
  expect(await get('/shadows/network')).toMatchObject({ status: 404 });
  expect(await set({ interval: 30 }, { shadow: '/shadows/network' })).toMatchObject({
    status: 200,
    json: { shadowName: 'network', pending: [{ path: '/interval', desired: 30 }] },
  });
  expect((await get('/shadows')).json).toEqual({ items: [{ shadowName: 'network' }] });
  const topic = `${shadowTopic(device)}/name/network`;
  const connection = await connect(device);
  await connection.subscribe(`${topic}/get/accepted`);
  await connection.publish(`${topic}/get`, {});
  expect(await connection.next(`${topic}/get/accepted`)).toMatchObject({ state: { delta: { interval: 30 } } });
  await connection.publish(`${topic}/update`, { state: { reported: { interval: 30 } } });
  await connection.disconnect();
  const items = await until('both changes', async () => {
    const { json } = await get('/shadows/network/history?order=asc');
    return json.items.length === 2 && json.items;
  });
  expect(items).toMatchObject([
    { shadowName: 'network', cause: 'request' },
    { shadowName: 'network', cause: 'device', confirmed: ['/interval'] },
  ]);
  expect((await get('/shadows/network')).json).toMatchObject({ version: 2, delta: {}, pending: [] });
  expect((await get()).json).toMatchObject({ version: 0, desired: {} });
  expect((await get('/history')).json.items).toEqual([]);
});

test('a device that is deleted loses its shadows, and nothing of it expires any more', async () => {
  const { device, get, set } = await newTwin({});
  const { deviceId } = device;
  await set({ heat: 20 }, { query: '?expiresIn=1' });
  await set({ interval: 30 }, { shadow: '/shadows/network' });
  await until('the record', async () => (await get('/history')).json.items.length === 1);
  const path = `/api/devices/${deviceId}`;
  expect(await callApi(system, { method: 'DELETE', path, as: admin })).toMatchObject({ status: 204 });
  const Key = { twin: `${applicationId}#${deviceId}`, entry: 'state##' };
  await until('the end of its expiry', async () => {
    await expireNow();
    const { Item } = await system.db.send(new GetCommand({ TableName: system.output('Data', 'TwinsTableName'), Key }));
    return Item !== undefined && Item['expiring'] === undefined;
  });
  await register(deviceId);
  expect((await get()).json).toMatchObject({ version: 0, desired: {}, pending: [] });
  expect((await get('/shadows')).json).toEqual({ items: [] });
});
