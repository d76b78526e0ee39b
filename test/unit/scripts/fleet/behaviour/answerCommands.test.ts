import { describe, expect, test } from '@jest/globals';
import type { CommandMessage } from '../../../../../functions/commands/protocol.ts';
import { commandResponse } from '../../../../../functions/commands/protocol.ts';
import { answerCommands } from '../../../../../scripts/fleet/behaviour/answerCommands.ts';
import type { Behaviour } from '../../../../../scripts/fleet/behaviour/behaviour.ts';
import { stationActions } from '../../../../../scripts/fleet/behaviour/stationActions.ts';
import { openTally } from '../../../../../scripts/fleet/behaviour/tally.ts';

/** A device whose connection is a list, and whose actions are those of a weather station. */
function openDevice(more: Partial<Behaviour> & { random?: () => number; isOffline?: boolean } = {}) {
  const { random, isOffline = false, ...behaviour } = more;
  const said: string[] = [];
  const device = {
    deviceId: 'weather-1',
    async publish(topic: string, payload: Buffer) {
      if (isOffline) throw new Error('not connected');
      const { status, attemptId, percent } = commandResponse.parse(JSON.parse(payload.toString()));
      expect(topic).toBe('devices/commands/weather-1/response');
      said.push([attemptId, status, percent].filter((part) => part !== undefined).join(' '));
    },
    async leaveFor(milliseconds: number) {
      said.push(`away for ${milliseconds} ms`);
    },
  };
  const tally = openTally();
  const take = answerCommands({
    device,
    behaviour: { commands: 'obey', failing: 0, seconds: 0, ...behaviour },
    actions: stationActions(device, async (values) => void said.push(`reports ${JSON.stringify(values)}`)),
    tally,
    ...(random && { random }),
  });
  const command = (more: Partial<CommandMessage> = {}) =>
    take(
      Buffer.from(
        JSON.stringify({
          commandId: 'c1',
          attemptId: 'a1',
          name: 'setTarget',
          parameters: { temperature: 21 },
          issuedAt: new Date().toISOString(),
          deadline: new Date(Date.now() + 60_000).toISOString(),
          ...more,
        }),
      ),
    );
  return { said, tally, take, command };
}

describe('a device that obeys', () => {
  test('acknowledges, tells of its progress, and succeeds', async () => {
    const { said, tally, command } = openDevice();
    await command();
    expect(said).toEqual(['a1 acknowledged', 'a1 progress 50', 'reports {"target":21}', 'a1 succeeded']);
    expect(tally).toMatchObject({ received: 1, answered: { succeeded: 1, failed: 0, rejected: 0 } });
  });

  test('answers an attempt that it knows with what it answered last, and does nothing again', async () => {
    const { said, tally, command } = openDevice();
    await Promise.all([command(), command(), command()]);
    expect(said.slice(3)).toEqual(['a1 succeeded', 'a1 succeeded', 'a1 succeeded']);
    expect(tally).toMatchObject({ received: 3, repeated: 2, answered: { succeeded: 1 } });
  });

  test('carries out one command after the other', async () => {
    const { said, command } = openDevice({ seconds: 0.02 });
    await Promise.all([command({ attemptId: 'a1' }), command({ attemptId: 'a2' })]);
    expect(said.map((line) => line.split(' ').slice(0, 2).join(' ')).filter((line) => /^a/.test(line))).toEqual([
      ...['a1 acknowledged', 'a1 progress', 'a1 progress', 'a1 progress', 'a1 succeeded'],
      ...['a2 acknowledged', 'a2 progress', 'a2 progress', 'a2 progress', 'a2 succeeded'],
    ]);
  });

  test.each([
    ['an action that it has not', { name: 'dance' }],
    ['an action of every JavaScript object', { name: 'constructor' }],
    ['parameters out of range', { parameters: { temperature: 100 } }],
    ['parameters that nobody knows', { parameters: { temperature: 20, speed: 3 } }],
    ['a command whose deadline is over', { deadline: new Date(Date.now() - 1000).toISOString() }],
  ])('rejects %s', async (_what, more) => {
    const { said, command } = openDevice();
    await command(more);
    expect(said).toEqual(['a1 rejected']);
  });

  test('goes to sleep when it has answered, and restarts before', async () => {
    const { said, command } = openDevice();
    await command({ attemptId: 'a1', name: 'sleep', parameters: { seconds: 2 } });
    await command({ attemptId: 'a2', name: 'reboot', parameters: {} });
    expect(said.filter((line) => !/acknowledged|progress/.test(line))).toEqual([
      ...['a1 succeeded', 'away for 2000 ms'],
      ...['away for 500 ms', 'a2 succeeded'],
    ]);
  });

  test('fails when it is asked to', async () => {
    const { said, tally, command } = openDevice();
    await command({ name: 'fail', parameters: {} });
    expect(said.at(-1)).toBe('a1 failed');
    expect(tally.answered.failed).toBe(1);
  });
});

describe('a device that', () => {
  test('fails a share of its commands carries out none of them', async () => {
    const draws = [0.09, 0.1];
    const { said, command } = openDevice({ failing: 0.1, random: () => draws.shift() ?? 1 });
    await command({ attemptId: 'a1' });
    await command({ attemptId: 'a2' });
    expect(said.filter((line) => /failed|succeeded|reports/.test(line))).toEqual([
      ...['a1 failed', 'reports {"target":21}', 'a2 succeeded'],
    ]);
  });

  test('rejects, acknowledges nothing', async () => {
    const { said, command } = openDevice({ commands: 'reject' });
    await command();
    expect(said).toEqual(['a1 rejected']);
  });

  test('is silent, hears and says nothing', async () => {
    const { said, tally, command } = openDevice({ commands: 'silent' });
    await command();
    expect(said).toEqual([]);
    expect(tally).toMatchObject({ received: 1, answered: { succeeded: 0, failed: 0, rejected: 0 } });
  });

  test('cannot answer counts it, and goes on', async () => {
    const { tally, command } = openDevice({ isOffline: true });
    await command({ attemptId: 'a1' });
    await command({ attemptId: 'a2' });
    expect(tally).toMatchObject({ received: 2, unsent: 6, answered: { succeeded: 0 } });
  });

  test('is sent what is no command counts it', async () => {
    const { said, tally, take } = openDevice();
    await take(Buffer.from('{"commandId": '));
    await take(Buffer.from('{"commandId": "c1"}'));
    expect(said).toEqual([]);
    expect(tally).toMatchObject({ received: 0, notUnderstood: 2 });
  });
});
