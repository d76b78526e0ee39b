import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRegistry, type Registry } from './openRegistry.ts';

let registry: Registry;

beforeEach(async () => {
  registry = await openRegistry();
});
afterEach(() => registry.close());

const state = (
  deviceId: string,
  metrics: Record<string, [value: unknown, time: number, unit?: string]>,
  lastSeen: number,
) =>
  registry.put('DEVICES_TABLE', {
    deviceId,
    item: 'state',
    applicationId: 'plant',
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([metric, [value, time, unit]]) => [
        metric,
        { value, time, receivedAt: time, messageId: 'm', ...(unit !== undefined && { unit }) },
      ]),
    ),
    lastSeen,
    version: 1,
  });

test('the state of a room is who is online in it, and each metric over the newest values of its devices, by unit', async () => {
  await registry.room('hall');
  for (const deviceId of ['a', 'b', 'c', 'silent']) await registry.device(deviceId, { roomId: 'hall' });
  await registry.device('elsewhere');
  await state('a', { temperature: [20, 1000, 'Cel'], mode: ['heat', 1000] }, 1000);
  await state('b', { temperature: [22, 3000, 'Cel'], mode: ['idle', 2000] }, 3000);
  await state('c', { temperature: [70, 2000, '[degF]'] }, 2000);
  await state('elsewhere', { temperature: [99, 9000, 'Cel'] }, 9000);
  for (const [deviceId, known] of [
    ['a', 'online'],
    ['b', 'offline'],
    ['elsewhere', 'online'],
  ])
    await registry.put('DEVICES_TABLE', { deviceId, item: 'presence', connected: true, state: known, version: 1 });
  const iso = (time: number) => new Date(time).toISOString();
  expect((await registry.call({ path: '/api/rooms/hall/state' })).json).toEqual({
    roomId: 'hall',
    devices: 4,
    online: 1,
    lastSeen: iso(3000),
    metrics: [
      { metric: 'mode', count: 2, newest: { value: 'idle', time: iso(2000), deviceId: 'b' } },
      {
        metric: 'temperature',
        unit: 'Cel',
        count: 2,
        newest: { value: 22, time: iso(3000), deviceId: 'b' },
        min: 20,
        max: 22,
        mean: 21,
      },
      {
        metric: 'temperature',
        unit: '[degF]',
        count: 1,
        newest: { value: 70, time: iso(2000), deviceId: 'c' },
        min: 70,
        max: 70,
        mean: 70,
      },
    ],
  });
});

test('rooms are listed by id or name, and found by text and type', async () => {
  await registry.room('r1', { name: 'beta', type: 'office' });
  await registry.room('r2', { name: 'Alpha', metadata: { code: 'XY-7' } });
  await registry.room('r3', { name: 'alpha' });
  const ids = async (query: string) =>
    (await registry.all(`/api/rooms?applicationId=plant${query}`)).map(({ roomId }) => roomId);
  expect(await ids('&limit=2')).toEqual(['r1', 'r2', 'r3']);
  expect(await ids('&sort=name&limit=1')).toEqual(['r2', 'r3', 'r1']);
  expect(await ids('&type=office')).toEqual(['r1']);
  expect(await ids('&text=xy-')).toEqual(['r2']);
});

test('the audit log tells who changed what, by time, by entity and by actor', async () => {
  await registry.member('ann');
  await registry.room('hall');
  const between = new Date(Date.now() + 1).toISOString();
  while (new Date().toISOString() <= between) await new Promise(setImmediate);
  await registry.call({ method: 'PATCH', path: '/api/rooms/hall', body: { name: 'Great hall' }, as: 'ann' });
  const audit = (query: string) => registry.all(`/api/applications/plant/audit?${query}`);
  expect(await audit('')).toMatchObject([
    {
      operation: 'patchRoom',
      actor: 'user:ann',
      entity: 'room:hall',
      changes: { name: { from: 'hall', to: 'Great hall' } },
    },
    { operation: 'createRoom', actor: 'user:root' },
  ]);
  expect(await audit(`from=${between}`)).toHaveLength(1);
  expect(await audit(`to=${between}`)).toHaveLength(1);
  expect((await audit('order=asc&limit=1')).map(({ operation }) => operation)).toEqual(['createRoom', 'patchRoom']);
  expect(await audit('actor=user:ann&limit=1')).toHaveLength(1);
  expect(await audit('entity=room:hall&actor=user:root')).toHaveLength(1);
  expect(await audit('entity=room:attic')).toEqual([]);
  const foreign = await registry.call({ path: '/api/applications/other/audit?entity=room:hall' });
  expect(foreign.json.items).toEqual([]);
  const wrong = await registry.call({
    path: `/api/applications/plant/audit?from=${between}&to=2020-01-01T00:00:00.000Z`,
  });
  expect(wrong.status).toBe(400);
});

test('events are found by type', async () => {
  await registry.room('hall');
  await registry.device('boiler', { roomId: 'hall' });
  await registry.make({ method: 'PUT', path: '/api/devices/boiler/room', body: { roomId: null } });
  expect(await registry.all('/api/applications/plant/events?type=device.moved')).toMatchObject([
    { entity: 'device:boiler', actor: 'user:root', data: { fromRoomId: 'hall' } },
  ]);
  expect(await registry.all('/api/devices/boiler/events?type=device.registered')).toHaveLength(1);
});
