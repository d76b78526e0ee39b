import '../platform/silent.ts';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { PresenceMessage } from '../../../functions/presence/signals.ts';
import { noon } from '../telemetry/samples.ts';
import { type Lifecycle, lifecycle, presenceSystem, subscribed } from './presenceSystem.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: noon, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});
const pass = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);

const connected = (version: number, more: Partial<Lifecycle> = {}) =>
  lifecycle({ event: 'connected', version, at: Date.now(), ...more });
const disconnected = (version: number, more: Partial<Lifecycle> = {}) =>
  lifecycle({ event: 'disconnected', version, at: Date.now(), ...more });
const check: PresenceMessage = { check: ['boiler-7'] };
const heartbeat = (deviceId = 'boiler-7'): PresenceMessage => ({
  heard: [{ deviceId, receivedAt: Date.now() }],
});
const typesOf = (events: readonly { type: string; data: Record<string, unknown> }[]) =>
  events.map(({ type, data }) => `${data['previousState']} → ${type}: ${data['reason']}`).sort();

describe('a connection', () => {
  test('brings a device online at once, with an event, and those who watch are told', async () => {
    const system = await presenceSystem();
    await system.take([connected(0)]);
    expect(await system.presence()).toMatchObject({
      connected: true,
      connectionVersion: 0,
      connectedAt: noon,
      state: 'online',
      stateSince: noon,
      reason: 'connected',
      certificateId: 'certificate',
    });
    expect(await system.events()).toMatchObject([
      {
        type: 'device.online',
        entity: 'device:boiler-7',
        actor: 'device:boiler-7',
        data: { previousState: 'unknown', currentState: 'online', reason: 'connected', roomId: 'hall' },
      },
    ]);
    expect(system.changes).toMatchObject([
      {
        channels: ['device:boiler-7', 'room:hall', 'application:plant'],
        kind: 'presence',
        data: { previousState: 'unknown', currentState: 'online', since: new Date(noon).toISOString() },
      },
    ]);
  });

  test('that ended makes it offline after the grace period, for the reason that AWS IoT gives', async () => {
    const system = await presenceSystem();
    await system.take([connected(0)]);
    await system.take([disconnected(0, { reason: 'MQTT_KEEP_ALIVE_TIMEOUT' })]);
    expect(await system.presence()).toMatchObject({ connected: false, state: 'online' });
    expect(system.later).toEqual([{ deviceIds: ['boiler-7'], delay: 30_000 }]);
    pass(29_999);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({ state: 'online' });
    pass(1);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({
      state: 'offline',
      previousState: 'online',
      reason: 'MQTT_KEEP_ALIVE_TIMEOUT',
      stateSince: noon,
    });
    expect(typesOf(await system.events())).toEqual([
      'online → device.offline: MQTT_KEEP_ALIVE_TIMEOUT',
      'unknown → device.online: connected',
    ]);
  });

  test('that is back within the grace period was never gone, but is counted', async () => {
    const system = await presenceSystem();
    await system.take([connected(0)]);
    for (let version = 0; version < 5; version += 1) {
      pass(1000);
      await system.take([disconnected(version)]);
      pass(1000);
      await system.take([connected(version + 1)]);
    }
    pass(60_000);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({ state: 'online', connected: true, stateSince: noon });
    expect((await system.presence())?.disconnects).toHaveLength(5);
    expect(await system.events()).toHaveLength(1);
    expect(system.changes).toHaveLength(1);
  });

  test('whose end is told before its beginning was never gone if the next one is there in time', async () => {
    const system = await presenceSystem();
    await system.take([disconnected(0)]);
    expect((await system.presence())?.state).toBeUndefined();
    await system.take([connected(1)]);
    await system.take([connected(0, { at: noon - 1000 })]);
    expect(typesOf(await system.events())).toEqual(['unknown → device.online: connected']);
  });

  test('without a grace period is over at once', async () => {
    const system = await presenceSystem({ policy: { grace: 0, silentAfter: 300_000 } });
    await system.take([connected(0)]);
    await system.take([disconnected(0)]);
    expect(await system.presence()).toMatchObject({ state: 'offline' });
    expect(system.later).toEqual([]);
  });

  test('of a take-over goes on, though the end of the old one is told last', async () => {
    const system = await presenceSystem();
    await system.take([connected(4)]);
    await system.take([connected(5)]);
    await system.take([disconnected(4, { reason: 'DUPLICATE_CLIENTID' })]);
    pass(60_000);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({ connected: true, connectionVersion: 5, state: 'online' });
  });

  test('after hours without one counts, though its version number begins anew', async () => {
    const system = await presenceSystem();
    await system.take([connected(7)]);
    const late = disconnected(7);
    pass(5 * 3600_000);
    await system.take([connected(0, { session: 'new' })]);
    await system.take([late]);
    expect(await system.presence()).toMatchObject({ connected: true, connectionVersion: 0 });
  });

  test('of another session with the same version number is a later one when its time is later', async () => {
    const system = await presenceSystem();
    await system.take([connected(0, { session: 'short' })]);
    pass(1000);
    await system.take([disconnected(0, { session: 'short' })]);
    pass(120_000);
    await system.take([connected(0, { session: 'next' })]);
    expect(await system.presence()).toMatchObject({ connected: true, connectionSession: 'next' });
  });
});

