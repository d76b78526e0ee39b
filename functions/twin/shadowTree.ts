import { isDeepStrictEqual } from 'node:util';
import { pointer } from '../platform/http/problem.ts';

/** A section of a shadow, or a merge patch of one. */
export type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values of a tree by their path, a JSON pointer (RFC 6901). An array is one value; an object without members is none. */
export function leavesOf(tree: Tree | undefined): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (value: unknown, path: readonly string[]) => {
    if (isTree(value)) for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name]);
    else if (path.length > 0) leaves.set(pointer(path), value);
  };
  walk(tree, []);
  return leaves;
}

/** A patch that takes these values away. */
export function patchWithout(paths: Iterable<string>): Tree {
  const patch = new Map<string, unknown>();
  for (const path of paths) {
    const names = namesOf(path);
    let level = patch;
    for (const name of names.slice(0, -1)) {
      const known = level.get(name);
      const next = known instanceof Map ? known : new Map<string, unknown>();
      level.set(name, next);
      level = next;
    }
    level.set(names.at(-1) ?? '', null);
  }
  return objectOf(patch);
}

// Of entries, lest a member named __proto__ be anything but a member.
const objectOf = (members: ReadonlyMap<string, unknown>): Tree =>
  Object.fromEntries([...members].map(([name, value]) => [name, value instanceof Map ? objectOf(value) : value]));

/**
 * When each value was written last, of a section's metadata; of an array when its newest item was.
 * @returns epoch milliseconds, by path
 */
export function timesOf(section: Tree | undefined, metadata: Tree | undefined): Map<string, number> {
  return new Map(
    [...leavesOf(section).keys()].flatMap((path) => {
      const time = newestIn(at(metadata, path));
      return time === undefined ? [] : [[path, time * 1000] as const];
    }),
  );
}

/** The difference of two sections, value by value. */
export function differencesOf(before: Tree | undefined, after: Tree | undefined) {
  const [from, to] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((path) => !isDeepStrictEqual(from.get(path), to.get(path)))
    .map((path) => ({
      path,
      ...(from.has(path) && { from: from.get(path) }),
      ...(to.has(path) && { to: to.get(path) }),
    }));
}

const namesOf = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));

function at(tree: unknown, path: string): unknown {
  let value = tree;
  for (const name of namesOf(path)) value = isTree(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function newestIn(metadata: unknown): number | undefined {
  if (Array.isArray(metadata)) {
    const times = metadata.flatMap((item) => newestIn(item) ?? []);
    return times.length > 0 ? Math.max(...times) : undefined;
  }
  if (!isTree(metadata)) return undefined;
  const { timestamp } = metadata;
  if (typeof timestamp === 'number') return timestamp;
  return newestIn(Object.values(metadata));
}
