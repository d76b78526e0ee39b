import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openRegistry, type Registry } from './openRegistry.ts';

let registry: Registry;

beforeEach(async () => {
  registry = await openRegistry();
  await registry.room('hall');
});
afterEach(() => registry.close());

const send = async (body: string | object[], { what = 'devices', query = '' } = {}) =>
  registry.call({
    method: 'POST',
    path: `/api/${what}/import?applicationId=plant${query}`,
    body,
    type: typeof body === 'string' ? 'text/csv' : 'application/json',
  });
const exportOf = async (query = '', what = 'devices') =>
  (await registry.call({ path: `/api/${what}/export?applicationId=plant${query}` })).text;
const read = async (deviceId: string) => (await registry.call({ path: `/api/devices/${deviceId}` })).json;

describe('an import of devices', () => {
  test('tells of every row what became of it; a bad one never stops the others', async () => {
    const { status, json } = await send(
      [
        'deviceId,name,kind,roomId,gatewayId,deviceType,metadata.floor,configuration',
        'a,Alpha,,hall,gw,,2,',
        'b,Beta,,nowhere,,,,',
        'not an id!,,,,,,,',
        'c,"Gamma, ""quoted""",,,,,,"{""interval"": 5}"',
        'd,,,,,nothing,,',
        'e,short',
        'gw,Gateway,gateway,,,,,',
        'a,again,,,,,,',
        'f,,robot,,,,,',
        'g,,,,,,,{not json',
        'h,,,,a,,,',
        ',Without an id,,hall,,,,',
      ].join('\n'),
    );
    expect(status).toBe(200);
    expect(json).toMatchObject({ created: 4, updated: 0, unchanged: 0, refused: 8 });
    const reasons = Object.fromEntries(
      json.rows
        .filter(({ result }: { result: string }) => result === 'refused')
        .map(({ row, reason }: { row: number; reason: string }) => [row, reason]),
    );
    expect(reasons).toEqual({
      2: expect.stringMatching(/roomId.*there is no room 'nowhere'/),
      3: expect.stringMatching(/deviceId.*letters, digits/),
      5: expect.stringMatching(/deviceType.*there is no device type 'nothing'/),
      6: expect.stringMatching(/has 2 cells where the first line names 8/),
      8: "row 1 is about 'a' too",
      9: expect.stringMatching(/kind/),
      10: expect.stringMatching(/configuration is not JSON/),
      11: expect.stringMatching(/there is no gateway 'a'/),
    });
    expect(await read('a')).toMatchObject({ name: 'Alpha', roomId: 'hall', gatewayId: 'gw', metadata: { floor: 2 } });
    expect(await read('c')).toMatchObject({ name: 'Gamma, "quoted"', configuration: { interval: 5 } });
    expect(await read('gw')).toMatchObject({ kind: 'gateway', childCount: 1 });
    expect((await registry.call({ path: '/api/rooms/hall' })).json.deviceCount).toBe(2);
  });

  test('asked again changes nothing', async () => {
    const csv = 'deviceId,name,roomId,metadata.serial\na,Alpha,hall,007\nb,Beta,,1e3\n';
    expect((await send(csv)).json).toMatchObject({ created: 2 });
    expect((await send(csv)).json).toMatchObject({ created: 0, updated: 0, unchanged: 2, refused: 0 });
    expect(await read('a')).toMatchObject({ version: 1, metadata: { serial: '007' } });
    expect(await read('b')).toMatchObject({ metadata: { serial: '1e3' } });
  });

  test('changes what its columns name, removes what is empty, and leaves the rest', async () => {
    await registry.device('a', { name: 'Alpha', roomId: 'hall', model: 'X1', metadata: { floor: 1, wing: 'B' } });
    expect((await send('deviceId,name,roomId,metadata.floor\na,,,\n')).json).toMatchObject({ updated: 1 });
    const device = await read('a');
    expect(device).toMatchObject({ name: 'Alpha', model: 'X1', metadata: { wing: 'B' }, version: 2 });
    expect(device.roomId).toBeUndefined();
    expect((await registry.call({ path: '/api/rooms/hall' })).json.deviceCount).toBe(0);
  });

  test('that may only create refuses what is there, and one of another application always', async () => {
    await registry.device('a');
    await registry.make({ path: '/api/devices', body: { applicationId: 'other', deviceId: 'foreign' } });
    const { json } = await send('deviceId\na\nb\nforeign\n', { query: '&mode=create' });
    expect(json.rows.map(({ result }: { result: string }) => result)).toEqual(['refused', 'created', 'refused']);
    expect((await send('deviceId,name\nforeign,mine now\n')).json).toMatchObject({ refused: 1 });
  });

  test('that somebody overtakes does each row of that transaction alone', async () => {
    await send('deviceId\na\nb\n');
    registry.before('TransactWriteItems', () =>
      registry.call({ method: 'PATCH', path: '/api/devices/a', body: { model: 'X1' } }),
    );
    const { json } = await send('deviceId,name\na,Alpha\nb,Beta\nc,Gamma\n');
    expect(json).toMatchObject({ created: 1, updated: 2, refused: 0 });
    expect(await read('a')).toMatchObject({ name: 'Alpha', model: 'X1' });
  });

  test('writes an audit entry and an event for each row that changed something', async () => {
    await send('deviceId,roomId\na,\nb,hall\n');
    await send('deviceId,roomId\na,hall\nb,hall\n');
    const types = (await registry.all('/api/applications/plant/events?order=asc')).map(
      ({ type, entity }) => `${type} ${entity}`,
    );
    expect(types.slice(1).sort()).toEqual([
      'device.moved device:a',
      'device.registered device:a',
      'device.registered device:b',
    ]);
    const audit = await registry.all('/api/applications/plant/audit?entity=device:a');
    expect(audit.map(({ operation, changes }) => [operation, changes.roomId])).toEqual([
      ['importDevices', { to: 'hall' }],
      ['importDevices', undefined],
    ]);
  });

  test.each([
    ['deviceId,nme\na,b\n', "column 'nme' is not known"],
    ['deviceId,deviceId\na,b\n', "column 'deviceId' comes twice"],
    ['deviceId\n"never closed\n', 'not CSV'],
    [`deviceId\n${'x\n'.repeat(501)}`, '501 rows; at most 500'],
  ])('of %j is refused whole', async (csv, detail) => {
    const { status, json } = await send(csv);
    expect({ status, detail: json.detail }).toEqual({ status: 400, detail: expect.stringContaining(detail) });
  });

  test('in JSON names the row with a field that it does not know', async () => {
    const { json } = await send([
      { deviceId: 'a', colour: 'red' },
      { deviceId: 'b' },
      { deviceId: '' },
      { deviceId: 7 },
    ]);
    expect(json.rows).toEqual([
      { row: 1, id: 'a', result: 'refused', reason: '/colour: is not known here' },
      { row: 2, id: 'b', result: 'created' },
      { row: 3, result: 'refused', reason: expect.stringContaining('/deviceId') },
      { row: 4, result: 'refused', reason: expect.stringContaining('/deviceId') },
    ]);
  });

  test('of 500 rows takes few transactions, and each room is counted once in each', async () => {
    await registry.room('attic');
    const before = registry.counts['TransactWriteItems'] ?? 0;
    const rows = Array.from({ length: 500 }, (_, at) => ({ deviceId: `d${at}`, roomId: at % 2 ? 'hall' : 'attic' }));
    expect((await send(rows)).json.created).toBe(500);
    expect((registry.counts['TransactWriteItems'] ?? 0) - before).toBeLessThanOrEqual(18);
    expect((await registry.call({ path: '/api/rooms/attic' })).json.deviceCount).toBe(250);
  });
});