describe('mailboxes', () => {
  test('are woken when a device is back, and when it listens', async () => {
    const system = await presenceSystem();
    await system.take([connected(0)]);
    await system.take([subscribed('boiler-7', noon, 'devices/commands/boiler-7')]);
    expect(system.woken).toEqual(['boiler-7', 'boiler-7']);
  });

  test('of devices behind a gateway are woken when it is back, and when it listens for them', async () => {
    const system = await presenceSystem({ devices: [] });
    await system.register('gate-1', {}, 'gateway');
    await system.take([connected(0, { deviceId: 'gate-1' })]);
    await system.take([subscribed('gate-1', noon, 'gateways/gate-1/devices/commands/+')]);
    expect(system.wokenWithChildren).toEqual(['gate-1', 'gate-1']);
    await system.take([subscribed('gate-1', noon, 'devices/commands/gate-1')]);
    expect([system.wokenWithChildren, system.woken]).toEqual([['gate-1', 'gate-1'], ['gate-1']]);
  });

  test('are not asked for behind what is no gateway', async () => {
    const system = await presenceSystem();
    await system.take([connected(0)]);
    await system.take([subscribed('boiler-7', noon, 'gateways/boiler-7/devices/commands/+')]);
    expect([system.wokenWithChildren, system.woken]).toEqual([[], ['boiler-7']]);
  });

  test('are left alone by other topics, by old connections and by their ends', async () => {
    const system = await presenceSystem();
    await system.take([connected(3), connected(4), disconnected(4)]);
    await system.take([connected(3)]);
    await system.take([subscribed('boiler-7', noon, '$aws/things/boiler-7/shadow/update/delta')]);
    expect(system.woken).toEqual([]);
  });
});

