import '../platform/silent.ts';
import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import type { LiveChange } from '../../../functions/live/protocol.ts';
import { deviceItem, deviceKey } from '../../../functions/platform/records/registry.ts';
import { newId } from '../../../functions/platform/ulid.ts';
import { expireValues } from '../../../functions/twin/expire.ts';
import { recordBatch } from '../../../functions/twin/record.ts';
import type { TwinRequest } from '../../../functions/twin/requests.ts';
import { expiringIndex, parseHistory, requestItem } from '../../../functions/twin/twinItems.ts';
import { memoryDb } from '../platform/memoryDb.ts';
import { openShadow } from './shadow.ts';

const shadowId = { applicationId: 'plant', deviceId: 'boiler-7' };
const { applicationId, deviceId } = shadowId;
const start = 1_700_000_000;
const at = start * 1000;
const stamps = { version: 1, createdAt: new Date(at).toISOString(), updatedAt: new Date(at).toISOString() };

/** Twins with their functions on a DynamoDB in memory, and a shadow that the functions change as they change AWS IoT's. */
async function openTwin() {
  const db = memoryDb(
    { name: 'devices', keys: ['deviceId', 'item'] },
    {
      name: 'twins',
      keys: ['twin', 'entry'],
      numbers: [expiringIndex.sortKey],
      indexes: [
        { name: expiringIndex.name, keys: [expiringIndex.partitionKey, expiringIndex.sortKey], attributes: [] },
      ],
    },
    { name: 'events', keys: ['applicationId', 'eventId'] },
  );
  await db.send(
    new PutCommand({
      TableName: 'devices',
      Item: deviceItem({
        ...{ ...shadowId, ...stamps, name: deviceId, kind: 'device', status: 'active', roomId: 'hall' },
        ...{ metadata: {}, configuration: {} },
      }),
    }),
  );
  const shadow = openShadow(start);
  const told: LiveChange[] = [];
  const record = recordBatch({
    db,
    tables: { devices: 'devices', twins: 'twins', events: 'events' },
    live: { changes: async (changes) => void told.push(...changes) },
    historyDays: 90,
  });
  const list = async (table: string, key: string, value: string, prefix = '') => {
    const { Items = [] } = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: `${key} = :value`,
        ExpressionAttributeValues: { ':value': value },
      }),
    );
    return Items.filter(({ entry = '' }) => String(entry).startsWith(prefix));
  };
  const iotData = {
    send: async ({ input: { payload } }: { input: { payload: Buffer } }) => {
      const { state, version, clientToken } = JSON.parse(payload.toString());
      if (version !== undefined && version !== shadow.version())
        throw Object.assign(new Error('Version conflict'), { name: 'ConflictException' });
      shadow.update(state, clientToken);
      return {};
    },
  };
  return {
    shadow,
    told,
    record: async (messages: readonly unknown[] = shadow.published, thing = deviceId) => {
      const records = messages.map((message, place) => ({
        messageId: String(place),
        body: JSON.stringify({
          payload: Buffer.from(JSON.stringify(message)).toString('base64'),
          ...{ deviceId: thing, receivedAt: at, traceId: String(place) },
        }),
      }));
      return record(records as SQSRecord[], { getRemainingTimeInMillis: () => 10_000 });
    },
    async ask(desired: TwinRequest['desired'], valuesExpireAt?: number): Promise<string> {
      const requestId = newId();
      const request: TwinRequest = {
        ...{ desired, actor: 'user:ada', cause: 'request', at },
        ...(valuesExpireAt !== undefined && { valuesExpireAt }),
      };
      await db.send(new PutCommand({ TableName: 'twins', Item: requestItem(shadowId, requestId, request) }));
      shadow.update({ desired: desired as never }, requestId);
      return requestId;
    },
    expire: expireValues({ db, iotData, tables: { devices: 'devices', twins: 'twins' } }),
    history: async () => (await list('twins', 'twin', `${applicationId}#${deviceId}`, 'history#')).map(parseHistory),
    deleteDevice: () => db.send(new DeleteCommand({ TableName: 'devices', Key: deviceKey(deviceId) })),
    requests: () => list('twins', 'twin', `${applicationId}#${deviceId}`, 'request#'),
    put: (Item: Record<string, unknown>) => db.send(new PutCommand({ TableName: 'twins', Item })),
    stateItem: async () => (await list('twins', 'twin', `${applicationId}#${deviceId}`, 'state#'))[0],
    events: async () =>
      (await list('events', 'applicationId', applicationId)).map(({ actor, data }) => ({ actor, ...data })),
  };
}

