import '../platform/silent.ts';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { isFinal } from '../../../functions/commands/lifecycle.ts';
import { commandSystem, Killed } from './commandSystem.ts';

afterEach(() => {
  jest.useRealTimers();
});

type System = ReturnType<typeof commandSystem>;

/** A handler at work: what must be there before, the call, and what must be true when it was called until it succeeded. */
interface Work {
  readonly before: (system: System) => Promise<unknown>;
  /** @returns whether it is to be called again. @throws when it dies */
  readonly call: (system: System, time: number) => Promise<boolean>;
  /** Calls that it makes, in their order; those at once in any. */
  readonly calls: readonly string[];
  readonly after: (system: System) => Promise<void>;
}

const last = <Item>(items: readonly Item[]): Item => items[items.length - 1] as Item;

/** The first is sent, the second waits behind it. */
async function sent(system: System) {
  await system.connect();
  await system.create('c1', { parentId: 'group' });
  await system.handle('dispatch', { deviceId: 'valve-1', next: true });
  await system.create('c2');
  await system.handle('dispatch', { deviceId: 'valve-1', next: true });
  for (const queue of ['live', 'mailbox', 'timers']) system.take(queue);
}

const later = (seconds: number) => jest.useFakeTimers({ now: Date.now() + seconds * 1000, advanceTimers: true });

const waiting = { commandId: 'c2', state: 'queued', version: 1 };

const works: Readonly<Record<string, Work>> = {
  create: {
    before: async () => {},
    // A person asks again, with the same id.
    call: async (system) => {
      await system.create('c1');
      return false;
    },
    calls: ['timers', 'TransactWrite', 'mailbox'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ commandId: 'c1', state: 'queued', version: 1 }]);
      expect(system.take('timers')).toContainEqual({ deviceId: 'valve-1', commandId: 'c1' });
      expect(system.take('mailbox')).toContainEqual({ deviceId: 'valve-1', next: true });
    },
  },
  'create, of what goes at once': {
    before: async (system) => {
      await system.register();
      await system.connect();
    },
    call: async (system) => {
      await system.create('c1', { directly: true });
      return false;
    },
    calls: ['timers', 'TransactWrite', 'publish'],
    after: async (system) => {
      const [command] = await system.commands();
      expect(command).toMatchObject({ commandId: 'c1', state: 'sent', version: 1, followed: false });
      expect(system.take('timers')).toContainEqual({ deviceId: 'valve-1', commandId: 'c1' });
      expect(new Set(system.toDevice.map(({ attemptId }) => attemptId))).toEqual(new Set([command?.attemptId]));
    },
  },
  dispatch: {
    before: async (system) => {
      await system.connect();
      await system.create('c1');
      for (const queue of ['live', 'mailbox', 'timers']) system.take(queue);
    },
    call: (system, time) => system.handle('dispatch', { deviceId: 'valve-1', next: true }, time),
    calls: ['Put', 'publish'],
    after: async (system) => {
      const [command] = await system.commands();
      expect(command).toMatchObject({ state: 'sent', version: 2, followed: false });
      expect(new Set(system.toDevice.map(({ attemptId }) => attemptId))).toEqual(new Set([command?.attemptId]));
    },
  },
  'dispatch, of one of two': {
    before: async (system) => {
      await system.create('c1');
      await system.create('c2');
      await system.connect();
    },
    call: (system, time) => system.handle('dispatch', { deviceId: 'valve-1', next: true }, time),
    calls: ['Put', 'publish'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'sent', version: 2, followed: true }, waiting]);
    },
  },
  'dispatch, of one that has to wait behind another': {
    before: async (system) => {
      await system.connect();
      await system.create('c1');
      await system.handle('dispatch', { deviceId: 'valve-1', next: true });
      await system.create('c2');
    },
    call: (system) => system.handle('dispatch', { deviceId: 'valve-1', next: true }),
    calls: ['Put'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'sent', version: 3, followed: true }, waiting]);
    },
  },
  'dispatch, of what has waited': {
    before: async (system) => {
      await system.connect();
      await system.create('c1');
      for (const queue of ['live', 'mailbox', 'timers']) system.take(queue);
      later(60);
    },
    call: (system, time) => system.handle('dispatch', { deviceId: 'valve-1', next: true }, time),
    calls: ['timers', 'Put', 'publish', 'live'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'sent', version: 2 }]);
      expect(system.take('timers').length).toBeGreaterThanOrEqual(1);
    },
  },
  'respond, acknowledged': {
    before: sent,
    call: (system) => system.handle('respond', system.response({ ...last(system.toDevice), status: 'acknowledged' })),
    calls: ['Put', 'push'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'acknowledged', version: 4 }, waiting]);
      expect(last(system.watched)).toMatchObject({ kind: 'command', data: { commandId: 'c1', state: 'acknowledged' } });
    },
  },
  'respond, acknowledged, where a push reaches nobody': {
    before: async (system) => {
      await sent(system);
      system.missWatchers();
    },
    call: (system) => system.handle('respond', system.response({ ...last(system.toDevice), status: 'acknowledged' })),
    calls: ['Put', 'push', 'live'],
    after: async (system) => {
      const told = [...system.watched, ...system.take('live').flatMap(({ changes }) => changes)];
      expect(last(told)).toMatchObject({ kind: 'command', data: { commandId: 'c1', state: 'acknowledged' } });
    },
  },
  'respond, succeeded': {
    before: sent,
    call: (system) => system.handle('respond', system.response({ ...last(system.toDevice), status: 'succeeded' })),
    calls: ['TransactWrite', 'mailbox', 'push', 'groups'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'succeeded', version: 4 }, waiting]);
      expect(system.take('mailbox')).toContainEqual({ deviceId: 'valve-1', next: true });
      expect(system.take('groups')).toContainEqual({
        parentId: 'group',
        commandId: 'c1',
        deviceId: 'valve-1',
        state: 'succeeded',
      });
    },
  },
  'timer, overdue': {
    before: async (system) => {
      await sent(system);
      later(31);
    },
    call: (system) => system.handle('timer', { deviceId: 'valve-1', commandId: 'c1' }),
    calls: ['TransactWrite', 'mailbox', 'live', 'groups'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'timed-out', version: 4 }, waiting]);
      expect(system.take('groups')).toContainEqual(expect.objectContaining({ commandId: 'c1', state: 'timed-out' }));
    },
  },
  'timer, the first look': {
    before: async (system) => {
      await sent(system);
      later(2);
    },
    call: (system) => system.handle('timer', { deviceId: 'valve-1', commandId: 'c2' }),
    calls: ['timers', 'live'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'sent', version: 3 }, waiting]);
      expect(system.take('timers').length).toBeGreaterThanOrEqual(1);
      expect(system.take('live')).toContainEqual({
        changes: [expect.objectContaining({ data: expect.objectContaining({ commandId: 'c2', state: 'queued' }) })],
      });
    },
  },
  'timer, not yet': {
    before: async (system) => {
      await sent(system);
      later(60);
    },
    call: (system) => system.handle('timer', { deviceId: 'valve-1', commandId: 'c2' }),
    calls: ['timers', 'mailbox'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'sent', version: 3 }, waiting]);
      expect(system.take('timers').length).toBeGreaterThanOrEqual(1);
      expect(system.take('mailbox')).toContainEqual({ deviceId: 'valve-1' });
    },
  },
  cancel: {
    before: async (system) => {
      await sent(system);
    },
    call: async (system) => {
      await system.cancel('c1');
      return false;
    },
    calls: ['TransactWrite', 'mailbox', 'live', 'groups'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ state: 'cancelled', version: 4 }, waiting]);
      expect(system.take('mailbox')).toContainEqual({ deviceId: 'valve-1', next: true });
      expect(system.take('groups')).toContainEqual(expect.objectContaining({ commandId: 'c1', state: 'cancelled' }));
    },
  },
};