describe('a device without a connection', () => {
  test('is online by its heartbeats, and silent without them', async () => {
    const system = await presenceSystem();
    await system.take([heartbeat()]);
    expect(await system.presence()).toMatchObject({ connected: false, state: 'online', reason: 'heartbeat' });
    expect(await system.item('boiler-7', 'presence')).toMatchObject({
      dueAt: noon + 300_000,
      dueShard: expect.stringMatching(/^presence#\d+$/),
    });
    pass(300_000);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({ state: 'offline', reason: 'silent', stateSince: noon + 300_000 });
    expect(await system.item('boiler-7', 'presence')).not.toHaveProperty('dueAt');
    expect(await system.item('boiler-7', 'presence')).not.toHaveProperty('dueShard');
    await system.take([heartbeat()]);
    expect(typesOf(await system.events())).toEqual([
      'offline → device.online: heartbeat',
      'online → device.offline: silent',
      'unknown → device.online: heartbeat',
    ]);
    expect((await system.events()).find(({ type }) => type === 'device.offline')?.actor).toBe('system');
  });

  test('is not silent while its telemetry comes in', async () => {
    const system = await presenceSystem();
    await system.take([heartbeat()]);
    pass(200_000);
    const Item = { deviceId: 'boiler-7', item: 'state', metrics: {}, lastSeen: Date.now(), version: 1 };
    await system.db.send(new PutCommand({ TableName: 'devices', Item }));
    pass(100_000);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({ state: 'online', dueAt: noon + 500_000 });
    pass(200_000);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({ state: 'offline', reason: 'silent' });
  });

  test('stays online by heartbeats though its connection ended, and what was sent over that is none', async () => {
    const system = await presenceSystem();
    await system.take([connected(0)]);
    pass(1000);
    await system.take([disconnected(0)]);
    pass(500);
    await system.take([heartbeat()]);
    expect(await system.presence()).toMatchObject({ state: 'online', dueAt: noon + 31_000 });
    pass(10_000);
    await system.take([heartbeat()]);
    pass(60_000);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({ state: 'online', dueAt: noon + 311_500 });
  });

  test('that was heard while its silence was judged is not silent', async () => {
    const system = await presenceSystem();
    await system.take([heartbeat()]);
    pass(300_000);
    const after = { ...(await system.item('boiler-7', 'presence')), lastHeartbeat: Date.now() };
    let meanwhile = 0;
    await system.take([check], {
      db: {
        send: async (command) => {
          const answer = await system.db.send(command);
          if (meanwhile === 0) await system.db.send(new PutCommand({ TableName: 'devices', Item: after }));
          meanwhile += 1;
          return answer;
        },
      },
    });
    expect(await system.presence()).toMatchObject({ state: 'online' });
    expect(await system.events()).toHaveLength(1);
  });
});

test('a device that is to send heartbeats is silent after three, whatever its connection says', async () => {
  const system = await presenceSystem({ devices: [] });
  await system.register('boiler-7', { heartbeatSeconds: 10 });
  await system.take([connected(0)]);
  expect(await system.presence()).toMatchObject({ state: 'online', reason: 'connected', dueAt: noon + 30_000 });
  pass(30_000);
  await system.take([check]);
  expect(await system.presence()).toMatchObject({ state: 'offline', reason: 'silent', connected: true });
  pass(1000);
  await system.take([heartbeat()]);
  expect(await system.presence()).toMatchObject({ state: 'online', reason: 'heartbeat' });
});

describe('what is no device', () => {
  test.each(['claim.0f3a', 'mqtt-explorer'])('changes nothing: %s', async (deviceId) => {
    const system = await presenceSystem();
    expect(await system.take([connected(0, { deviceId }), disconnected(0, { deviceId })])).toEqual({ failed: [] });
    expect(await system.presence(deviceId)).toBeUndefined();
    expect([system.changes, system.woken, await system.events()]).toEqual([[], [], []]);
  });

  test('yet, but a thing of that name, is known to be connected when it is registered', async () => {
    const system = await presenceSystem({ devices: [] });
    await system.take([connected(0, { isThing: true })]);
    const known = await system.presence();
    expect(known).toMatchObject({ connected: true, dueAt: noon + 60_000 });
    expect(known?.state).toBeUndefined();
    await system.register('boiler-7');
    pass(60_000);
    await system.take([check]);
    expect(await system.presence()).toMatchObject({ state: 'online', reason: 'connected' });
    expect(await system.events()).toHaveLength(1);
  });

  test('any more leaves nothing behind by its last disconnect', async () => {
    const system = await presenceSystem();
    await system.take([connected(0, { isThing: true })]);
    for (const item of ['device', 'presence'])
      await system.db.send(new DeleteCommand({ TableName: 'devices', Key: { deviceId: 'boiler-7', item } }));
    await system.take([disconnected(0, { isThing: true })]);
    expect(await system.presence()).toBeUndefined();
  });
});

test('a batch is one read, one write for each device, and one call for all that follows', async () => {
  const devices = ['a', 'b', 'c'];
  const system = await presenceSystem({ devices });
  const messages = devices.flatMap((deviceId) => [connected(0, { deviceId }), disconnected(0, { deviceId })]);
  await system.take([...messages, ...devices.map((deviceId) => connected(1, { deviceId }))]);
  expect(system.calls).toEqual(['BatchGetItem', ...devices.map(() => 'TransactWriteItems')]);
  expect(system.woken.sort()).toEqual(devices);
});

test('what is no message about presence goes back alone', async () => {
  const system = await presenceSystem();
  const { failed } = await system.take([{ check: [] }, connected(0)]);
  expect(failed).toHaveLength(1);
  expect(await system.presence()).toMatchObject({ state: 'online' });
});

describe('a crash', () => {
  const crash = async () => {
    throw new Error('it died');
  };

  test('after the write loses nothing that follows, and makes no second event', async () => {
    for (const part of ['tellChanges', 'wake'] as const) {
      const system = await presenceSystem();
      const message = connected(0);
      await expect(system.take([message], { [part]: crash })).rejects.toThrow('it died');
      system.changes.length = 0;
      system.woken.length = 0;
      await system.take([message], {}, 2);
      expect(system.changes).toMatchObject([{ data: { previousState: 'unknown', currentState: 'online' } }]);
      expect(system.woken).toEqual(['boiler-7']);
      expect(await system.events()).toHaveLength(1);
    }
  });

  test('before the end of the grace period was arranged arranges it again', async () => {
    const system = await presenceSystem();
    await system.take([connected(0)]);
    const message = disconnected(0);
    await expect(system.take([message], { checkLater: crash })).rejects.toThrow('it died');
    await system.take([message], {}, 2);
    expect(system.later).toHaveLength(1);
  });
});

/** A life of connections, as AWS IoT numbers them: anew after more than an hour without one, and with times that are wrong by up to two minutes. */
const life = fc
  .array(
    fc.record({
      apart: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 4_000_000, max: 9_000_000 })),
      lasts: fc.integer({ min: 1, max: 4_000_000 }),
      wrong: fc.tuple(fc.integer({ min: -120_000, max: 120_000 }), fc.integer({ min: -120_000, max: 120_000 })),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((connections) => {
    let time = noon;
    let version = -1;
    const events: Lifecycle[] = [];
    for (const [number, { apart, lasts, wrong }] of connections.entries()) {
      time += apart;
      version = apart > 3600_000 ? 0 : version + 1;
      const session = `session-${number}`;
      events.push({ event: 'connected', version, session, at: time + wrong[0], receivedAt: time });
      time += lasts;
      events.push({ event: 'disconnected', version, session, at: time + wrong[1], receivedAt: time });
    }
    return events;
  });

/** Cuts a list into batches. */
const inSome = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 30, maxLength: 30 });
function* batchesOf(messages: readonly PresenceMessage[], sizes: readonly number[]) {
  let from = 0;
  for (const size of sizes) {
    if (from < messages.length) yield messages.slice(from, from + size);
    from += size;
  }
}

