import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { narrowDevices } from '../../../functions/platform/access/narrow.ts';
import { examinedLimit, openFilter } from '../../../functions/platform/http/listQuery.ts';
import { deviceIndexes } from '../../../functions/platform/records/registry.ts';
import { openRegistry, type Registry } from './openRegistry.ts';

const plant = 'applicationId=plant';
const idsOf = (devices: readonly { deviceId: string }[]) => devices.map(({ deviceId }) => deviceId);

describe('a list of devices', () => {
  let registry: Registry;
  const names = ['Zeta', 'alpha', 'Beta', 'beta', 'BETA', 'gamma', 'Ärger', '10', '9', 'alpha'];
  const devices = names.map((name, at) => ({
    deviceId: `d${at}`,
    name,
    kind: at === 5 ? 'gateway' : 'device',
    roomId: at % 2 ? 'odd' : 'even',
    deviceType: at < 4 ? 'boiler' : 'meter',
    model: at === 3 ? 'TH-20' : 'X1',
    metadata: { floor: at % 3, code: String(at % 3), outside: at === 7, 'a.b': 'x' },
  }));

  beforeAll(async () => {
    registry = await openRegistry();
    for (const roomId of ['odd', 'even']) await registry.room(roomId);
    for (const type of ['boiler', 'meter'])
      await registry.make({
        method: 'PUT',
        path: `/api/applications/plant/device-types/${type}`,
        body: { thingModel: { title: type } },
      });
    for (const device of devices) await registry.device(device.deviceId, device);
    await registry.make({ method: 'PUT', path: '/api/gateways/d5/devices/d6' });
    await registry.make({ method: 'PATCH', path: '/api/devices/d8', body: { status: 'disabled' } });
    // What devices send is in other items of the table, with attributes of the same names.
    for (const deviceId of ['d0', 'unregistered'])
      await registry.put('DEVICES_TABLE', {
        deviceId,
        item: 'state',
        applicationId: 'plant',
        deviceType: 'boiler',
        metrics: {
          temperature: {
            value: 21.5,
            time: 1_769_860_800_000,
            receivedAt: 1_769_860_800_021,
            messageId: 'm1',
            unit: 'Cel',
          },
        },
        lastSeen: 1_769_860_800_021,
        version: 1,
      });
    await registry.make({ path: '/api/devices', body: { applicationId: 'other', deviceId: 'foreign' } });
  });
  afterAll(() => registry.close());

  const list = async (query: string) => idsOf(await registry.all(`/api/devices?${plant}${query}`));
  const all = idsOf(devices);

  test('has each device of its application once, and nothing else', async () => {
    expect(await list('')).toEqual(all);
  });

  test.each([1, 2, 3, 5, 9, 10, 11])('is whole and without an empty last page at %i a page', async (limit) => {
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const path = `/api/devices?${plant}&limit=${limit}${next === undefined ? '' : `&next=${next}`}`;
      const { json } = await registry.call({ path });
      expect(json.items.length).toBe(Math.min(limit, all.length - seen.length));
      seen.push(...idsOf(json.items));
      next = json.next;
    } while (next !== undefined);
    expect(seen).toEqual(all);
  });

  test('is sorted by name whatever its case, by id where names tie, both ways', async () => {
    const sorted = ['d7', 'd8', 'd1', 'd9', 'd2', 'd3', 'd4', 'd5', 'd0', 'd6'];
    expect(await list('&sort=name&limit=3')).toEqual(sorted);
    expect(await list('&sort=name&order=desc&limit=3')).toEqual([...sorted].reverse());
    expect(await list('&order=desc&limit=4')).toEqual([...all].reverse());
  });

  test.each([
    ['type=boiler', ['d0', 'd1', 'd2', 'd3']],
    ['room=odd', ['d1', 'd3', 'd5', 'd7', 'd9']],
    ['room=odd&type=boiler', ['d1', 'd3']],
    ['status=disabled', ['d8']],
    ['kind=gateway', ['d5']],
    ['kind=gateway&room=even', []],
    ['gateway=d5', ['d6']],
    ['gateway=d5&room=even', ['d6']],
    ['text=BETA', ['d2', 'd3', 'd4']],
    ['text=th-20', ['d3']],
    ['text=D7', ['d7']],
    ['metadata.floor=2', ['d2', 'd5', 'd8']],
    ['metadata[floor]=2', ['d2', 'd5', 'd8']],
    ['metadata.floor=2&metadata.code=2&room=even', ['d2', 'd8']],
    ['metadata.outside=true', ['d7']],
    ['metadata.a.b=x&type=boiler&status=registered', ['d0', 'd1', 'd2', 'd3']],
    ['metadata.nothing=1', []],
    ['room=nowhere', []],
    ['sort=name&room=odd&type=boiler', ['d1', 'd3']],
    ['sort=name&gateway=d5', ['d6']],
  ])('filters by %s', async (query, expected) => {
    expect(await list(`&${query}`)).toEqual(expected);
    // Page by page it is the same.
    expect(await list(`&${query}&limit=1`)).toEqual(expected);
  });

  test('agrees with filtering by hand, whatever is asked together', async () => {
    const query = fc.record(
      {
        type: fc.constantFrom('boiler', 'meter'),
        room: fc.constantFrom('odd', 'even'),
        kind: fc.constantFrom('device', 'gateway'),
        floor: fc.constantFrom(0, 1, 2),
        sort: fc.constantFrom('deviceId', 'name'),
        limit: fc.integer({ min: 1, max: 11 }),
      },
      { requiredKeys: ['limit'] },
    );
    await fc.assert(
      fc.asyncProperty(query, async ({ floor, ...asked }) => {
        const parameters = new URLSearchParams(
          Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, String(value)])),
        );
        if (floor !== undefined) parameters.set('metadata.floor', String(floor));
        const expected = devices.filter(
          (device) =>
            (asked.type ?? device.deviceType) === device.deviceType &&
            (asked.room ?? device.roomId) === device.roomId &&
            (asked.kind ?? device.kind) === device.kind &&
            (floor ?? device.metadata.floor) === device.metadata.floor,
        );
        expect((await list(`&${parameters}`)).sort()).toEqual(idsOf(expected));
      }),
      { numRuns: 60 },
    );
  });

  test('says of each device whether it is there, with one read for all that is known besides', async () => {
    const since = Date.parse('2026-01-31T12:00:00.000Z');
    await registry.put('DEVICES_TABLE', { deviceId: 'd0', item: 'presence', state: 'online', stateSince: since });
    // Told of while nobody had registered it: connected, and no state yet.
    await registry.put('DEVICES_TABLE', { deviceId: 'd1', item: 'presence', connected: true });
    for (const include of ['', '&include=latest']) {
      const before = registry.counts['BatchGetItem'] ?? 0;
      const { json } = await registry.call({ path: `/api/devices?${plant}&limit=3${include}` });
      expect(json.items.map(({ connectivity }: { connectivity: unknown }) => connectivity)).toEqual([
        { state: 'online', since: '2026-01-31T12:00:00.000Z' },
        { state: 'unknown' },
        { state: 'unknown' },
      ]);
      expect((registry.counts['BatchGetItem'] ?? 0) - before).toBe(1);
    }
  });

  test('has the newest values with include=latest, ISO times', async () => {
    const { json } = await registry.call({ path: `/api/devices?${plant}&limit=2&include=latest` });
    const value = {
      value: 21.5,
      time: '2026-01-31T12:00:00.000Z',
      receivedAt: '2026-01-31T12:00:00.021Z',
      messageId: 'm1',
      unit: 'Cel',
    };
    expect(json.items.map(({ latest }: { latest: unknown }) => latest)).toEqual([
      { lastSeen: '2026-01-31T12:00:00.021Z', metrics: { temperature: value } },
      { metrics: {} },
    ]);
    expect((await registry.call({ path: '/api/devices/d0/latest' })).json).toEqual({
      deviceId: 'd0',
      lastSeen: '2026-01-31T12:00:00.021Z',
      metrics: { temperature: value },
    });
  });

  test.each([
    'nonsense',
    Buffer.from('{"deviceId":1e300}').toString('base64url'),
    Buffer.from('{}').toString('base64url'),
  ])('names a cursor that is none of its own: %s', async (next) => {
    const { status, json } = await registry.call({ path: `/api/devices?${plant}&next=${next}` });
    expect({ status, errors: json.errors }).toEqual({
      status: 400,
      errors: [{ in: 'query', field: 'next', detail: expect.stringContaining('not a cursor') }],
    });
  });

  test("refuses another list's cursor, and another application's", async () => {
    const { json } = await registry.call({ path: `/api/devices?${plant}&limit=1&sort=name` });
    for (const path of [
      `/api/devices?${plant}&next=${json.next}`,
      `/api/devices?applicationId=other&sort=name&next=${json.next}`,
    ])
      expect((await registry.call({ path })).status).toBe(400);
  });
});

