import '../platform/silent.ts';
import { describe, expect, test } from '@jest/globals';
import { unknownProfile } from '../../../functions/telemetry/reading.ts';
import { deviceProfiles } from '../../../functions/telemetry/stores/deviceProfiles.ts';
import { fakeTables } from './fakeTables.ts';
import { noon } from './samples.ts';

const registry = (...items: Record<string, unknown>[]) => {
  const db = fakeTables({ devices: ['deviceId', 'item'] });
  for (const item of items) db.put('devices', { item: 'device', ...item });
  return { db, ...deviceProfiles({ db, tableName: 'devices' }) };
};

describe('device profiles', () => {
  test('say how a device is read; one that the registry does not know is read by its payload', async () => {
    const { read } = registry({
      deviceId: 'a',
      applicationId: 'plant',
      deviceType: 'gauge',
      format: 'xray',
      channels: ['x'],
    });
    const profileOf = await read(['a', 'b']);
    expect(profileOf('a')).toMatchObject({
      applicationId: 'plant',
      deviceType: 'gauge',
      format: 'xray',
      channels: ['x'],
    });
    expect(profileOf('b')).toEqual(unknownProfile);
  });

  test('are read once a minute, each device once', async () => {
    const { db, read } = registry({ deviceId: 'a', deviceType: 'gauge' });
    await read(['a', 'a', 'b'], noon);
    await read(['b', 'a'], noon + 59_999);
    expect(db.calls).toHaveLength(1);
    db.put('devices', { item: 'device', deviceId: 'a', deviceType: 'pump' });
    expect((await read(['a'], noon + 60_000))('a').deviceType).toBe('pump');
  });

  test('that are kept do not get lost when the memory is full in the middle of a batch', async () => {
    const { read } = registry({ deviceId: 'a', applicationId: 'plant' });
    await read(['a', ...Array.from({ length: 10_000 }, (_, index) => `d${index}`)], noon);
    expect((await read(['a', 'new'], noon + 1))('a').applicationId).toBe('plant');
  });

  test('say whose a device is, where it is, and whether it may send', async () => {
    const { read } = registry({
      deviceId: 'a',
      applicationId: 'plant',
      roomId: 'hall',
      gatewayId: 'g',
      status: 'disabled',
    });
    expect((await read(['a']))('a')).toMatchObject({
      applicationId: 'plant',
      roomId: 'hall',
      gatewayId: 'g',
      status: 'disabled',
    });
  });

  test('are read again once the registry is known to have changed', async () => {
    const { db, read, forget } = registry({ deviceId: 'a', status: 'registered' });
    expect((await read(['a'], noon))('a').status).toBe('registered');
    db.put('devices', { item: 'device', deviceId: 'a', status: 'active' });
    forget('a');
    expect((await read(['a'], noon + 1))('a').status).toBe('active');
  });

  test.each([{ channels: ['constructor'] }, { channels: ['a b'] }, { format: 'csv' }])(
    'that can not say how messages are read still say whose they are: %j',
    async (broken) => {
      const { read } = registry({ deviceId: 'a', applicationId: 'plant', status: 'disabled', ...broken });
      expect((await read(['a']))('a')).toEqual({ ...unknownProfile, applicationId: 'plant', status: 'disabled' });
    },
  );

  test('of what is registered badly is not that of a device to register', async () => {
    const { read } = registry({ deviceId: 'a', applicationId: 5 });
    expect((await read(['a']))('a').status).toBe('active');
  });
});