const cases = Object.entries(works).flatMap(([name, work]) =>
  work.calls.flatMap((call, index) =>
    (['before', 'after'] as const).map((when) => [name, when, call, index + 1] as const),
  ),
);

test.each(Object.entries(works))('%s makes its calls in the order of its plan', async (_name, work) => {
  const system = commandSystem();
  await work.before(system);
  system.spare();
  await work.call(system, 1);
  expect(system.calls).toEqual(work.calls);
  await work.after(system);
});

test.each(cases)(
  '%s that dies %s its call to %s and is called again has done all, and changed a state once',
  async (name, when, _call, at) => {
    const work = works[name] as Work;
    const system = commandSystem();
    await work.before(system);
    system.kill(at, when);
    const isAgain = await work.call(system, 1).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
      return true;
    });
    expect(isAgain).toBe(true);
    system.spare();
    expect(await work.call(system, 2)).toBe(false);
    await work.after(system);
    const open = (await system.commands()).filter(({ state }) => !isFinal(state));
    expect(await system.openCount()).toBe(open.length);
    const ends = (await system.ends()).map(({ data }) => data.commandId);
    expect(ends).toEqual([...new Set(ends)]);
  },
);

test('one that has to wait behind another is not left there when that ends at this moment', async () => {
  const system = commandSystem();
  await system.connect();
  await system.create('c1');
  await system.handle('dispatch', { deviceId: 'valve-1', next: true });
  await system.create('c2');
  system.take('mailbox');
  system.before(() => system.handle('respond', system.response({ ...last(system.toDevice), status: 'succeeded' })));
  await system.handle('dispatch', { deviceId: 'valve-1', next: true });
  expect(await system.commands()).toMatchObject([{ state: 'succeeded', followed: false }, waiting]);
  expect(system.take('mailbox')).toEqual([{ deviceId: 'valve-1', next: true }]);
});

