import { beforeAll, expect, test } from '@jest/globals';
import { until } from '../until.ts';
import { type GroupPlant, openGroupPlant, own } from './groupPlant.ts';

let plant: GroupPlant;

beforeAll(async () => {
  plant = await openGroupPlant();
});

/** Nobody is there: they expire at once. */
const brief = { timeout: 1, deadlineIn: 3 };

/** A room with two valves, one of them on floor 2, a disabled valve, and a device of no type. */
async function mixedRoom() {
  const roomId = await plant.newRoom();
  const [plain, upstairs, disabled, other] = [own('valve'), own('valve'), own('valve'), own('thing')].sort() as [
    string,
    string,
    string,
    string,
  ];
  await plant.register([
    { deviceId: plain, roomId, deviceType: 'valve' },
    { deviceId: upstairs, roomId, deviceType: 'valve', metadata: { floor: 2 } },
    { deviceId: disabled, roomId, deviceType: 'valve' },
    { deviceId: other, roomId },
  ]);
  const { status } = await plant.call({
    method: 'PATCH',
    path: `/api/devices/${disabled}`,
    body: { status: 'disabled' },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  expect(status).toBe(200);
  return { roomId, path: `/api/rooms/${roomId}/commands`, plain, upstairs, disabled, other };
}

test('who can not carry a command out is refused with the reason, the others get it', async () => {
  const { path, plain, upstairs, disabled, other } = await mixedRoom();
  const { commandId } = await plant.make({ path, body: { name: 'close', ...brief, quorum: { count: 1 } } }, 202);
  expect(await plant.ended(`${path}/${commandId}`)).toMatchObject({
    state: 'failed',
    report: { counts: { refused: 2, expired: 2 }, offline: [plain, upstairs], quorum: 'missed' },
  });
  const { json } = await plant.call({ path: `${path}/${commandId}/children?outcome=refused` });
  expect(json.items).toMatchObject([
    { deviceId: disabled, reason: expect.stringContaining('is disabled') },
    { deviceId: other, reason: expect.stringContaining('has no device type') },
  ]);
});

test('a filter names its devices; what they have not got yet is taken back, twice as well as once', async () => {
  const { path, upstairs } = await mixedRoom();
  const filtered = await plant.make({ path, body: { name: 'close', filter: { metadata: { floor: 2 } } } }, 202);
  expect(filtered.report.open).toEqual([upstairs]);
  const its = `${path}/${filtered.commandId}`;
  await plant.make({ path: `${its}/cancel` }, 202);
  expect(await plant.ended(its)).toMatchObject({ state: 'cancelled', report: { counts: { cancelled: 1 } } });
  expect(await plant.make({ path: `${its}/cancel` }, 202)).toMatchObject({ state: 'cancelled' });
});

test("a device's own command is taken back by itself, and its group counts it", async () => {
  const { path, upstairs } = await mixedRoom();
  const body = { name: 'close', filter: { metadata: { floor: 2 } } };
  const its = `${path}/${(await plant.make({ path, body }, 202)).commandId}`;
  const command = await until('the command of the device', async () => {
    const { json } = await plant.call({ path: `${its}/children` });
    return json.items[0].command as { readonly commandId: string } | undefined;
  });
  const cancel = `/api/devices/${upstairs}/commands/${command.commandId}/cancel`;
  expect(await plant.call({ method: 'POST', path: cancel })).toMatchObject({ json: { state: 'cancelled' } });
  expect(await plant.ended(its)).toMatchObject({ report: { counts: { cancelled: 1 } } });
});

test("a member commands the devices that the grants show, and sees of the application's commands their own", async () => {
  const { path, plain } = await mixedRoom();
  const operator = await plant.member('operator', { deviceIds: [plain], roomIds: [] });
  const ofApplication = `/api/applications/${plant.applicationId}/commands`;
  const body = { name: 'close', ...brief };
  const theirs = await plant.call({ method: 'POST', path: ofApplication, body }, operator);
  expect(theirs).toMatchObject({ status: 202, json: { targets: 1, report: { open: [plain] } } });
  const all = await plant.make({ path: ofApplication, body: { ...body, filter: { deviceType: 'valve' } } }, 202);
  expect(all.targets).toBeGreaterThan(1);
  const list = await plant.call({ path: ofApplication }, operator);
  expect(list.json.items).toMatchObject([{ commandId: theirs.json.commandId }]);
  for (const hidden of [`${ofApplication}/${all.commandId}`, `${ofApplication}/${all.commandId}/children`, path])
    expect(await plant.call({ path: hidden }, operator)).toMatchObject({ status: 404 });
});

test('what can not be done by anybody, or not as it is asked for, is refused with what would be right', async () => {
  const { path } = await mixedRoom();
  for (const [body, detail] of [
    [{ name: 'dance' }, "has no action 'dance'"],
    [{ name: 'open', parameters: { percent: 101 } }, 'must be <= 100'],
    [{ name: 'close', filter: { metadata: { floor: 7 } } }, 'No device matches'],
    [{ name: 'close', quorum: { count: 9 } }, 'demands 9 devices, and 4 match'],
    [{ name: 'close', compensation: { name: 'dance' } }, "has no action 'dance'"],
  ] as const)
    expect(await plant.call({ method: 'POST', path, body })).toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining(detail) },
    });
  const tooShort = { name: 'close', timeout: 60, deadlineIn: 60 };
  expect(await plant.call({ method: 'POST', path, body: tooShort })).toMatchObject({
    status: 400,
    json: { errors: [{ field: '/deadlineIn' }] },
  });
});
