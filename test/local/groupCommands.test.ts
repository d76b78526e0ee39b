import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { inParallel } from '../../scripts/fleet/inParallel.ts';
import { until } from '../until.ts';
import { type Behaviour, type CommandDevice, newCommandDevice, obey } from './commandDevice.ts';
import { type GroupPlant, openGroupPlant, own } from './groupPlant.ts';
import { openLive } from './openLive.ts';

jest.setTimeout(600_000);

const devices = 200;
const offline = 20;
const failing = 5;
/** Of those that are there, the first; who fails is among them. */
const ofLine2 = 20;

let plant: GroupPlant;

beforeAll(async () => {
  plant = await openGroupPlant();
});

describe(`a room of ${devices} devices, ${offline} of them offline, ${failing} failing`, () => {
  let roomId: string;
  let all: CommandDevice[];
  let online: CommandDevice[];
  const isStuck: Behaviour = (command) =>
    command.name === 'close' ? [{ status: 'failed', reason: 'it is stuck' }] : obey(command);

  beforeAll(async () => {
    const { system, admin, applicationId } = plant;
    roomId = await plant.newRoom();
    all = await inParallel([...Array(devices).keys()], 8, (index) => {
      const line = index >= offline && index < offline + ofLine2 ? 2 : 1;
      return newCommandDevice(system, admin, applicationId, { roomId, metadata: { line } });
    });
    online = all.slice(offline);
    await inParallel([...online.entries()], 8, ([index, device]) => device.connect(index < failing ? isStuck : obey));
  });
  afterAll(() => Promise.all(online.map((device) => device.disconnect())));

  test('it reports exactly that and meets its quorum; another misses its own and is compensated', async () => {
    const { call, make, ended, applicationId } = plant;
    const path = `/api/rooms/${roomId}/commands`;
    const live = await openLive(plant.system);
    await live.ask({ action: 'subscribe', channels: [`room:${roomId}`] });
    // As long as a slow machine may take for those that are there: the others are waited for.
    const times = { timeout: 60, deadlineIn: 150 };
    const met = await make({ path, body: { name: 'close', ...times, quorum: { percent: 87.5 } } }, 202);
    expect(met).toMatchObject({ targets: devices, report: { quorum: 'open' } });
    const compensation = { name: 'open', parameters: { percent: 100 }, ...times };
    const filter = { metadata: { line: 2 } };
    const missed = await make({ path, body: { name: 'close', ...times, filter, compensation } }, 202);
    expect(missed).toMatchObject({ targets: ofLine2 });

    const names = (some: readonly CommandDevice[]) => some.map(({ deviceId }) => deviceId).sort();
    const failures = names(online.slice(0, failing)).map((deviceId) => ({
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
    const commandsTo = (wanted: string) =>
      online.map(
        ({ received }) =>
          new Set(received.filter(({ name }) => name === wanted).map(({ commandId }) => commandId)).size,
      );
    expect(commandsTo('close')).toEqual(online.map((_, index) => (index < ofLine2 ? 2 : 1)));
    expect(commandsTo('open')).toEqual(online.map((_, index) => (index >= failing && index < ofLine2 ? 1 : 0)));

    const { json: page } = await call({ path: `${path}/${missed.commandId}/children?outcome=failed` });
    expect(page.items).toMatchObject(
      failures.map((failure) => ({ ...failure, command: { state: 'failed', name: 'close' } })),
    );
    const { json: list } = await call({ path });
    expect(list.items).toMatchObject([
      { commandId: missed.commandId, state: 'failed' },
      { commandId: met.commandId, state: 'succeeded', counts },
    ]);

    const progress = () =>
      live.changes.filter(({ kind, deviceId }) => kind === 'command' && deviceId === undefined).map(({ data }) => data);
    const toldOf = ({ commandId }: { commandId: string }) =>
      progress().filter((data) => data['commandId'] === commandId);
    await until('the end, live', () => toldOf(met).at(-1)?.['state'] === 'succeeded');
    expect(toldOf(met).at(-1)).toMatchObject({ state: 'succeeded', counts });
    await live.close();
    const { json: events } = await call({
      path: `/api/applications/${applicationId}/events?entity=room:${roomId}&type=room.commandEnded`,
    });
    const ends = events.items.map(({ data }: { data: { commandId: string; state: string } }) => [
      data.commandId,
      data.state,
    ]);
    expect(Object.fromEntries(ends)).toEqual({ [met.commandId]: 'succeeded', [missed.commandId]: 'failed' });
    expect(ends).toHaveLength(2);
    const tooLate = await make({ path: `${path}/${met.commandId}/cancel` }, 409);
    expect(tooLate.detail).toContain('succeeded');
  });
});

test('500 devices take one request; what none of them has got yet is cancelled in all of them', async () => {
  const { call, make, ended } = plant;
  const roomId = await plant.newRoom();
  await plant.register(
    Array.from({ length: 500 }, (_, index) => ({ deviceId: `${own('valve')}-${index}`, roomId, deviceType: 'valve' })),
  );
  const path = `/api/rooms/${roomId}/commands`;
  const group = await make({ path, body: { name: 'close', deadlineIn: 3600 } }, 202);
  expect(group).toMatchObject({ targets: 500, report: { counts: { open: 500 } } });
  const its = `${path}/${group.commandId}`;
  const isRunning = async () => (await call({ path: its })).json.state === 'running';
  await until('all have their commands', isRunning, 200_000);
  await make({ path: `${its}/cancel` }, 202);
  expect(await ended(its)).toMatchObject({ state: 'cancelled', report: { counts: { cancelled: 500 } } });
});
