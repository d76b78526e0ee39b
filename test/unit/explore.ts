export interface Model<World> {
  readonly first: World;
  /** Every world that may come next, each with what led to it. */
  next(world: World): Iterable<readonly [what: string, after: World]>;
  /** The same text for the same world. */
  keyOf(world: World): string;
  /** What rule a step breaks. */
  faultOf(before: World, after: World): string | undefined;
  /** Whether all has ended. */
  isSettled(world: World): boolean;
}

/** Writes each part of a world as a text once: worlds share what did not change, and nobody writes to it. */
export function textOnce<Part extends object>(textOf: (part: Part) => string): (part: Part) => string {
  const texts = new WeakMap<Part, string>();
  return (part) => {
    const known = texts.get(part);
    if (known !== undefined) return known;
    const text = textOf(part);
    texts.set(part, text);
    return text;
  };
}

interface Explored {
  readonly worlds: number;
  /** A broken rule, with the shortest way to it. */
  readonly faults: readonly string[];
  /** Ways to worlds from which nothing leads to an end. */
  readonly stuck: readonly string[];
}

const mostWorlds = 150_000;

/** Every world that can be reached, breadth first, so that a fault is shown by its shortest way. */
export function explore<World>({ first, next, keyOf, faultOf, isSettled }: Model<World>): Explored {
  const places = new Map<string, number>([[keyOf(first), 0]]);
  const worlds: World[] = [first];
  const cameFrom: (readonly [place: number, what: string])[] = [[-1, 'begin']];
  const precededBy: number[][] = [[]];
  const wayTo = (place: number) => {
    const way: string[] = [];
    for (let at = place; at > 0; at = cameFrom[at]?.[0] ?? 0) way.unshift(cameFrom[at]?.[1] ?? '');
    return `${way.join('\n')}\n${JSON.stringify(worlds[place], null, 1)}`;
  };
  for (let at = 0; at < worlds.length; at += 1) {
    if (at > mostWorlds) throw new Error(`There are more than ${mostWorlds} worlds: narrow the bounds.`);
    const world = worlds[at] as World;
    for (const [what, after] of next(world)) {
      const key = keyOf(after);
      const known = places.get(key);
      const place = known ?? worlds.length;
      if (known === undefined) {
        places.set(key, place);
        worlds.push(after);
        cameFrom.push([at, what]);
        precededBy.push([]);
      }
      precededBy[place]?.push(at);
      const fault = faultOf(world, after);
      if (fault !== undefined)
        return { worlds: worlds.length, faults: [`${fault}\n${wayTo(at)}\nthen ${what}`], stuck: [] };
    }
  }
  const leadsOut = new Set(worlds.flatMap((world, place) => (isSettled(world) ? [place] : [])));
  for (const open = [...leadsOut]; open.length > 0; ) {
    for (const before of precededBy[open.pop() as number] ?? []) {
      if (leadsOut.has(before)) continue;
      leadsOut.add(before);
      open.push(before);
    }
  }
  const stuck = worlds.flatMap((_, place) => (leadsOut.has(place) ? [] : [place])).slice(0, 1);
  return { worlds: worlds.length, faults: [], stuck: stuck.map(wayTo) };
}