describe('an export', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 12 });
  const device = fc.record(
    {
      deviceId: fc.stringMatching(/^[A-Za-z0-9:_-]{1,12}$/),
      name: word.filter((text) => text.trim() === text && text !== ''),
      roomId: fc.constant('hall'),
      model: word.filter((text) => text !== ''),
      format: fc.constantFrom('flat', 'xray'),
      channels: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }),
      metadata: fc.dictionary(
        fc.stringMatching(/^[A-Za-z0-9_.-]{1,8}$/).filter((name) => name !== '__proto__'),
        fc.oneof(word, fc.integer(), fc.boolean(), fc.constantFrom('true', '12', '', '=1+1', '"q"')),
        { maxKeys: 4 },
      ),
      configuration: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(fc.integer(), word, fc.constant(null))),
    },
    { requiredKeys: ['deviceId', 'name', 'metadata', 'configuration'] },
  );

  test.each(['csv', 'json'])('in %s, imported elsewhere, makes the same devices again', async (format) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(device, { selector: ({ deviceId }) => deviceId, minLength: 1, maxLength: 6 }),
        async (devices) => {
          registry.close();
          registry = await openRegistry();
          await registry.room('hall');
          expect((await send(devices)).json.created).toBe(devices.length);
          const written = await exportOf(`&format=${format}`);
          registry.close();
          registry = await openRegistry();
          await registry.room('hall');
          const { json } = await send(format === 'csv' ? written : JSON.parse(written).items);
          expect(json).toMatchObject({ created: devices.length, refused: 0 });
          expect(await exportOf(`&format=${format}`)).toBe(written);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('in CSV links to its next page', async () => {
    await send(Array.from({ length: 7 }, (_, at) => ({ deviceId: `d${at}` })));
    const ids: string[] = [];
    let path: string | undefined = '/api/devices/export?applicationId=plant&limit=3';
    while (path !== undefined) {
      const { text, headers } = await registry.call({ path });
      expect(headers['content-type']).toBe('text/csv');
      ids.push(
        ...text
          .trim()
          .split('\n')
          .slice(1)
          .map((line) => line.split(',')[0] ?? ''),
      );
      path = /<(.+)>; rel="next"/.exec(headers['link'] ?? '')?.[1];
    }
    expect(ids).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6']);
  });
});

test('an import of rooms creates, changes, leaves alone and refuses, row by row', async () => {
  const first = await send('roomId,name,type,metadata.floor\nhall,Hall,office,1\nattic,,,\nbad id,x,,\n', {
    what: 'rooms',
  });
  expect(first.json.rows).toEqual([
    { row: 1, id: 'hall', result: 'updated' },
    { row: 2, id: 'attic', result: 'created' },
    { row: 3, result: 'refused', reason: expect.stringContaining('/roomId') },
  ]);
  const written = await exportOf('', 'rooms');
  expect((await send(written, { what: 'rooms' })).json).toMatchObject({ unchanged: 2, refused: 0 });
  expect((await registry.call({ path: '/api/rooms/hall' })).json).toMatchObject({
    type: 'office',
    metadata: { floor: 1 },
  });
});
