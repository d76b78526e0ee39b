import { describe, expect, test } from '@jest/globals';
import { isFinal } from '../../../functions/commands/lifecycle.ts';
import { type Bounds, initialWorld, isSettled, keyOf, next, type World } from './model.ts';

interface Explored {
  readonly worlds: number;
  /** What broke a rule, with the way to it. */
  readonly faults: readonly string[];
  /** Worlds from which nothing leads to an end. */
  readonly stuck: readonly string[];
}

/** Every world that can be reached within the bounds, breadth first, so that a fault is shown by its shortest way. */
function explore(bounds: Bounds): Explored {
  const first = initialWorld(bounds);
  const index = new Map<string, number>([[keyOf(first), 0]]);
  const worlds: World[] = [first];
  const cameFrom: (readonly [number, string])[] = [[-1, 'begin']];
  const leadsTo: number[][] = [];
  const faults: string[] = [];
  const wayTo = (to: number) => {
    const way: string[] = [];
    for (let at = to; at > 0; at = cameFrom[at]?.[0] ?? 0) way.unshift(cameFrom[at]?.[1] ?? '');
    return way.join('\n');
  };
  for (let at = 0; at < worlds.length && faults.length === 0; at += 1) {
    if (at > 400_000) throw new Error('more worlds than a test should try');
    const world = worlds[at] as World;
    leadsTo[at] = [];
    for (const [what, after] of next(world, bounds)) {
      const key = keyOf(after);
      let to = index.get(key);
      if (to === undefined) {
        to = worlds.length;
        index.set(key, to);
        worlds.push(after);
        cameFrom.push([at, what]);
        const fault = faultOf(world, after);
        if (fault !== undefined) faults.push(`${fault}\n${wayTo(to)}\n${JSON.stringify(after, null, 1)}`);
      }
      leadsTo[at]?.push(to);
    }
  }
  return { worlds: worlds.length, faults, stuck: faults.length > 0 ? [] : stuckOf(worlds, leadsTo, bounds).map(wayTo) };
}

/** The rules, of one step. */
function faultOf(before: World, after: World): string | undefined {
  for (const command of before.commands) {
    const now = after.commands.find(({ commandId }) => commandId === command.commandId);
    if (isFinal(command.state) && now?.state !== command.state) return `${command.commandId} ended twice`;
  }
  if (new Set(after.acknowledged).size < after.acknowledged.length) return 'an attempt was acknowledged twice';
  const underWay = after.commands.filter(({ state }) => state === 'sent' || state === 'acknowledged');
  if (underWay.length > 1) return 'two commands are under way at one device';
  for (const { commandId, state } of after.commands) {
    const watched = [...after.messages, ...after.atWork.flatMap(({ message, effects }) => [message, ...effects])].some(
      (one) =>
        ('to' in one ? one.to === 'timer' : one.type === 'timer') && 'commandId' in one && one.commandId === commandId,
    );
    if (!isFinal(state) && !watched) return `${commandId} is open and nothing watches it`;
  }
  return undefined;
}

/** Backwards from where all has ended. */
function stuckOf(worlds: readonly World[], leadsTo: readonly (readonly number[])[], bounds: Bounds): number[] {
  const comesFrom: number[][] = worlds.map(() => []);
  for (const [from, targets] of leadsTo.entries()) for (const to of targets) comesFrom[to]?.push(from);
  const ends = worlds.flatMap((world, at) => (isSettled(world, bounds) ? [at] : []));
  const reached = new Set(ends);
  for (const open = [...ends]; open.length > 0; ) {
    for (const from of comesFrom[open.pop() as number] ?? []) {
      if (reached.has(from)) continue;
      reached.add(from);
      open.push(from);
    }
  }
  return worlds.flatMap((_, at) => (reached.has(at) ? [] : [at])).slice(0, 3);
}

describe('the life of commands, whatever crashes, comes twice, comes late or is lost', () => {
  test.each<[string, Bounds]>([
    ['one command', { commands: 1, crashes: 2, duplicates: 1, losses: 1, cancels: 1, handlers: 2 }],
    ['two commands of a device', { commands: 2, crashes: 1, duplicates: 0, losses: 0, cancels: 0, handlers: 1 }],
  ])(
    '%s: one end each, one acknowledgement an attempt, one under way, never stuck',
    (_what, bounds) => {
      const { worlds, faults, stuck } = explore(bounds);
      console.log(worlds);
      expect(faults).toEqual([]);
      expect(stuck).toEqual([]);
      expect(worlds).toBeGreaterThan(1000);
    },
    120_000,
  );
});
