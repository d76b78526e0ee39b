import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openRegistry, type Registry } from './openRegistry.ts';

let registry: Registry;

beforeEach(async () => {
  registry = await openRegistry();
});
afterEach(() => registry.close());

const path = '/api/applications/plant/device-types/boiler';
const model = (properties: object = {}, rest: object = {}) => ({
  thingModel: { title: 'Boiler', properties, ...rest },
});
const put = (body: object, headers = {}) => registry.call({ method: 'PUT', path, body, headers });
const temperature = (unit: string) => ({
  temperature: { type: 'number', unit, minimum: 0, maximum: 100, readOnly: true },
});
/** As ingest reads it. */
const profileOf = (deviceId: string) => registry.item('DEVICES_TABLE', { deviceId, item: 'device' });

test('a Thing Model is kept with its properties, actions and events', async () => {
  const body = model(temperature('Cel'), {
    actions: {
      heat: {
        title: 'Heat up',
        input: {
          type: 'object',
          properties: { target: { type: 'number', unit: 'Cel', maximum: 90 } },
          required: ['target'],
        },
        idempotent: true,
      },
    },
    events: { overheated: { data: { type: 'number', unit: 'Cel' } } },
  });
  expect((await put(body)).status).toBe(200);
  expect((await registry.call({ path })).json).toMatchObject({
    applicationId: 'plant',
    typeName: 'boiler',
    version: 1,
    thingModel: { '@type': 'tm:ThingModel', ...body.thingModel },
  });
  expect(await registry.all('/api/applications/plant/device-types')).toHaveLength(1);
  expect(await registry.all('/api/applications/other/device-types')).toEqual([]);
});

test.each([
  [{ temperature: { type: 'object' } }, '/thingModel/properties/temperature/type'],
  [{ temperature: { type: 'number', minimum: 5, maximum: 1 } }, '/thingModel/properties/temperature/minimum'],
  [{ state: { type: 'string', unit: 'Cel' } }, '/thingModel/properties/state/type'],
  [{ 'no name': { type: 'number' } }, '/thingModel/properties/no name'],
  [{ temperature: { type: 'number', forms: [] } }, '/thingModel/properties/temperature/forms'],
  [{ temperature: { type: 'number', minimum: 1e300 } }, '/thingModel'],
])('a Thing Model with the properties %j is refused, naming %s', async (properties, field) => {
  const { status, json } = await put(model(properties));
  expect(status).toBe(400);
  expect(json.errors.map((error: { field: string }) => error.field)).toEqual([field]);
});

test('a term that nothing here would honour is refused by name', async () => {
  const { json } = await put({ thingModel: { title: 'Boiler', links: [{ rel: 'tm:extends', href: 'x' }] } });
  expect(json.errors).toEqual([{ in: 'body', field: '/thingModel/links', detail: 'is not known here' }]);
});

describe('the units of a type', () => {
  test('are on each of its devices, where ingest reads them, and follow the type', async () => {
    await put(model(temperature('Cel')));
    const rows = Array.from({ length: 60 }, (_, at) => ({ deviceId: `d${at}`, deviceType: 'boiler' }));
    await registry.make({ path: '/api/devices/import?applicationId=plant', body: rows });
    expect(await profileOf('d7')).toMatchObject({ units: { temperature: 'Cel' } });

    expect((await put(model(temperature('[degF]')))).status).toBe(200);
    for (const deviceId of ['d0', 'd59'])
      expect(await profileOf(deviceId)).toMatchObject({ units: { temperature: '[degF]' }, version: 2 });
  });

  test('reach devices that a crash left behind, when the same type is put again', async () => {
    await put(model(temperature('Cel')));
    await registry.device('boiler-7', { deviceType: 'boiler' });
    const item = await profileOf('boiler-7');
    await registry.put('DEVICES_TABLE', { ...item, units: { temperature: 'K' } });
    expect((await put(model(temperature('Cel')))).json.version).toBe(1);
    expect(await profileOf('boiler-7')).toMatchObject({ units: { temperature: 'Cel' } });
  });

  test('are right on devices that change while the type does', async () => {
    await put(model(temperature('Cel')));
    for (let at = 0; at < 8; at += 1) await registry.device(`d${at}`, { deviceType: 'boiler' });
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, (_, at) =>
        registry.call({ method: 'PATCH', path: `/api/devices/d${at}`, body: { name: `changed ${at}` } }),
      ),
      put(model(temperature('K'))),
      ...Array.from({ length: 8 }, (_, at) =>
        registry.call({
          method: 'POST',
          path: '/api/devices',
          body: { applicationId: 'plant', deviceId: `n${at}`, deviceType: 'boiler' },
        }),
      ),
    ]);
    expect(answers.filter(({ status }) => status >= 300).map(({ text }) => text)).toEqual([]);
    // A device that was made while the type changed is brought in line by the next put at the latest.
    await put(model(temperature('K')));
    const devices = await registry.all('/api/devices?applicationId=plant');
    expect(devices.map(({ units }) => units)).toEqual(Array(16).fill({ temperature: 'K' }));
    expect(devices.filter(({ name }) => name.startsWith('changed'))).toHaveLength(8);
  });

  test('are those of the type as it is when a device gets it, not as it was read', async () => {
    await put(model(temperature('Cel')));
    registry.before('TransactWriteItems', () => put(model(temperature('K'))));
    expect(await registry.device('boiler-7', { deviceType: 'boiler' })).toMatchObject({ units: { temperature: 'K' } });
    expect(await profileOf('boiler-7')).toMatchObject({ units: { temperature: 'K' } });
  });

  test('go with the type of a device', async () => {
    await put(model(temperature('Cel')));
    await registry.device('boiler-7', { deviceType: 'boiler' });
    await registry.make({ method: 'PATCH', path: '/api/devices/boiler-7', body: { deviceType: null } });
    const item = await profileOf('boiler-7');
    expect(item).not.toHaveProperty('units');
    expect(item).not.toHaveProperty('typeKey');
  });
});

