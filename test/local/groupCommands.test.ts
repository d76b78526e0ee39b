import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ulid } from 'ulid';
import { inParallel } from '../../scripts/fleet/inParallel.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { newApplication } from './newApplication.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { type ObedientDevice, obedientDevice } from './obedientDevice.ts';
import { openLive } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

jest.setTimeout(400_000);

const devices = 200;
const offline = 20;
const failing = 5;
/** Of those that are there, the first; who fails is among them. */
const ofLine2 = 20;
/** Milliseconds; a device that is not there has a minute to come. */
const patience = 250_000;

let system: SystemUnderTest;
let admin: Person;
let applicationId: string;
const connected: ObedientDevice[] = [];
/** Ids are everybody's: each test makes its own. */
const own = (name: string) => `${name}-${ulid()}`;

const call = (request: Omit<Parameters<typeof callApi>[1], 'as'>, as: Person = admin) =>
  callApi(system, { as, ...request });
async function make(request: Parameters<typeof call>[0], status: number) {
  const answer = await call({ method: 'POST', ...request });
  expect(answer).toMatchObject({ status });
  return answer.json;
}

const valve = {
  title: 'Valve',
  actions: {
    close: { input: { type: 'object', properties: { speed: { type: 'integer', maximum: 9 } }, required: ['speed'] } },
    flush: {},
    open: {},
  },
};

async function makeRoom(deviceIds: readonly string[], deviceType = 'valve'): Promise<string> {
  const roomId = own('hall');
  await make({ path: '/api/rooms', body: { roomId, applicationId, name: 'Hall' } }, 201);
  await importDevices(deviceIds.map((deviceId) => ({ deviceId, roomId, deviceType })));
  return roomId;
}

async function importDevices(rows: readonly object[], become: 'created' | 'updated' = 'created') {
  const path = `/api/devices/import?applicationId=${applicationId}`;
  expect(await make({ path, body: rows }, 200)).toMatchObject({ [become]: rows.length, refused: 0 });
}

beforeAll(async () => {
  system = await openSystem();
  admin = await signIn(system, { platformAdmin: true });
  ({ applicationId } = await newApplication(system, admin));
  for (const [typeName, thingModel] of Object.entries({ valve, meter: { title: 'Meter' } })) {
    const path = `/api/applications/${applicationId}/device-types/${typeName}`;
    expect((await call({ method: 'PUT', path, body: { thingModel } })).status).toBe(200);
  }
});
afterAll(() => Promise.all(connected.map((device) => device.close())));

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, count) => all + count, 0);

/** Looks at a group command until it has ended; its counts add up at every look. */
const ended = (path: string) =>
  until(
    'the end of the group command',
    async () => {
      const { json } = await call({ path });
      expect(sum(json.report.counts)).toBe(json.targets);
      return json.endedAt === undefined ? undefined : json;
    },
    patience,
  );

describe(`a room of ${devices} devices, ${offline} of them offline, ${failing} failing`, () => {
  let roomId: string;
  let all: NewDevice[];

  beforeAll(async () => {
    all = await inParallel(Array.from({ length: devices }), 8, () => newDevice(system, 'valve'));
    all.sort((one, other) => (one.deviceId < other.deviceId ? -1 : 1));
    roomId = await makeRoom(all.map(({ deviceId }) => deviceId));
    const online = all.slice(offline);
    await importDevices(
      online.slice(0, ofLine2).map(({ deviceId }) => ({ deviceId, metadata: { line: 2 } })),
      'updated',
    );
    connected.push(
      ...(await inParallel(online, 8, (device) =>
        obedientDevice(system, device, ({ name }) =>
          name === 'close' && online.indexOf(device) < failing
            ? { status: 'failed', reason: 'it is stuck' }
            : { status: 'succeeded' },
        ),
      )),
    );
  });

  test('it reports exactly that and meets its quorum; another misses its own and is compensated', async () => {
    const path = `/api/rooms/${roomId}/commands`;
    const live = await openLive(system);
    await live.ask({ action: 'subscribe', channels: [`room:${roomId}`] });
    const asked = { name: 'close', parameters: { speed: 3 }, timeout: 30, deadlineIn: 90 };
    const met = await make({ path, body: { ...asked, quorum: { percent: 87.5 } } }, 202);
    const compensation = { name: 'open', timeout: 30, deadlineIn: 90 };
    const missed = await make({ path, body: { ...asked, filter: { metadata: { line: 2 } }, compensation } }, 202);
    expect(met).toMatchObject({ targets: devices, report: { quorum: 'open' } });
    expect(missed).toMatchObject({ targets: ofLine2 });

    const names = (list: readonly NewDevice[]) => list.map(({ deviceId }) => deviceId);
    const failures = names(all.slice(offline, offline + failing)).map((deviceId) => ({
      deviceId,
      outcome: 'failed',
      reason: 'it is stuck',
    }));
    const counts = { succeeded: devices - offline - failing, failed: failing, expired: offline, open: 0 };
    expect(await ended(`${path}/${met.commandId}`)).toMatchObject({
      state: 'succeeded',
      report: { counts, quorum: 'met', open: [], offline: names(all.slice(0, offline)), failures },
    });
    const undone = { succeeded: ofLine2 - failing, failed: 0, open: 0 };
    expect(await ended(`${path}/${missed.commandId}`)).toMatchObject({
      state: 'failed',
      report: {
        counts: { succeeded: ofLine2 - failing, failed: failing, expired: 0 },
        quorum: 'missed',
        failures,
        compensation: { counts: undone, failures: [] },
      },
    });

    // Each device was told each thing once; only those that succeeded were told to undo it.
    const times = (wanted: string) => connected.map(({ told }) => told.filter(({ name }) => name === wanted).length);
    expect(times('close')).toEqual(connected.map((_, index) => (index < ofLine2 ? 2 : 1)));
    expect(times('open')).toEqual(connected.map((_, index) => (index >= failing && index < ofLine2 ? 1 : 0)));

    const { json: page } = await call({ path: `${path}/${missed.commandId}/children?outcome=failed` });
    expect(page.items).toMatchObject(
      failures.map((failure) => ({ ...failure, command: { state: 'failed', name: 'close' } })),
    );
    const { json: list } = await call({ path });
    expect(list.items).toMatchObject([
      { commandId: missed.commandId },
      { commandId: met.commandId, state: 'succeeded' },
    ]);

    const progress = () => live.changes.filter(({ deviceId }) => deviceId === undefined).map(({ data }) => data);
    await until('the end, live', () =>
      progress().some(({ commandId, state }) => commandId === missed.commandId && state === 'failed'),
    );
    const ends = progress().filter(({ commandId }) => commandId === met.commandId);
    expect(ends.at(-1)).toMatchObject({ state: 'succeeded', counts });
    const { json: events } = await call({
      path: `/api/applications/${applicationId}/events?entity=room:${roomId}&type=room.commandEnded`,
    });
    expect(events.items).toMatchObject([
      { data: { commandId: missed.commandId, state: 'failed' } },
      { data: { commandId: met.commandId, state: 'succeeded' } },
    ]);
    await live.close();
    const { json: tooLate } = await call({ method: 'POST', path: `${path}/${met.commandId}/cancel` });
    expect(tooLate).toMatchObject({ status: 409, detail: expect.stringContaining('succeeded') });
  });
});

