import { isRecord } from './template.ts';

/** What intrinsic functions of one stack refer to. Each throws IntrinsicError for a name that isn't there. */
export interface Scope {
  /** A parameter, a pseudo parameter or a resource's `Ref`. `AWS::NoValue` is undefined. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(exportName: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, topKey: string, secondKey: string): unknown;
  /** Names of resources are not known yet: what is cut out of them can't be checked. */
  readonly preview: boolean;
}

/** An intrinsic function that can't be resolved; `path` is where in the value. */
export class IntrinsicError extends Error {
  readonly path: string;

  constructor(path: string, reason: string) {
    super(reason);
    this.name = 'IntrinsicError';
    this.path = path;
  }
}

type Intrinsic = (argument: unknown, scope: Scope, path: string) => unknown;

/**
 * Resolves every intrinsic function inside `value` (AWS page "Intrinsic function reference"). Keys and items that end
 * as AWS::NoValue are left out.
 * @throws IntrinsicError for a function that is not honoured, or whose argument is wrong.
 */
export function resolve(value: unknown, scope: Scope, path = ''): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => resolve(item, scope, join(path, String(index))))
      .filter((item) => item !== undefined);
  }
  if (!isRecord(value)) return value;
  const keys = Object.keys(value);
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only !== undefined && (only === 'Ref' || only.startsWith('Fn::'))) {
    const intrinsic = intrinsics.get(only);
    if (!intrinsic) throw new IntrinsicError(path, `${only} is not honoured`);
    return intrinsic(value[only], scope, path);
  }
  const resolved: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const result = resolve(item, scope, join(path, key));
    if (result !== undefined) resolved[key] = result;
  }
  return resolved;
}

/**
 * Evaluates a condition (AWS page "Condition functions").
 * @throws IntrinsicError for anything that isn't one.
 */
export function evaluateCondition(expression: unknown, scope: Scope, path: string): boolean {
  if (!isRecord(expression)) throw new IntrinsicError(path, 'is not a condition');
  const [[name, argument] = ['', undefined]] = Object.entries(expression);
  const parts = () => list(argument, path, name).map((part) => evaluateCondition(part, scope, path));
  switch (name) {
    case 'Condition':
      return scope.condition(String(argument));
    case 'Fn::And':
      return parts().every(Boolean);
    case 'Fn::Or':
      return parts().some(Boolean);
    case 'Fn::Not':
      return !parts()[0];
    case 'Fn::Equals': {
      const [left, right] = list(argument, path, name).map((side) => resolve(side, scope, path));
      return JSON.stringify(left) === JSON.stringify(right);
    }
    default:
      throw new IntrinsicError(path, `${name} is not honoured as a condition`);
  }
}

const intrinsics = new Map<string, Intrinsic>([
  ['Ref', (argument, scope) => scope.ref(String(argument))],
  [
    'Fn::GetAtt',
    (argument, scope, path) => {
      const [logicalId, ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
      if (typeof logicalId !== 'string' || attribute.length === 0)
        throw new IntrinsicError(path, 'Fn::GetAtt needs a logical id and an attribute');
      return scope.getAtt(logicalId, attribute.map((part) => text(part, scope, path)).join('.'));
    },
  ],
  ['Fn::Sub', substitute],
  [
    'Fn::Join',
    (argument, scope, path) => {
      const [delimiter, values] = list(argument, path, 'Fn::Join');
      return list(resolve(values, scope, path), path, 'Fn::Join')
        .map((item) => scalar(item, path))
        .join(String(delimiter));
    },
  ],
  [
    'Fn::Split',
    (argument, scope, path) => {
      const [delimiter, source] = list(argument, path, 'Fn::Split');
      return text(source, scope, path).split(String(delimiter));
    },
  ],
  [
    'Fn::Select',
    (argument, scope, path) => {
      const [index, source] = list(argument, path, 'Fn::Select');
      const items = list(resolve(source, scope, path), path, 'Fn::Select');
      const item = items[Number(text(index, scope, path))];
      if (item !== undefined) return item;
      if (scope.preview) return String(items[0] ?? '');
      throw new IntrinsicError(path, `Fn::Select: there is no item ${String(index)} among ${items.length}`);
    },
  ],
  ['Fn::Base64', (argument, scope, path) => Buffer.from(text(argument, scope, path)).toString('base64')],
  [
    'Fn::FindInMap',
    (argument, scope, path) => {
      const [map = '', top = '', second = ''] = list(argument, path, 'Fn::FindInMap').map((key) =>
        text(key, scope, path),
      );
      return scope.mapping(map, top, second);
    },
  ],
  ['Fn::ImportValue', (argument, scope, path) => scope.importValue(text(argument, scope, path))],
  [
    'Fn::If',
    (argument, scope, path) => {
      const [condition, whenTrue, whenFalse] = list(argument, path, 'Fn::If');
      return resolve(scope.condition(String(condition)) ? whenTrue : whenFalse, scope, path);
    },
  ],
]);

/** `${!name}` is the literal `${name}`: IoT and IAM policy variables are written so. */
function substitute(argument: unknown, scope: Scope, path: string): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof template !== 'string') throw new IntrinsicError(path, 'Fn::Sub needs a string');
  return template.replace(/\$\{(!?)([^}]*)\}/g, (_match, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const trimmed = name.trim();
    if (isRecord(variables) && Object.hasOwn(variables, trimmed)) return text(variables[trimmed], scope, path);
    const dot = trimmed.indexOf('.');
    if (dot < 0) return scalar(scope.ref(trimmed), path);
    return scalar(scope.getAtt(trimmed.slice(0, dot), trimmed.slice(dot + 1)), path);
  });
}

function text(value: unknown, scope: Scope, path: string): string {
  return scalar(resolve(value, scope, path), path);
}

function scalar(value: unknown, path: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new IntrinsicError(path, `a string is needed, not ${JSON.stringify(value)}`);
}

function list(value: unknown, path: string, name: string): unknown[] {
  if (!Array.isArray(value)) throw new IntrinsicError(path, `${name} needs a list`);
  return value;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