describe('a search in more devices than one request looks at', () => {
  let registry: Registry;

  beforeEach(async () => {
    registry = await openRegistry();
    const rows = Array.from({ length: examinedLimit + 300 }, (_, at) => ({
      deviceId: `d${String(at).padStart(5, '0')}`,
      name: at === 0 || at === examinedLimit + 299 ? 'needle' : 'hay',
    }));
    for (let from = 0; from < rows.length; from += 500)
      await registry.make({ path: `/api/devices/import?${plant}`, body: rows.slice(from, from + 500) });
  });
  afterEach(() => registry.close());

  test('answers what it has found, and goes on from there', async () => {
    const before = registry.counts['Query'] ?? 0;
    const first = await registry.call({ path: `/api/devices?${plant}&text=needle` });
    expect(idsOf(first.json.items)).toEqual(['d00000']);
    expect((registry.counts['Query'] ?? 0) - before).toBeLessThanOrEqual(5);
    const second = await registry.call({ path: `/api/devices?${plant}&text=needle&next=${first.json.next}` });
    expect(idsOf(second.json.items)).toEqual([`d0${examinedLimit + 299}`]);
    expect(second.json.next).toBeUndefined();
  });
});

test('the most grants that a member may have fit into an expression of DynamoDB, which ends at 4 KB', () => {
  const filter = openFilter();
  const ids = Array.from({ length: 200 }, (_, at) => `id-${at}`);
  narrowDevices(filter, { grants: { deviceIds: ids, roomIds: ids } }, deviceIndexes.byApplication, 'plant');
  expect(filter.filter()?.conditions.join(' AND ').length).toBeLessThan(3500);
});

