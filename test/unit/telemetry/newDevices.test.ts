import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { device } from '../../../functions/model/device.ts';
import { changeTogether } from '../../../functions/platform/records/change.ts';
import { deviceItem, deviceKey } from '../../../functions/platform/records/registry.ts';
import { welcomeDevices } from '../../../functions/telemetry/stores/newDevices.ts';
import { memoryDb } from '../platform/memoryDb.ts';
import { profileOf } from './samples.ts';

function registry() {
  const db = memoryDb(
    { name: 'devices', keys: ['deviceId', 'item'] },
    { name: 'audit', keys: ['applicationId', 'auditId'] },
  );
  const forgotten: string[] = [];
  const welcome = welcomeDevices({
    change: changeTogether({ db, auditTable: 'audit' }),
    tableName: 'devices',
    forget: (deviceId) => forgotten.push(deviceId),
  });
  return {
    db,
    forgotten,
    welcome: (status: 'registered' | undefined, ...deviceIds: string[]) =>
      welcome(new Map(deviceIds.map((deviceId) => [deviceId, profileOf({ status })]))),
    put: (deviceId: string, status: 'registered' | 'active' | 'disabled') => {
      const at = '2026-01-31T12:00:00.000Z';
      const base = { name: 'Boiler', kind: 'device' as const, metadata: {}, configuration: {}, version: 3 };
      const Item = deviceItem({ ...base, deviceId, applicationId: 'default', status, createdAt: at, updatedAt: at });
      return db.send(new PutCommand({ TableName: 'devices', Item }));
    },
    get: async (deviceId: string) =>
      (await db.send(new GetCommand({ TableName: 'devices', Key: deviceKey(deviceId) }))).Item ?? {},
    audit: async () =>
      (
        await db.send(
          new QueryCommand({
            TableName: 'audit',
            KeyConditionExpression: 'applicationId = :application',
            ExpressionAttributeValues: { ':application': 'default' },
          }),
        )
      ).Items ?? [],
  };
}

describe('the first valid message of a device', () => {
  test('registers one that the registry does not know, and says so in the audit table', async () => {
    const { welcome, get, audit, forgotten } = registry();
    expect(await welcome(undefined, 'Boiler-7')).toEqual(new Map());
    const item = await get('Boiler-7');
    expect(device.parse(item)).toMatchObject({
      name: 'Boiler-7',
      status: 'active',
      applicationId: 'default',
      version: 1,
    });
    expect(item).toMatchObject({ nameKey: 'boiler-7#Boiler-7' });
    expect(await audit()).toMatchObject([
      {
        actor: 'device:Boiler-7',
        entity: 'device:Boiler-7',
        operation: 'firstMessage',
        changes: { status: { to: 'active' } },
      },
    ]);
    expect(forgotten).toEqual(['Boiler-7']);
  });

  test('makes one active that was registered, and changes nothing else of it', async () => {
    const { welcome, get, put, audit } = registry();
    await put('boiler-7', 'registered');
    expect(await welcome('registered', 'boiler-7')).toEqual(new Map());
    expect(await get('boiler-7')).toMatchObject({ name: 'Boiler', status: 'active', version: 4 });
    expect(await audit()).toMatchObject([{ changes: { status: { from: 'registered', to: 'active' } } }]);
  });

  test('is welcomed once, however many say so at once', async () => {
    const { welcome, get, audit } = registry();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => welcome(undefined, 'a', 'b')));
    expect(outcomes).toEqual(outcomes.map(() => new Map()));
    expect((await get('a'))['version']).toBe(1);
    expect(await audit()).toHaveLength(2);
  });

  test.each(['active', 'disabled'] as const)('leaves a device alone that has become %s meanwhile', async (status) => {
    const { welcome, get, put, audit } = registry();
    await put('a', status);
    expect(await welcome('registered', 'a')).toEqual(new Map());
    expect(await welcome(undefined, 'a')).toEqual(new Map());
    expect(await get('a')).toMatchObject({ status, name: 'Boiler', version: 3 });
    expect(await audit()).toEqual([]);
  });

  test('fails where the registry can not be written, so that the message comes again', async () => {
    const welcome = welcomeDevices({
      change: async () => {
        throw new Error('throttled');
      },
      tableName: 'devices',
      forget: () => {},
    });
    const failures = await welcome(new Map([['a', profileOf()]]));
    expect(failures.get('a')).toMatchObject({ failureClass: 'storage', reason: expect.stringContaining('throttled') });
  });
});
