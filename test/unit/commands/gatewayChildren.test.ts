import '../platform/silent.ts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CommandMessage } from '../../../functions/commands/protocol.ts';
import type { Device } from '../../../functions/model/device.ts';
import { commandSystem } from './commandSystem.ts';

const toGateway = 'gateways/gate-1/devices/commands/valve-1';
const toOther = 'gateways/gate-2/devices/commands/valve-1';
const toItself = 'devices/commands/valve-1';

let system: ReturnType<typeof commandSystem>;
let child: Device;

beforeEach(async () => {
  system = commandSystem();
  child = await system.register('gate-1');
});

/** As presence does it, when somebody connected. */
const wake = () => system.handle('dispatch', { deviceId: 'valve-1' });
const toldLast = () => system.toDevice.at(-1) as CommandMessage;
const answer = (gatewayId: string | undefined, status: 'acknowledged' | 'succeeded', to = toldLast()) =>
  system.handle('respond', { ...system.response({ ...to, status }), ...(gatewayId !== undefined && { gatewayId }) });
const stateOf = async () => (await system.commands()).map(({ state }) => state);

describe('a command to a device behind a gateway', () => {
  test('goes to the gateway, whose answer ends it', async () => {
    await system.connect(true, 'gate-1');
    await system.create('c1', { device: child });
    await wake();
    expect(system.topics).toEqual([toGateway]);
    await answer('gate-1', 'succeeded');
    expect(await system.commands()).toMatchObject([{ state: 'succeeded', gatewayId: 'gate-1' }]);
    expect(system.queues.has('dead letters')).toBe(false);
  });

  test('waits for the gateway, whether the device itself is connected or not', async () => {
    await system.connect();
    await system.create('c1', { device: child });
    await wake();
    expect(system.topics).toEqual([]);
    await system.connect(true, 'gate-1');
    await wake();
    expect(system.topics).toEqual([toGateway]);
  });

  test('is said again, by the same attempt, when the gateway comes back', async () => {
    await system.connect(true, 'gate-1');
    await system.create('c1', { device: child });
    await wake();
    await wake();
    expect(system.topics).toEqual([toGateway, toGateway]);
    expect(new Set(system.toDevice.map(({ attemptId }) => attemptId)).size).toBe(1);
  });

  test.each([
    ['another gateway', 'gate-2'],
    ['the device itself as a gateway', 'valve-1'],
  ])('is not answered by %s: that goes to the dead letters, with the reason', async (_, gatewayId) => {
    await system.connect(true, 'gate-1');
    await system.create('c1', { device: child });
    await wake();
    expect(await answer(gatewayId, 'succeeded')).toBe(false);
    expect(await stateOf()).toEqual(['sent']);
    expect(system.take('dead letters')).toMatchObject([
      { reason: expect.stringContaining(`'${gatewayId}' answered for 'valve-1'`), message: { gatewayId } },
    ]);
  });

  test('is answered by no gateway, if the device is not in the registry', async () => {
    await system.handle('respond', {
      ...system.response({ commandId: 'c1', attemptId: 'a1', status: 'succeeded' }),
      deviceId: 'nobody',
      gatewayId: 'gate-1',
    });
    expect(system.take('dead letters')).toHaveLength(1);
  });

  test('is refused when no topic can name both', async () => {
    const device = await system.register('g'.repeat(128), 'd'.repeat(128));
    await expect(system.create('c1', { device })).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('256'),
    });
  });
});

describe('a device that moves while a command', () => {
  test('waits: it goes the new way', async () => {
    await system.create('c1', { device: child });
    await system.register('gate-2');
    await system.connect(true, 'gate-1');
    await wake();
    expect(system.topics).toEqual([]);
    await system.connect(true, 'gate-2');
    await wake();
    expect(system.topics).toEqual([toOther]);
    await answer('gate-2', 'succeeded');
    expect(await stateOf()).toEqual(['succeeded']);
  });

  test('waits, to no gateway: it goes to the device itself', async () => {
    await system.create('c1', { device: child });
    await system.register();
    await system.connect();
    await wake();
    expect(system.topics).toEqual([toItself]);
    expect((await system.commands())[0]).not.toHaveProperty('gatewayId');
    await answer(undefined, 'succeeded');
    expect(await stateOf()).toEqual(['succeeded']);
  });

  test('waits, from no gateway to one: it goes to the gateway', async () => {
    await system.create('c1');
    await system.connect(true, 'gate-1');
    await wake();
    expect(system.topics).toEqual([toGateway]);
  });

  test('is under way: the same attempt is said to the new gateway, and the old one ends nothing any more', async () => {
    await system.connect(true, 'gate-1');
    await system.connect(true, 'gate-2');
    await system.create('c1', { device: child });
    await wake();
    const [first] = system.toDevice as [CommandMessage];
    await system.register('gate-2');
    await wake();
    expect(system.topics).toEqual([toGateway, toOther]);
    expect(toldLast()).toEqual(first);
    await answer('gate-1', 'succeeded', first);
    expect(await stateOf()).toEqual(['sent']);
    expect(system.take('dead letters')).toHaveLength(1);
    await answer('gate-2', 'succeeded');
    expect(await stateOf()).toEqual(['succeeded']);
  });
});

describe('a gateway that connects wakes', () => {
  /** One call, and those that it asks for. @returns whom it woke, each time */
  async function connected(gatewayId = 'gate-1'): Promise<string[][]> {
    const rounds: string[][] = [];
    let next: object | undefined = { deviceId: gatewayId, childrenAfter: '' };
    while (next !== undefined) {
      expect(await system.handle('dispatch', next)).toBe(false);
      const woken = system.take('mailbox') as { deviceId: string; childrenAfter?: string }[];
      rounds.push(woken.filter(({ childrenAfter }) => childrenAfter === undefined).map(({ deviceId }) => deviceId));
      next = woken.find(({ childrenAfter }) => childrenAfter !== undefined);
    }
    return rounds;
  }

  test('those behind it that have commands, once each', async () => {
    const other = await system.register('gate-1', 'valve-2');
    await system.register('gate-1', 'idle');
    await system.create('c1', { device: child });
    await system.create('c2', { device: child });
    await system.create('c3', { device: other });
    await system.create('c4', { device: await system.register('gate-2', 'foreign') });
    system.take('mailbox');
    expect(await connected()).toEqual([['valve-1', 'valve-2']]);
  });

  test('nobody whose commands have ended', async () => {
    await system.connect(true, 'gate-1');
    await system.create('c1', { device: child });
    await wake();
    await answer('gate-1', 'acknowledged');
    system.take('mailbox');
    expect(await connected()).toEqual([['valve-1']]);
    await answer('gate-1', 'succeeded');
    system.take('mailbox');
    expect(await connected()).toEqual([[]]);
  });

  test('a device that came behind it while a command waited', async () => {
    await system.create('c1', { device: child });
    await system.register('gate-2');
    await wake();
    system.take('mailbox');
    expect(await connected('gate-2')).toEqual([['valve-1']]);
    expect(await connected('gate-1')).toEqual([[]]);
  });

  test('any number of them, some at a time', async () => {
    const ids = Array.from({ length: 620 }, (_, index) => `valve-${String(index).padStart(4, '0')}`);
    for (const deviceId of ids) await system.create('c1', { device: { ...child, deviceId } });
    system.take('mailbox');
    const rounds = await connected();
    expect(rounds.map(({ length }) => length)).toEqual([250, 250, 120]);
    expect(rounds.flat()).toEqual(ids);
  });
});