let twin: Awaited<ReturnType<typeof openTwin>>;
beforeEach(async () => {
  twin = await openTwin();
});

describe('the record of a twin', () => {
  test('says who set a value, and that the device confirmed it; events tell of both, once', async () => {
    await twin.ask({ heat: 21 });
    twin.shadow.update({ reported: { heat: 18, pressure: 1.2 } });
    twin.shadow.update({ reported: { heat: 21 } });
    for (let time = 0; time < 2; time += 1) expect(await twin.record()).toEqual({ failed: [] });
    expect(await twin.history()).toMatchObject([
      {
        ...{ version: 1, actor: 'user:ada', cause: 'request', confirmed: [] },
        changes: [{ section: 'desired', path: '/heat', to: 21 }],
      },
      { version: 2, actor: 'device:boiler-7', cause: 'device', confirmed: [] },
      {
        ...{ version: 3, actor: 'device:boiler-7', confirmed: ['/heat'] },
        changes: [{ section: 'reported', path: '/heat', from: 18, to: 21 }],
      },
    ]);
    expect(await twin.events()).toEqual(
      expect.arrayContaining([
        { actor: 'user:ada', reason: 'set', version: 1, desired: { heat: 21 }, roomId: 'hall' },
        { actor: 'device:boiler-7', reason: 'confirmed', version: 3, confirmed: ['/heat'], roomId: 'hall' },
      ]),
    );
    expect(await twin.events()).toHaveLength(2);
    expect(twin.told[0]).toMatchObject({
      kind: 'twin',
      channels: ['device:boiler-7', 'room:hall', 'application:plant'],
      data: { version: 1, actor: 'user:ada' },
    });
  });

  test('has no entry for a value that is reported again as it was', async () => {
    twin.shadow.update({ reported: { heat: 18 } });
    twin.shadow.update({ reported: { heat: 18 } });
    await twin.record();
    expect(await twin.history()).toHaveLength(1);
    expect(twin.told).toHaveLength(1);
  });

  test('does not take a device for a person whose token it shows again', async () => {
    const token = await twin.ask({ heat: 21 });
    twin.shadow.update({ desired: { heat: null } });
    twin.shadow.update({ desired: { heat: 21 } }, token);
    twin.shadow.update({ desired: { heat: 99 } }, token);
    await twin.record();
    expect((await twin.history()).map(({ actor, cause }) => [actor, cause])).toEqual([
      ['user:ada', 'request'],
      ['system', 'direct'],
      ['system', 'direct'],
      ['system', 'direct'],
    ]);
  });

  test('keeps numbers and names that DynamoDB does not know', async () => {
    const reported = { tiny: 1e-200, '': 1, huge: 1e300 };
    twin.shadow.update({ reported });
    expect(await twin.record()).toEqual({ failed: [] });
    expect((await twin.history())[0]?.changes.map(({ to }) => to)).toEqual(Object.values(reported));
  });

  test('is nothing of a thing that is not registered; what is no update of a shadow comes again', async () => {
    twin.shadow.update({ reported: { heat: 18 } });
    expect(await twin.record(twin.shadow.published, 'stranger')).toEqual({ failed: [] });
    expect(await twin.history()).toEqual([]);
    expect(await twin.record([{ current: { state: {} } }])).toMatchObject({ failed: [{ messageId: '0' }] });
  });

  test('is the same in whatever order updates come, and however often', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (random) => {
        const [ordered, shuffled] = [await openTwin(), await openTwin()];
        await ordered.ask({ heat: 21, fan: 'on' }, at + 1000);
        ordered.shadow.update({ reported: { heat: 18 } });
        ordered.shadow.update({ reported: { heat: 21 } });
        await ordered.ask({ fan: 'off' });
        ordered.shadow.update({ desired: { heat: 30 } });
        ordered.shadow.update({ reported: { heat: 30, fan: 'on' } });
        // The same requests, so that the tokens are known in both.
        for (const item of await ordered.requests()) await shuffled.put(item);
        const [first, ...rest] = ordered.shadow.published;
        const mixed = [...rest, ...ordered.shadow.published]
          .map((message) => ({ message, place: random.next().value as number }))
          .sort((one, other) => one.place - other.place)
          .map(({ message }) => message);
        await ordered.record();
        for (const message of [first, ...mixed]) expect(await shuffled.record([message])).toEqual({ failed: [] });
        expect(await shuffled.history()).toEqual(await ordered.history());
        const comparable = async (one: typeof ordered) => {
          const { revision: _, ...item } = (await one.stateItem()) ?? {};
          return { ...item, state: JSON.parse(String(item['state'])) };
        };
        expect(await comparable(shuffled)).toEqual(await comparable(ordered));
        expect((await shuffled.events()).length).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a desired value whose time is over', () => {
  test('is taken back once, with an event; what was confirmed and what has time stays', async () => {
    await twin.ask({ heat: 21, fan: 'on' }, at + 1000);
    await twin.ask({ light: 5 }, at + 100_000);
    await twin.ask({ door: 'shut' });
    twin.shadow.update({ reported: { fan: 'on' } });
    await twin.record();
    await twin.expire(at + 999);
    expect(twin.shadow.version()).toBe(4);
    await twin.expire(at + 1000);
    expect(twin.shadow.state().desired).toEqual({ fan: 'on', light: 5, door: 'shut' });
    // Before it is recorded, and after.
    await twin.expire(at + 1001);
    await twin.record();
    await twin.expire(at + 1002);
    expect(twin.shadow.version()).toBe(5);
    expect((await twin.history()).at(-1)).toMatchObject({
      ...{ version: 5, actor: 'system', cause: 'expiry' },
      changes: [{ section: 'desired', path: '/heat', from: 21 }],
    });
    expect(await twin.events()).toContainEqual({
      ...{ actor: 'system', reason: 'expired', version: 5, expired: ['/heat'], roomId: 'hall' },
    });
    await twin.expire(at + 100_000);
    await twin.record();
    expect(twin.shadow.state().desired).toEqual({ fan: 'on', door: 'shut' });
    expect(await twin.stateItem()).not.toHaveProperty(expiringIndex.sortKey);
  });

  test('is not taken back while its confirmation is on the way', async () => {
    await twin.ask({ heat: 21 }, at + 1000);
    await twin.record();
    twin.shadow.update({ reported: { heat: 21 } });
    await twin.expire(at + 2000);
    expect(twin.shadow.state().desired).toEqual({ heat: 21 });
    await twin.record();
    await twin.expire(at + 3000);
    expect(twin.shadow.state().desired).toEqual({ heat: 21 });
  });

  test('is forgotten when its device was deleted, or when its shadow is not there to be changed', async () => {
    await twin.ask({ heat: 21 }, at + 1000);
    await twin.record();
    twin.shadow.forget();
    await twin.expire(at + 2000);
    expect(await twin.stateItem()).toHaveProperty(expiringIndex.sortKey);
    await twin.expire(at + 72 * 3_600_000);
    expect(await twin.stateItem()).not.toHaveProperty(expiringIndex.sortKey);

    const other = await openTwin();
    await other.ask({ heat: 21 }, at + 1000);
    await other.record();
    await other.deleteDevice();
    await other.expire(at + 2000);
    expect(other.shadow.version()).toBe(1);
    expect(await other.stateItem()).not.toHaveProperty(expiringIndex.sortKey);
  });

  test('waits for an update that was overtaken, and not for ever', async () => {
    await twin.ask({ heat: 21 }, at + 1000);
    twin.shadow.update({ reported: { heat: 21 } });
    twin.shadow.update({ reported: { heat: 25 } });
    const [set, , moved] = twin.shadow.published;
    await twin.record([set, moved]);
    await twin.expire(at + 2000);
    expect(twin.shadow.state().desired).toEqual({ heat: 21 });
    await twin.expire(at + 3_600_000);
    expect(twin.shadow.state().desired).toBeUndefined();
  });
});
