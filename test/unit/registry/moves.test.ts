import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openRegistry, type Registry } from './openRegistry.ts';

let registry: Registry;

beforeEach(async () => {
  registry = await openRegistry();
});
afterEach(() => registry.close());

const move = (deviceId: string, roomId: string | null, headers = {}) =>
  registry.call({ method: 'PUT', path: `/api/devices/${deviceId}/room`, body: { roomId }, headers });

/** What rooms and gateways count, and what there is. */
async function census() {
  const [rooms, devices] = [
    await registry.all('/api/rooms?applicationId=plant'),
    await registry.all('/api/devices?applicationId=plant'),
  ];
  const count = (pointer: 'roomId' | 'gatewayId', id: string) => devices.filter((one) => one[pointer] === id).length;
  const gateways = devices.filter(({ kind }) => kind === 'gateway');
  return {
    counted: Object.fromEntries([
      ...rooms.map(({ roomId, deviceCount }) => [roomId, deviceCount]),
      ...gateways.map(({ deviceId, childCount = 0 }) => [deviceId, childCount]),
    ]),
    there: Object.fromEntries([
      ...rooms.map(({ roomId }) => [roomId, count('roomId', roomId)]),
      ...gateways.map(({ deviceId }) => [deviceId, count('gatewayId', deviceId)]),
    ]),
    dangling: devices.filter(
      ({ roomId, gatewayId }) =>
        (roomId !== undefined && !rooms.some((room) => room.roomId === roomId)) ||
        (gatewayId !== undefined && !gateways.some(({ deviceId }) => deviceId === gatewayId)),
    ),
  };
}

async function expectRightCounts() {
  const { counted, there, dangling } = await census();
  expect(counted).toEqual(there);
  expect(dangling).toEqual([]);
}

test('twenty moves of one device at once leave it in one room, and every room counts right', async () => {
  for (const roomId of ['a', 'b', 'c']) await registry.room(roomId);
  await registry.device('boiler', { roomId: 'a' });
  const rooms = ['a', 'b', 'c', null];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => move('boiler', rooms[at % rooms.length] ?? null)),
  );
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  for (const { status } of answers) expect([200, 409]).toContain(status);
  await expectRightCounts();
});

test('whatever is moved, attached, imported and deleted at once, rooms and gateways count what is there', async () => {
  const deviceIds = ['d1', 'd2', 'd3', 'd4'];
  const roomIds = ['r1', 'r2'];
  const gatewayIds = ['g1', 'g2'];
  const device = fc.constantFrom(...deviceIds);
  const room = fc.constantFrom(...roomIds, null);
  const gateway = fc.constantFrom(...gatewayIds);
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ does: fc.constant('move' as const), device, room }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('attach' as const), device, gateway }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('detach' as const), device, gateway }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('delete' as const), device }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('create' as const), device, room }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('deleteRoom' as const), room }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('deleteGateway' as const), gateway }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('import' as const), room, gateway }) },
  );
  type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;
  const perform = (one: Act) => {
    switch (one.does) {
      case 'move':
        return move(one.device, one.room);
      case 'attach':
        return registry.call({ method: 'PUT', path: `/api/gateways/${one.gateway}/devices/${one.device}` });
      case 'detach':
        return registry.call({ method: 'DELETE', path: `/api/gateways/${one.gateway}/devices/${one.device}` });
      case 'delete':
        return registry.call({ method: 'DELETE', path: `/api/devices/${one.device}` });
      case 'create':
        return registry.call({
          method: 'POST',
          path: '/api/devices',
          body: { applicationId: 'plant', deviceId: one.device, ...(one.room !== null && { roomId: one.room }) },
        });
      case 'deleteRoom':
        return registry.call({ method: 'DELETE', path: `/api/rooms/${one.room}?devices=detach` });
      case 'deleteGateway':
        return registry.call({ method: 'DELETE', path: `/api/devices/${one.gateway}?children=detach` });
      case 'import':
        return registry.call({
          method: 'POST',
          path: '/api/devices/import?applicationId=plant',
          body: deviceIds.map((deviceId) => ({ deviceId, roomId: one.room, gatewayId: one.gateway })),
        });
    }
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      async (rounds) => {
        registry.close();
        registry = await openRegistry();
        for (const roomId of roomIds) await registry.room(roomId);
        for (const gatewayId of gatewayIds) await registry.device(gatewayId, { kind: 'gateway' });
        for (const round of rounds) {
          const answers = await Promise.all(round.map(perform));
          for (const { status, text } of answers) if (status >= 500) throw new Error(text);
        }
        await expectRightCounts();
      },
    ),
    // A failure is to be told, though there was no time to make it small.
    { numRuns: 30, interruptAfterTimeLimit: 60_000 },
  );
});

