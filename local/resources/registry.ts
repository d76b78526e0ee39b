import type { PlannedResource } from '../assembly/plan.ts';
import type { Problem } from '../assembly/problem.ts';
import { isRecord } from '../assembly/template.ts';
import type { ResourceProvider } from './provider.ts';

/** A property that is accepted although it changes nothing on one machine. */
export interface WithoutEffect {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly property: string;
  readonly reason: string;
}

export interface ResourceRegistry {
  readonly types: readonly string[];
  provider(type: string): ResourceProvider | undefined;
  /** Every unknown type, and every property that its provider names neither as honoured nor as without effect. */
  validate(resources: readonly PlannedResource[]): { problems: Problem[]; withoutEffect: WithoutEffect[] };
}

/** Collects the providers of all parts. @throws Error when two claim one type. */
export function createRegistry(providers: readonly ResourceProvider[]): ResourceRegistry {
  const byType = new Map<string, ResourceProvider>();
  for (const provider of providers) {
    if (byType.has(provider.type)) throw new Error(`Two providers claim ${provider.type}.`);
    byType.set(provider.type, provider);
  }
  return {
    types: [...byType.keys()].sort(),
    provider: (type) => byType.get(type),
    validate(resources) {
      const problems: Problem[] = [];
      const withoutEffect: WithoutEffect[] = [];
      for (const { stackName: stack, logicalId, type, preview } of resources) {
        const provider = byType.get(type);
        if (!provider) {
          problems.push({ stack, logicalId, type, reason: 'this type of resource is not honoured' });
          continue;
        }
        const honoured = provider.honoured.map((path) => path.split('.'));
        const noEffect = Object.entries(provider.noEffect).map(([path, reason]) => ({ path: path.split('.'), reason }));
        walk(preview, [], (path, value) => {
          const property = path.join('.');
          if (honoured.some((pattern) => covers(pattern, path))) return 'done';
          const ignored = noEffect.find((pattern) => covers(pattern.path, path));
          if (ignored) {
            withoutEffect.push({ stack, logicalId, type, property, reason: ignored.reason });
            return 'done';
          }
          const deeper = [...honoured, ...noEffect.map((pattern) => pattern.path)];
          if ((isRecord(value) || Array.isArray(value)) && deeper.some((pattern) => leadsTo(pattern, path)))
            return 'descend';
          problems.push({ stack, logicalId, type, property, reason: 'this property is not honoured' });
          return 'done';
        });
      }
      return { problems, withoutEffect };
    },
  };
}

type Visit = (path: readonly string[], value: unknown) => 'done' | 'descend';

function walk(value: unknown, path: readonly string[], visit: Visit): void {
  if (!isRecord(value) && !Array.isArray(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    if (visit(at, item) === 'descend') walk(item, at, visit);
  }
}

/** Whether the pattern names the path or something above it. */
function covers(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length <= path.length && pattern.every((part, index) => part === '*' || part === path[index]);
}

/** Whether the pattern names something below the path. */
function leadsTo(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length > path.length && path.every((part, index) => pattern[index] === '*' || part === pattern[index]);
}