test('a type that devices have is not deleted; without them it is', async () => {
  await put(model());
  await registry.device('boiler-7', { deviceType: 'boiler' });
  expect((await registry.call({ method: 'DELETE', path })).status).toBe(409);
  await registry.make({ method: 'PATCH', path: '/api/devices/boiler-7', body: { deviceType: null } });
  expect((await registry.call({ method: 'DELETE', path })).status).toBe(204);
  expect((await registry.call({ path })).status).toBe(404);
});

test('a device gets no type that is deleted in that moment', async () => {
  await put(model());
  registry.before('TransactWriteItems', () => registry.call({ method: 'DELETE', path }));
  const { status, json } = await registry.call({
    method: 'POST',
    path: '/api/devices',
    body: { applicationId: 'plant', deviceId: 'boiler-7', deviceType: 'boiler' },
  });
  expect({ status, field: json.errors?.[0]?.field }).toEqual({ status: 400, field: '/deviceType' });
});

test('a type changes only as the version says that was read', async () => {
  expect((await put(model(), { 'if-match': '"1"' })).status).toBe(404);
  await put(model());
  expect((await put(model(temperature('Cel')), { 'if-match': '"9"' })).status).toBe(412);
  expect((await put(model(temperature('Cel')), { 'if-match': '"1"' })).json.version).toBe(2);
});

describe('a device', () => {
  test('of a type that is not there is refused, and so is one of another application', async () => {
    await registry.make({
      method: 'PUT',
      path: '/api/applications/other/device-types/boiler',
      body: { thingModel: { title: 'Boiler' } },
    });
    const { status, json } = await registry.call({
      method: 'POST',
      path: '/api/devices',
      body: { applicationId: 'plant', deviceType: 'boiler' },
    });
    expect(status).toBe(400);
    expect(json.errors).toEqual([
      { in: 'body', field: '/deviceType', detail: "there is no device type 'boiler' in 'plant'" },
    ]);
  });

  test('is patched by JSON Merge Patch: null removes, objects merge', async () => {
    await registry.device('d', {
      model: 'X1',
      metadata: { floor: 1, wing: 'A' },
      configuration: { a: { b: 1, c: 2 } },
    });
    const { json } = await registry.call({
      method: 'PATCH',
      path: '/api/devices/d',
      type: 'application/merge-patch+json',
      body: { model: null, metadata: { floor: null, door: 7 }, configuration: { a: { b: null } }, status: 'disabled' },
    });
    expect(json).toMatchObject({
      metadata: { wing: 'A', door: 7 },
      configuration: { a: { c: 2 } },
      status: 'disabled',
    });
    expect(json).not.toHaveProperty('model');
    expect(json.metadata).not.toHaveProperty('floor');
    const emptied = await registry.call({ method: 'PATCH', path: '/api/devices/d', body: { metadata: null } });
    expect(emptied.json.metadata).toEqual({});
  });

  test.each([
    [{ name: null }, '/name'],
    [{ roomId: 'x' }, '/roomId'],
    [{ units: {} }, '/units'],
    [{ metadata: { floor: 1e300 } }, '/metadata/floor'],
    [{ metadata: { 'a b': 1 } }, '/metadata/a b'],
    [{ configuration: { big: 'x'.repeat(9000) } }, '/configuration'],
  ])('is not patched with %j', async (body, field) => {
    await registry.device('d');
    const { status, json } = await registry.call({ method: 'PATCH', path: '/api/devices/d', body });
    expect({ status, fields: json.errors.map((error: { field: string }) => error.field) }).toEqual({
      status: 400,
      fields: [field],
    });
  });

  test('that is deleted takes its newest values along', async () => {
    await registry.device('d');
    await registry.put('DEVICES_TABLE', {
      deviceId: 'd',
      item: 'state',
      applicationId: 'plant',
      metrics: {},
      lastSeen: 1,
      version: 1,
    });
    await registry.call({ method: 'DELETE', path: '/api/devices/d' });
    expect(await registry.item('DEVICES_TABLE', { deviceId: 'd', item: 'state' })).toBeUndefined();
    expect((await registry.call({ path: '/api/devices/d' })).status).toBe(404);
  });

  test('keeps what others wrote onto its item', async () => {
    await registry.device('d');
    await registry.put('DEVICES_TABLE', { ...(await profileOf('d')), certificateId: 'abc' });
    await registry.make({ method: 'PATCH', path: '/api/devices/d', body: { name: 'New' } });
    expect(await profileOf('d')).toMatchObject({ name: 'New', certificateId: 'abc' });
  });
});
