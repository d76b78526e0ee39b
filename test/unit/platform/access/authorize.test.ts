import { describe, expect, test } from '@jest/globals';
import type { Membership } from '../../../../functions/model/application.ts';
import { authorize } from '../../../../functions/platform/access/authorize.ts';
import type { Standing } from '../../../../functions/platform/access/memberships.ts';
import { recordingClient } from '../recordingClient.ts';

const at = '2026-11-21T12:00:00.000Z';
const common = { metadata: {}, configuration: {}, version: 1, createdAt: at, updatedAt: at };
const items: Record<string, object> = {
  boiler: {
    ...common,
    deviceId: 'boiler',
    applicationId: 'one',
    name: 'b',
    kind: 'device',
    status: 'active',
    roomId: 'hall',
  },
  pump: { ...common, deviceId: 'pump', applicationId: 'one', name: 'p', kind: 'device', status: 'active' },
  one: { applicationId: 'one', name: 'One', version: 1, createdAt: at, updatedAt: at },
  hall: { ...common, roomId: 'hall', applicationId: 'one', name: 'h', deviceCount: 1 },
};
const db = recordingClient(({ input }) => ({ Item: items[input.Key.deviceId ?? input.Key.roomId ?? input.Key.sk] }));
const ada = { userId: 'ada', isPlatformAdmin: false, sessionId: 's' };

const member = (applicationId: string, rest: Partial<Membership> = {}): Membership => ({
  applicationId,
  userId: 'ada',
  email: 'ada@example.com',
  role: 'viewer',
  version: 1,
  createdAt: at,
  updatedAt: at,
  ...rest,
});
const check = (memberships: readonly Membership[], standing: Partial<Standing> = {}) =>
  authorize({
    db,
    directoryTable: 'directory',
    devicesTable: 'devices',
    roomsTable: 'rooms',
    readStanding: async () => ({
      memberships: new Map(memberships.map((one) => [one.applicationId, one])),
      signedIn: true,
      ...standing,
    }),
  });

const readDevice = { permission: 'devices:read', of: 'device' } as const;
const manageDevice = { permission: 'devices:manage', of: 'device' } as const;
const listDevices = { permission: 'devices:read', of: 'application' } as const;

describe('a permission', () => {
  test('is the role’s in the application that the device is in', async () => {
    expect(await check([member('one')])(readDevice, ada, { deviceId: 'boiler' })).toMatchObject({
      applicationId: 'one',
      role: 'viewer',
      device: { deviceId: 'boiler' },
    });
    await expect(check([member('one')])(manageDevice, ada, { deviceId: 'boiler' })).rejects.toMatchObject({
      status: 403,
    });
    expect(await check([member('one', { role: 'admin' })])(manageDevice, ada, { deviceId: 'boiler' })).toBeDefined();
  });

  test('in another application tells no more than that there is nothing', async () => {
    const foreign = check([member('two', { role: 'admin' })]);
    const [there, notThere] = await Promise.all(
      ['boiler', 'nothing'].map((deviceId) => foreign(readDevice, ada, { deviceId }).catch((error) => error)),
    );
    expect([there.status, notThere.status]).toEqual([404, 404]);
    expect(there.message.replace('boiler', '')).toBe(notThere.message.replace('nothing', ''));
    // What the caller names does not move the device elsewhere.
    await expect(foreign(readDevice, ada, { deviceId: 'boiler', applicationId: 'two' })).rejects.toMatchObject({
      status: 404,
    });
  });

  test('of the only application need not name it; of several it must', async () => {
    expect(await check([member('one')])(listDevices, ada, {})).toMatchObject({ applicationId: 'one' });
    const several = check([member('one'), member('two')]);
    await expect(several(listDevices, ada, {})).rejects.toMatchObject({ status: 400 });
    expect(await several(listDevices, ada, { applicationId: 'two' })).toMatchObject({ applicationId: 'two' });
    await expect(several(listDevices, ada, { applicationId: 'three' })).rejects.toMatchObject({ status: 404 });
    await expect(check([])(listDevices, ada, {})).rejects.toMatchObject({ status: 403 });
  });

  test('ends with the session', async () => {
    await expect(check([member('one')], { signedIn: false })(listDevices, ada, {})).rejects.toMatchObject({
      status: 401,
    });
  });

  test('is every platform admin’s, in every application', async () => {
    const admin = { ...ada, isPlatformAdmin: true };
    expect(await check([])(manageDevice, admin, { deviceId: 'boiler' })).toMatchObject({ role: 'admin' });
    await expect(check([])(listDevices, admin, {})).rejects.toMatchObject({ status: 400 });
    const { applicationId } = await check([])(listDevices, admin, { applicationId: 'one' });
    expect(applicationId).toBe('one');
  });

  test('is nobody’s in an application that there is not', async () => {
    const admin = { ...ada, isPlatformAdmin: true };
    await expect(check([])(listDevices, admin, { applicationId: 'none' })).rejects.toMatchObject({ status: 404 });
    // Where devices belong that nobody assigned.
    expect(await check([])(listDevices, admin, { applicationId: 'default' })).toMatchObject({ role: 'admin' });
  });
});

describe('grants', () => {
  const granted = (grants: Membership['grants']) => check([member('one', { role: 'admin', grants })]);

  test('show the devices that they name, and those in the rooms that they name', async () => {
    expect(await granted({ deviceIds: ['pump'], roomIds: [] })(readDevice, ada, { deviceId: 'pump' })).toBeDefined();
    expect(await granted({ deviceIds: [], roomIds: ['hall'] })(readDevice, ada, { deviceId: 'boiler' })).toBeDefined();
    await expect(
      granted({ deviceIds: ['pump'], roomIds: [] })(readDevice, ada, { deviceId: 'boiler' }),
    ).rejects.toMatchObject({ status: 404 });
  });

  test('show only the rooms that they name', async () => {
    const rule = { permission: 'rooms:read', of: 'room' } as const;
    expect(await granted({ deviceIds: [], roomIds: ['hall'] })(rule, ada, { roomId: 'hall' })).toMatchObject({
      room: { roomId: 'hall' },
    });
    await expect(granted({ deviceIds: ['boiler'], roomIds: [] })(rule, ada, { roomId: 'hall' })).rejects.toMatchObject({
      status: 404,
    });
  });
});