describe('a member with grants', () => {
  let registry: Registry;
  const as = 'narrow';

  beforeAll(async () => {
    registry = await openRegistry();
    for (const roomId of ['hall', 'attic']) await registry.room(roomId);
    await registry.device('gateway', { kind: 'gateway' });
    for (const [deviceId, roomId] of [
      ['granted', undefined],
      ['inHall', 'hall'],
      ['inAttic', 'attic'],
      ['loose', undefined],
    ] as const)
      await registry.device(deviceId, { gatewayId: 'gateway', ...(roomId !== undefined && { roomId }) });
    await registry.member(as, { grants: { deviceIds: ['granted', 'gateway'], roomIds: ['hall'] } });
    await registry.member('nothing', { grants: { deviceIds: [], roomIds: [] } });
  });
  afterAll(() => registry.close());

  test.each([
    ['/api/devices', ['gateway', 'granted', 'inHall']],
    ['/api/devices?sort=name&limit=1', ['gateway', 'granted', 'inHall']],
    ['/api/devices?room=hall', ['inHall']],
    ['/api/devices?room=attic', []],
    ['/api/devices?text=in', ['inHall']],
    ['/api/devices?gateway=gateway', ['granted', 'inHall']],
    ['/api/devices/export?format=json', ['gateway', 'granted', 'inHall']],
    ['/api/gateways', ['gateway']],
    ['/api/gateways/gateway/devices', ['granted', 'inHall']],
    ['/api/rooms/hall/devices', ['inHall']],
  ])('sees of %s what they name', async (path, expected) => {
    expect(idsOf(await registry.all(path, as))).toEqual(expected);
  });

  test.each([
    '/api/devices',
    '/api/rooms',
    '/api/gateways',
    '/api/applications/plant/events',
    '/api/applications/plant/audit',
  ])('to nothing sees nothing of %s', async (path) => {
    expect(await registry.all(path, 'nothing')).toEqual([]);
  });

  test('sees the rooms that they name', async () => {
    for (const path of ['/api/rooms', '/api/rooms?sort=name', '/api/rooms/export?format=json'])
      expect((await registry.all(path, as)).map(({ roomId }) => roomId)).toEqual(['hall']);
  });

  test.each([
    ['GET', '/api/devices/inAttic'],
    ['GET', '/api/devices/loose/latest'],
    ['GET', '/api/devices/loose/events'],
    ['PATCH', '/api/devices/loose'],
    ['DELETE', '/api/devices/inAttic'],
    ['PUT', '/api/devices/inAttic/room'],
    ['PUT', '/api/gateways/gateway/devices/loose'],
    ['GET', '/api/rooms/attic'],
    ['GET', '/api/rooms/attic/state'],
    ['GET', '/api/rooms/attic/devices'],
    ['DELETE', '/api/rooms/attic'],
  ] as const)('is told that there is nothing at %s %s', async (method, path) => {
    const body = method === 'PATCH' ? {} : path.endsWith('/room') ? { roomId: null } : undefined;
    expect((await registry.call({ method, path, as, ...(body && { body }) })).status).toBe(404);
  });

  test('sees events of devices in their rooms, and those about what they name', async () => {
    const events = await registry.all('/api/applications/plant/events?order=asc', as);
    expect(events.map(({ entity }) => entity).sort()).toEqual([
      'device:gateway',
      'device:granted',
      'device:inHall',
      'room:hall',
    ]);
    expect(await registry.all('/api/applications/plant/events?entity=device:inAttic', as)).toEqual([]);
    expect(await registry.all('/api/applications/plant/events?entity=device:granted', as)).toHaveLength(1);
    expect(await registry.all('/api/applications/plant/audit?entity=device:loose', as)).toEqual([]);
    expect(await registry.all('/api/applications/plant/audit?entity=device:granted', as)).toHaveLength(1);
  });

  test('can not move a device where they see nothing, nor make what they would not see', async () => {
    const move = { method: 'PUT', path: '/api/devices/inHall/room', as } as const;
    const unknown = await registry.call({ ...move, body: { roomId: 'nowhere' } });
    const hidden = await registry.call({ ...move, body: { roomId: 'attic' } });
    expect(unknown.status).toBe(400);
    expect(hidden.text).toBe(unknown.text.replaceAll('nowhere', 'attic'));
    const make = (path: string, body: object) => registry.call({ method: 'POST', path, body, as });
    expect((await make('/api/devices', { deviceId: 'new' })).status).toBe(403);
    expect((await make('/api/rooms', { name: 'new' })).status).toBe(403);
    expect((await make('/api/devices', { deviceId: 'new', roomId: 'hall' })).status).toBe(201);
  });

  test('imports into what they see, and nothing else', async () => {
    const { json } = await registry.call({
      method: 'POST',
      path: '/api/devices/import',
      as,
      body: [
        { deviceId: 'inHall', name: 'mine' },
        { deviceId: 'inAttic', name: 'not mine' },
        { deviceId: 'fresh' },
        { deviceId: 'fresh2', roomId: 'hall' },
        { deviceId: 'granted', roomId: 'attic' },
      ],
    });
    expect(json.rows.map(({ result }: { result: string }) => result)).toEqual([
      'updated',
      'refused',
      'refused',
      'created',
      'refused',
    ]);
  });
});