test('500 devices take one request; what none of them has got yet is cancelled in all of them', async () => {
  const roomId = await makeRoom(Array.from({ length: 500 }, (_, index) => `${own('valve')}-${index}`));
  const path = `/api/rooms/${roomId}/commands`;
  const group = await make({ path, body: { name: 'flush' } }, 202);
  expect(group).toMatchObject({ targets: 500, report: { counts: { open: 500 } } });
  const its = `${path}/${group.commandId}`;
  await until('all have their commands', async () => (await call({ path: its })).json.state === 'running', patience);
  await make({ path: `${its}/cancel` }, 202);
  expect(await ended(its)).toMatchObject({ state: 'cancelled', report: { counts: { cancelled: 500 } } });
  // Once is as good as twice.
  expect(await make({ path: `${its}/cancel` }, 202)).toMatchObject({ state: 'cancelled' });
});

test('who can not carry it out is refused with the reason; a filter, grants and an impossible wish', async () => {
  const [old, young, disabled] = [own('valve'), own('valve'), own('valve')];
  const meter = own('meter');
  const roomId = await makeRoom([old, disabled]);
  await importDevices([
    { deviceId: young, roomId, deviceType: 'valve', metadata: { floor: 2 } },
    { deviceId: meter, roomId, deviceType: 'meter' },
  ]);
  await call({
    method: 'PATCH',
    path: `/api/devices/${disabled}`,
    body: { status: 'disabled' },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  const path = `/api/rooms/${roomId}/commands`;
  const few = { timeout: 1, deadlineIn: 3 };
  const mixed = await make({ path, body: { name: 'flush', ...few, quorum: { count: 1 } } }, 202);
  expect(await ended(`${path}/${mixed.commandId}`)).toMatchObject({
    state: 'failed',
    report: { counts: { refused: 2, expired: 2 }, offline: [old, young].sort() },
  });
  const { json } = await call({ path: `${path}/${mixed.commandId}/children?outcome=refused` });
  expect(json.items.map(({ reason }: { reason: string }) => reason)).toEqual(
    expect.arrayContaining([expect.stringContaining("has no action 'flush'"), expect.stringContaining('is disabled')]),
  );

  const filtered = await make({ path, body: { name: 'flush', filter: { metadata: { floor: 2 } } } }, 202);
  expect(filtered.report.open).toEqual([young]);

  const operator = await (async () => {
    const person = await signIn(system);
    const grant = { email: person.email, role: 'operator', grants: { deviceIds: [old], roomIds: [] } };
    await make({ path: `/api/applications/${applicationId}/members`, body: grant }, 201);
    return person;
  })();
  const ofApplication = `/api/applications/${applicationId}/commands`;
  const theirs = await call({ method: 'POST', path: ofApplication, body: { name: 'flush', ...few } }, operator);
  expect(theirs).toMatchObject({ status: 202, json: { targets: 1, report: { open: [old] } } });
  const everybodys = await make({ path: ofApplication, body: { name: 'flush', filter: { deviceType: 'valve' } } }, 202);
  expect((await call({ path: `${ofApplication}/${everybodys.commandId}` }, operator)).status).toBe(404);
  expect((await call({ path: ofApplication }, operator)).json.items).toMatchObject([
    { commandId: theirs.json.commandId },
  ]);
  expect((await call({ path }, operator)).status).toBe(404);

  for (const [body, detail] of [
    [{ name: 'dance' }, "has no action 'dance'"],
    [{ name: 'close', parameters: { speed: 10 } }, 'must be <= 9'],
    [{ name: 'flush', filter: { metadata: { floor: 7 } } }, 'No device matches'],
    [{ name: 'flush', quorum: { count: 9 } }, 'demands 9 devices, and 4 match'],
    [{ name: 'flush', compensation: { name: 'dance' } }, "has no action 'dance'"],
  ] as const)
    expect(await call({ method: 'POST', path, body })).toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining(detail) },
    });
  expect(await call({ method: 'POST', path, body: { name: 'flush', timeout: 60, deadlineIn: 60 } })).toMatchObject({
    status: 400,
    json: { errors: [{ field: '/deadlineIn' }] },
  });
});
