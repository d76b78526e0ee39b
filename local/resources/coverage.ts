import type { ResourceProvider } from './provider.ts';

/** A property of the template that a provider neither honours nor declares to have no effect. */
export interface Refusal {
  readonly path: string;
  readonly reason: string;
}

/** Compares the properties as written in the template with what the provider declares. */
export function refusedProperties(properties: unknown, provider: ResourceProvider): Refusal[] {
  const declared = [...provider.honoured, ...Object.keys(provider.noEffect)].map((path) => path.split('.'));
  const refused: Refusal[] = [];

  const visit = (value: unknown, path: readonly string[]): void => {
    if (path.length > 0 && declared.some((pattern) => covers(pattern, path))) return;
    const leadsOn =
      path.length === 0 ||
      declared.some((pattern) => pattern.length > path.length && covers(pattern.slice(0, path.length), path));
    if (leadsOn && Array.isArray(value)) {
      value.forEach((item, index) => {
        visit(item, [...path, String(index)]);
      });
      return;
    }
    if (leadsOn && isPlainMap(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
      return;
    }
    refused.push({ path: path.join('.'), reason: 'this property is not honoured' });
  };

  visit(properties, []);
  return refused;
}

const covers = (pattern: readonly string[], path: readonly string[]) =>
  pattern.length <= path.length && pattern.every((part, index) => part === '*' || part === path[index]);

/** An intrinsic is a value, not a map to look into. */
function isPlainMap(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return !(keys.length === 1 && (keys[0] === 'Ref' || keys[0]?.startsWith('Fn::')));
}