describe('a room that is deleted', () => {
  test('is refused while devices are in it', async () => {
    await registry.room('hall');
    await registry.device('boiler', { roomId: 'hall' });
    const { status, json } = await registry.call({ method: 'DELETE', path: '/api/rooms/hall' });
    expect({ status, detail: json.detail }).toEqual({ status: 409, detail: expect.stringContaining('devices=detach') });
  });

  test('lets go of more devices than a transaction holds, and each says so in its journal', async () => {
    await registry.room('hall');
    const rows = Array.from({ length: 120 }, (_, at) => ({ deviceId: `d${at}`, roomId: 'hall' }));
    await registry.make({ path: '/api/devices/import?applicationId=plant', body: rows });
    expect((await registry.call({ method: 'DELETE', path: '/api/rooms/hall?devices=detach' })).status).toBe(204);
    expect((await registry.call({ path: '/api/rooms/hall' })).status).toBe(404);
    const devices = await registry.all('/api/devices?applicationId=plant&limit=100');
    expect(devices).toHaveLength(120);
    expect(devices.filter(({ roomId }) => roomId !== undefined)).toEqual([]);
    expect((await registry.all('/api/devices/d77/events')).map(({ type }) => type)).toEqual([
      'device.moved',
      'device.registered',
    ]);
  });

  test('goes on where a crash stopped it', async () => {
    await registry.room('hall');
    const rows = Array.from({ length: 70 }, (_, at) => ({ deviceId: `d${at}`, roomId: 'hall' }));
    await registry.make({ path: '/api/devices/import?applicationId=plant', body: rows });
    // As after the first transaction of a deletion.
    for (let at = 0; at < 30; at += 1) await move(`d${at}`, null);
    expect((await registry.call({ path: '/api/rooms/hall' })).json.deviceCount).toBe(40);
    expect((await registry.call({ method: 'DELETE', path: '/api/rooms/hall?devices=detach' })).status).toBe(204);
    await expectRightCounts();
  });
});

test('a gateway that is deleted leaves its children without one, when that is asked for', async () => {
  await registry.device('gateway', { kind: 'gateway' });
  for (const deviceId of ['d1', 'd2']) await registry.device(deviceId, { gatewayId: 'gateway' });
  expect((await registry.call({ method: 'DELETE', path: '/api/devices/gateway' })).status).toBe(409);
  expect((await registry.call({ method: 'DELETE', path: '/api/devices/gateway?children=detach' })).status).toBe(204);
  await expectRightCounts();
  expect((await registry.all('/api/devices?applicationId=plant')).map(({ gatewayId }) => gatewayId)).toEqual([
    undefined,
    undefined,
  ]);
});

describe('the mailbox of a device is woken when it', () => {
  beforeEach(async () => {
    for (const deviceId of ['g1', 'g2']) await registry.device(deviceId, { kind: 'gateway' });
    await registry.device('d1', { gatewayId: 'g1' });
    await registry.device('d2');
    await registry.room('hall');
  });
  const behind = (method: 'PUT' | 'DELETE', gateway: string, deviceId: string) =>
    registry.call({ method, path: `/api/gateways/${gateway}/devices/${deviceId}` });

  test('comes behind a gateway, or another, or behind none any more, by whatever operation', async () => {
    expect(registry.woken).toEqual([]);
    await behind('PUT', 'g2', 'd1');
    await behind('PUT', 'g2', 'd2');
    await behind('DELETE', 'g2', 'd1');
    expect(registry.woken.splice(0)).toEqual(['d1', 'd2', 'd1']);
    const rows = [
      { deviceId: 'd1', gatewayId: 'g2' },
      { deviceId: 'd2', gatewayId: 'g2' },
    ];
    await registry.make({ path: '/api/devices/import?applicationId=plant&mode=upsert', body: rows });
    expect(registry.woken.splice(0)).toEqual(['d1']);
    await registry.call({ method: 'DELETE', path: '/api/devices/g2?children=detach' });
    expect(registry.woken.sort()).toEqual(['d1', 'd2']);
  });

  test('and not otherwise', async () => {
    await registry.call({ method: 'PATCH', path: '/api/devices/d1', body: { name: 'One' } });
    await move('d1', 'hall');
    await behind('PUT', 'g1', 'd1');
    await registry.call({ method: 'DELETE', path: '/api/devices/d1' });
    expect(registry.woken).toEqual([]);
  });

  test('which stays changed when that fails', async () => {
    registry.failToWake();
    expect((await behind('PUT', 'g2', 'd1')).status).toBe(200);
    expect((await registry.call({ path: '/api/devices/d1' })).json.gatewayId).toBe('g2');
  });
});