test('shuffled and doubled lifecycle events end as the last one says, with one event for each change of state', async () => {
  await fc.assert(
    fc.asyncProperty(
      life.chain((events) =>
        fc.record({
          events: fc.constant(events),
          isOpen: fc.boolean(),
          order: fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
          sizes: inSome,
        }),
      ),
      async ({ events, isOpen, order, sizes }) => {
        const lived = isOpen ? events.slice(0, -1) : events;
        const system = await presenceSystem();
        const last = lived.at(-1);
        jest.setSystemTime((last?.receivedAt ?? 0) + 1000);
        const messages = order.filter((event) => lived.includes(event)).map(lifecycle);
        for (const batch of batchesOf(messages, sizes)) await system.take(batch, {}, 1);
        pass(60_000);
        await system.take([check]);
        const presence = await system.presence();
        expect(presence).toMatchObject({
          connected: last?.event === 'connected',
          connectionVersion: last?.version,
          connectionSession: last?.session,
          state: last?.event === 'connected' ? 'online' : 'offline',
        });
        const journal = (await system.events()).sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
        // Each goes on from where the one before it ended.
        const passed = journal.map(({ data }) => [data['previousState'], data['currentState']]).sort();
        expect(passed.filter(([from, to]) => from === to)).toEqual([]);
        const net = (state: string) =>
          journal.filter(({ data }) => data['currentState'] === state).length -
          journal.filter(({ data }) => data['previousState'] === state).length;
        expect({ online: net('online'), offline: net('offline'), unknown: net('unknown') }).toEqual({
          online: presence?.state === 'online' ? 1 : 0,
          offline: presence?.state === 'offline' ? 1 : 0,
          unknown: -1,
        });
        expect(journal).toHaveLength(system.changes.length);
      },
    ),
    { numRuns: 60 },
  );
});
