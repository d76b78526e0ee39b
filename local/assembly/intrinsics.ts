import type { Provisioned } from '../resources/provider.ts';
import type { StackTemplate } from './assembly.ts';

/** What intrinsics are resolved against. */
export interface Scope {
  readonly stack: StackTemplate;
  readonly pseudo: Readonly<Record<string, string>>;
  /** Provisioned resources of this stack by logical id. */
  readonly resources: ReadonlyMap<string, Provisioned>;
  /** Exports of all stacks resolved so far. */
  readonly exports: ReadonlyMap<string, unknown>;
}

/** AWS::NoValue: the property that holds it is left out. */
const noValue = Symbol('AWS::NoValue');

/** Resolves every intrinsic function in a value (AWS: "Intrinsic function reference"). */
export function resolveIntrinsics(value: unknown, scope: Scope): unknown {
  const resolved = resolveValue(value, scope);
  return resolved === noValue ? undefined : resolved;
}

/** Logical ids that a value refers to, and names that it imports. */
export function references(value: unknown, stack: StackTemplate): { logicalIds: Set<string>; imports: unknown[] } {
  const logicalIds = new Set<string>();
  const imports: unknown[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, inner] of Object.entries(node)) {
      if (key === 'Ref' && typeof inner === 'string') logicalIds.add(inner);
      if (key === 'Fn::GetAtt') logicalIds.add(getAttParts(inner)[0]);
      if (key === 'Fn::ImportValue') imports.push(inner);
      if (key === 'Fn::Sub') {
        const template = Array.isArray(inner) ? String(inner[0]) : String(inner);
        for (const match of template.matchAll(/\$\{([^!}][^}]*)\}/g))
          logicalIds.add(String(match[1]).split('.')[0] ?? '');
      }
      visit(inner);
    }
  };
  visit(value);
  return { logicalIds: new Set([...logicalIds].filter((id) => Object.hasOwn(stack.resources, id))), imports };
}

export function evaluateCondition(name: string, scope: Scope): boolean {
  if (!Object.hasOwn(scope.stack.conditions, name)) throw new Error(`Condition ${name} is not in the template.`);
  return condition(scope.stack.conditions[name], scope);
}

function resolveValue(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, scope)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    return intrinsic(name, argument, scope);
  }
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, resolveValue(inner, scope)] as const).filter(([, inner]) => inner !== noValue),
  );
}

function intrinsic(name: string, argument: unknown, scope: Scope): unknown {
  const resolve = (value: unknown) => resolveValue(value, scope);
  switch (name) {
    case 'Ref':
      return reference(String(argument), scope);
    case 'Fn::GetAtt':
      return attribute(getAttParts(argument), scope);
    case 'Fn::Join': {
      const [delimiter, parts] = argument as [string, unknown];
      return (resolve(parts) as unknown[]).map(String).join(delimiter);
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Select': {
      const [index, items] = argument as [unknown, unknown];
      const found = (resolve(items) as unknown[])[Number(resolve(index))];
      if (found === undefined) throw new Error(`Fn::Select: there is no item ${String(index)}.`);
      return found;
    }
    case 'Fn::Split': {
      const [delimiter, text] = argument as [string, unknown];
      return String(resolve(text)).split(delimiter);
    }
    case 'Fn::Base64':
      return Buffer.from(String(resolve(argument))).toString('base64');
    case 'Fn::FindInMap': {
      const [map, first, second] = (argument as unknown[]).map((part) => String(resolve(part)));
      const maps = scope.stack.mappings as Record<string, Record<string, Record<string, unknown>>>;
      const found = maps[map ?? '']?.[first ?? '']?.[second ?? ''];
      if (found === undefined) throw new Error(`Fn::FindInMap: ${map}/${first}/${second} is not in the mappings.`);
      return found;
    }
    case 'Fn::If': {
      const [test, whenTrue, whenFalse] = argument as [string, unknown, unknown];
      return resolve(evaluateCondition(test, scope) ? whenTrue : whenFalse);
    }
    case 'Fn::ImportValue': {
      const exported = String(resolve(argument));
      if (!scope.exports.has(exported)) throw new Error(`No stack exports '${exported}'.`);
      return scope.exports.get(exported);
    }
    default:
      throw new Error(`Intrinsic function ${name} is not honoured.`);
  }
}

function condition(value: unknown, scope: Scope): boolean {
  const [name, argument] = Object.entries(value as object)[0] ?? [];
  switch (name) {
    case 'Fn::Equals': {
      const [left, right] = (argument as unknown[]).map((side) => resolveValue(side, scope));
      return String(left) === String(right);
    }
    case 'Fn::And':
      return (argument as unknown[]).every((part) => condition(part, scope));
    case 'Fn::Or':
      return (argument as unknown[]).some((part) => condition(part, scope));
    case 'Fn::Not':
      return !condition((argument as unknown[])[0], scope);
    case 'Condition':
      return evaluateCondition(String(argument), scope);
    default:
      throw new Error(`Condition function ${String(name)} is not honoured.`);
  }
}

function reference(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return noValue;
  const value = scope.pseudo[name] ?? scope.resources.get(name)?.ref ?? scope.stack.parameters[name];
  if (value === undefined) throw new Error(`Ref ${name}: there is no such resource, parameter or pseudo parameter.`);
  return value;
}

function attribute([logicalId, name]: readonly [string, string], scope: Scope): string {
  const resource = scope.resources.get(logicalId);
  if (!resource) throw new Error(`Fn::GetAtt ${logicalId}.${name}: there is no such resource.`);
  const value = resource.attributes[name];
  if (value === undefined) throw new Error(`Fn::GetAtt ${logicalId}.${name}: this attribute is not honoured.`);
  return value;
}

function substitute(argument: unknown, scope: Scope): string {
  const [template, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [
    string,
    Record<string, unknown>,
  ];
  return template.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    // `${!Literal}` stands for the text `${Literal}`; IoT policies are full of them.
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(variables, name)) return String(resolveValue(variables[name], scope));
    return name.includes('.') ? attribute(getAttParts(name), scope) : String(reference(name, scope));
  });
}

function getAttParts(argument: unknown): readonly [string, string] {
  const parts = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
  return [parts[0] ?? '', parts.slice(1).join('.')];
}