describe('a command that may go at once', () => {
  const direct = { directly: true };
  const statesOf = async (system: System) => (await system.commands()).map(({ state }) => state);
  let system: System;

  beforeEach(async () => {
    system = commandSystem();
    await system.register();
    await system.connect();
  });

  test('goes without the mailbox, and its answer ends it', async () => {
    expect(await system.create('c1', direct)).toMatchObject({ state: 'sent' });
    await system.handle('respond', system.response({ ...last(system.toDevice), status: 'succeeded' }));
    expect(await statesOf(system)).toEqual(['succeeded']);
    expect(system.take('mailbox')).toEqual([]);
    expect(await system.openCount()).toBe(0);
  });

  test('waits behind another that is open', async () => {
    await system.create('c1', direct);
    expect(await system.create('c2', direct)).toMatchObject({ state: 'queued' });
    expect(system.take('mailbox')).toEqual([{ deviceId: 'valve-1', next: true }]);
    expect(system.toDevice.map(({ commandId }) => commandId)).toEqual(['c1']);
  });

  test('waits behind another that was given at this moment', async () => {
    system.before(() => system.create('c1', direct));
    expect(await system.create('c2', direct)).toMatchObject({ state: 'queued' });
    expect(await statesOf(system)).toEqual(['sent', 'queued']);
    expect(system.toDevice.map(({ commandId }) => commandId)).toEqual(['c1']);
  });

  test('goes after all others have ended', async () => {
    await system.create('c1');
    await system.create('c2');
    await system.cancel('c1');
    expect(await system.create('c3', direct)).toMatchObject({ state: 'queued' });
    await system.cancel('c2');
    await system.cancel('c3');
    expect(await system.create('c4', direct)).toMatchObject({ state: 'sent' });
  });

  test('waits for a device that is not there', async () => {
    await system.connect(false);
    expect(await system.create('c1', direct)).toMatchObject({ state: 'queued' });
    expect(system.toDevice).toEqual([]);
  });

  test('is published by the mailbox when AWS IoT did not take it', async () => {
    system.refusePublishing();
    expect(await system.create('c1', direct)).toMatchObject({ state: 'sent' });
    expect(system.toDevice).toEqual([]);
    const [woken] = system.take('mailbox');
    expect(woken).toEqual({ deviceId: 'valve-1' });
    await system.handle('dispatch', woken ?? {});
    expect(system.toDevice.map(({ commandId }) => commandId)).toEqual(['c1']);
  });

  test('goes to the gateway that its device is behind, if that is there', async () => {
    const behind = await system.register('gate-1');
    await system.connect(true, 'gate-1');
    expect(await system.create('c1', { ...direct, device: behind })).toMatchObject({ state: 'sent' });
    expect(system.topics).toEqual(['gateways/gate-1/devices/commands/valve-1']);
    await system.cancel('c1');
    await system.connect(false, 'gate-1');
    expect(await system.create('c2', { ...direct, device: behind })).toMatchObject({ state: 'queued' });
  });
});

test.each([
  [3, 'at once', { pushed: 3, queued: 0 }],
  [4, 'by way of the live queue, which needs fewer messages', { pushed: 0, queued: 4 }],
])('watchers hear of %i answers that come together %s', async (count, _how, told) => {
  const system = commandSystem();
  const devices = Array.from({ length: count }, (_, index) => `valve-${index}`);
  for (const deviceId of devices) {
    const device = await system.register(undefined, deviceId);
    await system.connect(true, deviceId);
    await system.create(`of-${deviceId}`, { directly: true, device });
  }
  const answers = system.toDevice.map((message, index) => ({
    ...system.response({ ...message, status: 'succeeded' }),
    deviceId: devices[index],
  }));
  expect(await system.respondTo(answers)).toBe(0);
  expect({ pushed: system.watched.length, queued: system.take('live').length }).toEqual(told);
});

test('what ends with nothing behind it wakes nobody', async () => {
  const system = commandSystem();
  await system.connect();
  await system.create('c1');
  await system.handle('dispatch', { deviceId: 'valve-1', next: true });
  system.take('mailbox');
  await system.handle('respond', system.response({ ...last(system.toDevice), status: 'succeeded' }));
  expect(await system.commands()).toMatchObject([{ state: 'succeeded' }]);
  expect(system.take('mailbox')).toEqual([]);
});
