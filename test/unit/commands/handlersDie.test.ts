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
    calls: ['TransactWrite', 'mailbox'],
    after: async (system) => {
      expect(await system.commands()).toMatchObject([{ commandId: 'c1', state: 'queued', version: 1 }]);
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
    calls: ['TransactWrite', 'publish'],
    after: async (system) => {
      const [command] = await system.commands();
      expect(command).toMatchObject({ commandId: 'c1', state: 'sent', version: 1, followed: false });
      expect(new Set(system.toDevice.map(({ attemptId }) => attemptId))).toEqual(new Set([command?.attemptId]));
    },
  },
  'setTimers, of one that is open': {
    before: async (system) => {
      await system.create('c1');
      system.take('mailbox');
    },
    call: (system) => system.bring('c1'),
    calls: ['timers'],
    after: async (system) => {
      expect(system.take('timers')).toContainEqual({ deviceId: 'valve-1', commandId: 'c1' });
    },
  },
  'setTimers, of one that has ended': {
    before: async (system) => {
      await system.create('c1', { parentId: 'group' });
      await system.cancel('c1');
      for (const queue of ['live', 'groups', 'mailbox']) system.take(queue);
    },
    call: (system) => system.bring('c1'),
    // Who cancelled it may have died before it said so.
    calls: ['groups'],
    after: async (system) => {
      expect(system.take('timers')).toEqual([]);
      expect(system.take('groups')).toContainEqual(expect.objectContaining({ commandId: 'c1', state: 'cancelled' }));
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
    calls: ['TransactWrite', 'mailbox', 'groups', 'push'],
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

describe('timers of new commands', () => {
  test('are set for those that are open', async () => {
    const system = commandSystem();
    for (const commandId of ['c1', 'c2', 'c3']) await system.create(commandId);
    await system.cancel('c2');
    expect(await system.bring('c1', 'c2', 'c3', 'no-more')).toBe(false);
    expect(system.take('timers').map(({ commandId }) => commandId)).toEqual(['c1', 'c3']);
  });

  test('wait for the first look, and not past the end of the command', async () => {
    jest.useFakeTimers({ advanceTimers: true });
    const system = commandSystem();
    await system.create('c1');
    await system.create('c2', { expiresIn: 1 });
    await system.bring('c1', 'c2');
    expect(system.delays('timers')).toEqual([2, 1]);
  });

  test('are not held up by what is no command, which goes to the dead letters', async () => {
    const system = commandSystem();
    await system.create('c1');
    await system.spoil('c1');
    await expect(system.bring('c1', 'c2')).rejects.toThrow();
    expect(await system.bring('c1')).toBe(false);
    const keys = { deviceId: { S: 'valve-1' }, commandId: { S: 'c1' } };
    expect(system.take('dead letters')).toEqual([{ reason: expect.stringContaining('state'), keys }]);
  });
});

test('those who watch are told at once, and together, of what devices answer together', async () => {
  const system = commandSystem();
  const devices = ['valve-1', 'valve-2', 'valve-3'];
  for (const deviceId of devices) {
    const device = await system.register(undefined, deviceId);
    await system.connect(true, deviceId);
    await system.create(`of-${deviceId}`, { directly: true, device });
  }
  const answers = system.toDevice.flatMap((message, index) =>
    (['acknowledged', 'succeeded'] as const).map((status) => ({
      ...system.response({ ...message, status }),
      deviceId: devices[index],
    })),
  );
  expect(await system.respondTo(answers)).toBe(0);
  expect(system.pushes()).toBe(1);
  expect(system.take('live')).toEqual([]);
  for (const deviceId of devices) {
    const told = system.watched.filter((change) => change.deviceId === deviceId);
    expect(told.map(({ data }) => data['state'])).toEqual(['acknowledged', 'succeeded']);
  }
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
