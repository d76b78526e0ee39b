import { type Bounds, faultOf, initialWorld, isSettled, keyOf, next, type Plans, type World } from './model.ts';

export interface Explored {
  readonly worlds: number;
  /** What broke a rule, with the way to it; the first that was found. */
  readonly fault: string | undefined;
}

/** More than a test should try. */
const mostWorlds = 150_000;

/**
 * Every world that can be reached within the bounds, breadth first, so that a fault is shown by its shortest way. A world from which
 * no way leads to an end of everything is a fault too.
 */
export function explore(bounds: Bounds, plans: Plans): Explored {
  const first = initialWorld(bounds);
  const index = new Map<string, number>([[keyOf(first), 0]]);
  const worlds: World[] = [first];
  const cameFrom: (readonly [number, string])[] = [[-1, 'begin']];
  const comesFrom: number[][] = [[]];
  const wayTo = (to: number) => {
    const way: string[] = [];
    for (let at = to; at > 0; at = cameFrom[at]?.[0] ?? 0) way.unshift(cameFrom[at]?.[1] ?? '');
    return way.join('\n');
  };
  for (let at = 0; at < worlds.length; at += 1) {
    if (worlds.length > mostWorlds) throw new Error(`The bounds allow more than ${mostWorlds} worlds.`);
    const world = worlds[at] as World;
    for (const [what, after] of next(world, bounds, plans)) {
      const key = keyOf(after);
      let to = index.get(key);
      if (to === undefined) {
        to = worlds.length;
        index.set(key, to);
        worlds.push(after);
        comesFrom.push([]);
        cameFrom.push([at, what]);
        const fault = faultOf(world, after);
        if (fault !== undefined) return { worlds: worlds.length, fault: `${fault}:\n${wayTo(to)}` };
      }
      comesFrom[to]?.push(at);
    }
  }
  const stuck = firstStuck(worlds, comesFrom, bounds);
  return {
    worlds: worlds.length,
    fault: stuck === undefined ? undefined : `nothing leads to an end from here:\n${wayTo(stuck)}`,
  };
}

/** Backwards from where all has ended. */
function firstStuck(worlds: readonly World[], comesFrom: readonly (readonly number[])[], bounds: Bounds) {
  const reached = new Uint8Array(worlds.length);
  const open: number[] = [];
  const reach = (at: number) => {
    if (reached[at] === 1) return;
    reached[at] = 1;
    open.push(at);
  };
  for (const [at, world] of worlds.entries()) if (isSettled(world, bounds)) reach(at);
  while (open.length > 0) for (const from of comesFrom[open.pop() as number] ?? []) reach(from);
  const stuck = reached.indexOf(0);
  return stuck < 0 ? undefined : stuck;
}