test('a device does not move into a room that is deleted in that moment', async () => {
  await registry.room('hall');
  await registry.device('boiler');
  registry.before('TransactWriteItems', () => registry.call({ method: 'DELETE', path: '/api/rooms/hall' }));
  expect((await move('boiler', 'hall')).status).toBe(400);
  expect((await registry.call({ path: '/api/rooms/hall' })).status).toBe(404);
  await expectRightCounts();
});

test('a room into which a device moves in that moment is not deleted', async () => {
  await registry.room('hall');
  await registry.device('boiler');
  registry.before('TransactWriteItems', () => move('boiler', 'hall'));
  expect((await registry.call({ method: 'DELETE', path: '/api/rooms/hall' })).status).toBe(409);
  await expectRightCounts();
});

describe('what is deleted with all that points at it', () => {
  /** Does something when all were detached, between the look at what is left and the deletion. */
  const whenDetached = (work: () => Promise<unknown>) =>
    registry.before('TransactWriteItems', async () =>
      registry.before('GetItem', async () => registry.before('GetItem', work)),
    );

  test('stays when a device comes into the room in that moment', async () => {
    await registry.room('hall');
    await registry.device('boiler', { roomId: 'hall' });
    await registry.device('pump');
    whenDetached(() => move('pump', 'hall'));
    expect((await registry.call({ method: 'DELETE', path: '/api/rooms/hall?devices=detach' })).status).toBe(409);
    expect((await registry.call({ path: '/api/rooms/hall' })).json.deviceCount).toBe(1);
    await expectRightCounts();
  });

  test('stays when a device comes behind the gateway in that moment', async () => {
    await registry.device('gateway', { kind: 'gateway' });
    await registry.device('boiler', { gatewayId: 'gateway' });
    await registry.device('pump');
    whenDetached(() => registry.call({ method: 'PUT', path: '/api/gateways/gateway/devices/pump' }));
    expect((await registry.call({ method: 'DELETE', path: '/api/devices/gateway?children=detach' })).status).toBe(409);
    expect((await registry.call({ path: '/api/devices/gateway' })).json.childCount).toBe(1);
    await expectRightCounts();
  });
});

test('a room whose count others got wrong can be emptied and deleted all the same', async () => {
  await registry.room('hall');
  await registry.device('boiler', { roomId: 'hall' });
  const item = await registry.item('ROOMS_TABLE', { roomId: 'hall', item: 'room' });
  await registry.put('ROOMS_TABLE', { ...item, deviceCount: 0 });
  expect((await move('boiler', null)).status).toBe(200);
  await registry.put('ROOMS_TABLE', { ...item, deviceCount: 3 });
  expect((await registry.call({ method: 'DELETE', path: '/api/rooms/hall?devices=detach' })).status).toBe(204);
});

describe('If-Match', () => {
  beforeEach(async () => {
    await registry.room('a');
    await registry.room('b');
    await registry.device('boiler');
  });

  test('of ten who read the same version, one changes it', async () => {
    const { headers } = await registry.call({ path: '/api/devices/boiler' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        registry.call({
          method: 'PATCH',
          path: '/api/devices/boiler',
          body: { name: `name ${at}` },
          headers: { 'if-match': headers['etag'] ?? '' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
  });

  test('without it, ten changes of other fields are all kept', async () => {
    const names = Array.from({ length: 10 }, (_, at) => `field${at}`);
    const answers = await Promise.all(
      names.map((name) =>
        registry.call({ method: 'PATCH', path: '/api/devices/boiler', body: { metadata: { [name]: true } } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const { metadata, version } = (await registry.call({ path: '/api/devices/boiler' })).json;
    expect(Object.keys(metadata).sort()).toEqual(names);
    expect(version).toBe(11);
  });

  test.each([
    ['PUT', '/api/devices/boiler/room', { roomId: 'a' }],
    ['DELETE', '/api/devices/boiler', undefined],
    ['PATCH', '/api/rooms/a', { name: 'Hall' }],
    ['DELETE', '/api/rooms/a', undefined],
  ] as const)('guards %s %s', async (method, path, body) => {
    const request = { method, path, ...(body !== undefined && { body }) };
    expect((await registry.call({ ...request, headers: { 'if-match': '"7"' } })).status).toBe(412);
    expect((await registry.call({ ...request, headers: { 'if-match': '"1"' } })).status).toBeLessThan(300);
  });

  test("a room's ETag moves with its devices: what it counts is part of it", async () => {
    const before = await registry.call({ path: '/api/rooms/a' });
    await move('boiler', 'a');
    const after = await registry.call({
      path: '/api/rooms/a',
      headers: { 'if-none-match': before.headers['etag'] ?? '' },
    });
    expect({ status: after.status, deviceCount: after.json.deviceCount }).toEqual({ status: 200, deviceCount: 1 });
  });
});
