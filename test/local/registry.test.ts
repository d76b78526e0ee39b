import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { directoryKeys } from '../../functions/platform/records/directory.ts';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { until } from '../until.ts';
import { type ApiAnswer, callApi } from './callApi.ts';
import { newApplication } from './newApplication.ts';
import { newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { runScript } from './runScript.ts';
import { type Person, signIn } from './signIn.ts';

let system: SystemUnderTest;
let admin: Person;
let directory: string;
/** An application that no other test has. */
let applicationId: string;
/** Ids are everybody's: each test makes its own. */
const own = (name: string) => `${name}-${ulid()}`;

beforeAll(async () => {
  system = await openSystem();
  admin = await signIn(system, { platformAdmin: true });
  ({ applicationId } = await newApplication(system, admin));
  directory = await mkdtemp(join(tmpdir(), 'fieldline-registry-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

type Call = Omit<Parameters<typeof callApi>[1], 'as'>;
const call = (request: Call, as: Person = admin): Promise<ApiAnswer> => callApi(system, { as, ...request });
async function make(path: string, body: object): Promise<ApiAnswer['json']> {
  const { status, text, json } = await call({ method: 'POST', path, body: { applicationId, ...body } });
  expect({ status, text }).toMatchObject({ status: 201 });
  return json;
}
const makeRoom = async (name: string): Promise<string> =>
  (await make('/api/rooms', { roomId: own(name), name })).roomId;

test('a device that is registered, typed and moved sends values that its room shows, with the unit of its type', async () => {
  const device = await newDevice(system, 'registered');
  const { deviceId } = device;
  const roomId = await makeRoom('hall');
  const type = await call({
    method: 'PUT',
    path: `/api/applications/${applicationId}/device-types/boiler`,
    body: { thingModel: { title: 'Boiler', properties: { temperature: { type: 'number', unit: '[degF]' } } } },
  });
  expect(type.status).toBe(200);
  await make('/api/devices', { deviceId, deviceType: 'boiler' });
  const moved = await call({ method: 'PUT', path: `/api/devices/${deviceId}/room`, body: { roomId } });
  expect(moved.json).toMatchObject({ roomId, units: { temperature: '[degF]' } });

  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  await connection.publish(device.topic, Buffer.from(JSON.stringify({ temperature: 50 })));
  await connection.close();
  const latest = await until('its newest value', async () => {
    const { json } = await call({ path: `/api/devices/${deviceId}/latest` });
    return json.metrics.temperature;
  });
  // Fahrenheit is stored as Celsius.
  expect(latest).toMatchObject({ value: 10, unit: 'Cel', time: expect.stringMatching(/Z$/) });
  expect((await call({ path: `/api/rooms/${roomId}/state` })).json).toMatchObject({
    devices: 1,
    metrics: [{ metric: 'temperature', unit: 'Cel', count: 1, min: 10, max: 10, mean: 10, newest: { deviceId } }],
  });
  const listed = await call({ path: `/api/devices?applicationId=${applicationId}&room=${roomId}&include=latest` });
  expect(listed.json.items).toMatchObject([{ deviceId, latest: { metrics: { temperature: { value: 10 } } } }]);
  const { items } = (await call({ path: `/api/devices/${deviceId}/events` })).json;
  expect(items.filter(({ actor }: { readonly actor: string }) => actor.startsWith('user:'))).toMatchObject([
    { type: 'device.moved', data: { roomId } },
    { type: 'device.registered', actor: `user:${admin.userId}` },
  ]);
});

test('twenty moves of one device at once leave every room counting right', async () => {
  const rooms = [await makeRoom('a'), await makeRoom('b'), await makeRoom('c')];
  const { deviceId } = await make('/api/devices', { deviceId: own('mover'), roomId: rooms[0] });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      call({ method: 'PUT', path: `/api/devices/${deviceId}/room`, body: { roomId: rooms[at % 3] } }),
    ),
  );
  for (const { status } of answers) expect([200, 409]).toContain(status);
  expect(answers.some(({ status }) => status === 200)).toBe(true);
  const { roomId } = (await call({ path: `/api/devices/${deviceId}` })).json;
  for (const room of rooms) {
    expect((await call({ path: `/api/rooms/${room}` })).json.deviceCount).toBe(room === roomId ? 1 : 0);
    const inside = (await call({ path: `/api/rooms/${room}/devices` })).json.items;
    expect(inside).toHaveLength(room === roomId ? 1 : 0);
  }
});

test('an entity is read once while it stays, and changed only as it was read', async () => {
  const roomId = await makeRoom('etag');
  const path = `/api/rooms/${roomId}`;
  const etag = (await call({ path })).headers.get('etag') ?? '';
  expect((await call({ path, headers: { 'if-none-match': etag } })).status).toBe(304);
  const patch = (name: string) =>
    call({
      method: 'PATCH',
      path,
      body: JSON.stringify({ name }),
      headers: { 'if-match': etag, 'content-type': 'application/merge-patch+json' },
    });
  const answers = await Promise.all(['one', 'two', 'three'].map(patch));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  expect((await call({ path, headers: { 'if-none-match': etag } })).status).toBe(200);
});

test('a device is registered once under one Idempotency-Key', async () => {
  const request = {
    method: 'POST',
    path: '/api/devices',
    body: { applicationId, name: 'once' },
    headers: { 'idempotency-key': ulid() },
  } as const;
  const [first, second] = [await call(request), await call(request)];
  expect(first.status).toBe(201);
  expect(second.json).toEqual(first.json);
  const { status } = await call({ ...request, body: { applicationId, name: 'twice' } });
  expect(status).toBe(422);
});

test('a member with grants lists, reads and follows only what they name; a stranger nothing', async () => {
  const [seen, hidden] = [await makeRoom('seen'), await makeRoom('hidden')];
  const inSeen = (await make('/api/devices', { deviceId: own('in-seen'), roomId: seen })).deviceId;
  const inHidden = (await make('/api/devices', { deviceId: own('in-hidden'), roomId: hidden })).deviceId;
  const member = await signIn(system);
  const now = new Date().toISOString();
  await system.db.send(
    new PutCommand({
      TableName: system.output('Data', 'DirectoryTableName'),
      Item: {
        ...directoryKeys.member(applicationId, member.userId),
        applicationId,
        userId: member.userId,
        email: member.email,
        role: 'viewer',
        grants: { deviceIds: [], roomIds: [seen] },
        version: 1,
        createdAt: now,
        updatedAt: now,
      },
    }),
  );
  const devices = await call({ path: '/api/devices' }, member);
  expect(devices.json.items.map(({ deviceId }: { deviceId: string }) => deviceId)).toEqual([inSeen]);
  const rooms = await call({ path: '/api/rooms?sort=name' }, member);
  expect(rooms.json.items.map(({ roomId }: { roomId: string }) => roomId)).toEqual([seen]);
  const events = await call({ path: `/api/applications/${applicationId}/events?limit=100` }, member);
  expect(events.json.items.map(({ entity }: { entity: string }) => entity)).not.toContain(`device:${inHidden}`);
  for (const path of [`/api/devices/${inHidden}`, `/api/rooms/${hidden}`, `/api/rooms/${hidden}/state`])
    expect((await call({ path }, member)).status).toBe(404);
  expect((await call({ method: 'PATCH', path: `/api/devices/${inSeen}`, body: { name: 'x' } }, member)).status).toBe(
    403,
  );

  const stranger = await signIn(system);
  expect((await call({ path: `/api/devices/${inSeen}` }, stranger)).status).toBe(404);
  expect((await call({ path: `/api/devices?applicationId=${applicationId}` }, stranger)).status).toBe(404);
});

describe('npm run import', () => {
  const run = (script: 'import.ts' | 'export.ts', ...args: string[]) =>
    runScript(script, [...args, '--local', '--email', admin.email], { FIELDLINE_PASSWORD: admin.password });

  test('takes rooms and devices from CSV, 500 a request, and reports what it refused', async () => {
    const { applicationId: application } = await newApplication(system, admin);
    const rooms = [own('r'), own('r')];
    const ids = Array.from({ length: 1100 }, () => own('d'));
    const gateway = own('gw');
    const files = { rooms: join(directory, 'rooms.csv'), devices: join(directory, 'devices.csv') };
    await writeFile(
      files.rooms,
      `roomId,name,metadata.floor\n${rooms.map((id, at) => `${id},"Hall, ${at}",${at}`).join('\n')}\n`,
    );
    const lines = ids.map((id, at) => `${id},Device ${at},${at === 700 ? 'nowhere' : rooms[at % 2]},${gateway},`);
    // Its gateway comes last in the file.
    await writeFile(
      files.devices,
      `deviceId,name,roomId,gatewayId,kind\n${lines.join('\n')}\n${gateway},Gateway,,,gateway\n`,
    );

    const args = [files.devices, '--rooms', files.rooms, '--application', application];
    const first = await run('import.ts', ...args);
    expect(first.code).toBe(1);
    expect(first.output).toContain('rooms: 2 created, 0 updated, 0 unchanged, 0 refused');
    expect(first.output).toContain('devices: 1100 created, 0 updated, 0 unchanged, 1 refused');
    expect(first.output).toContain('devices 1101/1101');
    const report = await readFile(`${files.devices}.refused.csv`, 'utf8');
    expect(report.trim().split('\n')).toEqual([
      'row,reason,deviceId,name,roomId,gatewayId,kind',
      expect.stringMatching(new RegExp(`^701,.*no room 'nowhere'.*,${ids[700]},`)),
    ]);
    const counts = await Promise.all(
      rooms.map(async (roomId) => (await call({ path: `/api/rooms/${roomId}` })).json.deviceCount),
    );
    expect(counts).toEqual([549, 550]);

    // Mended, the report is imported as it is.
    await writeFile(`${files.devices}.refused.csv`, report.replaceAll('nowhere', rooms[0] ?? ''));
    const mended = await run('import.ts', `${files.devices}.refused.csv`, '--application', application);
    expect(mended).toMatchObject({ code: 0, output: expect.stringContaining('1 created') });
    const out = join(directory, 'export.csv');
    expect(await run('export.ts', 'devices', '--out', out, '--application', application)).toMatchObject({ code: 0 });
    expect((await readFile(out, 'utf8')).trim().split('\n')).toHaveLength(1102);
    const again = await run('import.ts', out, '--application', application);
    expect(again.output).toContain('0 created, 0 updated, 1101 unchanged, 0 refused');
    const json = await run('export.ts', 'rooms', '--format', 'json', '--application', application);
    expect(JSON.parse(json.output)).toHaveLength(2);
  });

  test('says what is wrong before it asks anybody', async () => {
    expect((await runScript('import.ts', ['--email', 'x@example.com', '--local'])).output).toContain(
      'A file of devices',
    );
    const wrong = await runScript('import.ts', ['x.csv', '--local', '--email', admin.email], {
      FIELDLINE_PASSWORD: 'wrong',
    });
    expect({ code: wrong.code, output: wrong.output }).toEqual({
      code: 1,
      output: expect.stringContaining('was not signed in'),
    });
    const absent = await run('import.ts', join(directory, 'absent.csv'));
    expect({ code: absent.code, output: absent.output }).toEqual({
      code: 1,
      output: expect.stringContaining("can't be read"),
    });
  });
});
