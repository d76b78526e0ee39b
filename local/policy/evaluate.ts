import { BlockList, isIP } from 'node:net';
import type { Condition, Statement } from './policyDocument.ts';

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys and policy variables. A key that isn't there has no value, and a statement that needs it doesn't match. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Decides as AWS does: an explicit deny wins, then an allow, and what nothing allows is denied. */
export function evaluate(
  statements: readonly Statement[],
  request: AccessRequest,
  /** Told of each statement that allows it, which a later deny may still outdo. */
  allowing?: (statement: Statement) => void,
): Decision {
  const context = new Map(Object.entries(request.context).map(([key, value]) => [conditionKey(key), value]));
  let decision: Decision = 'implicitDeny';
  for (const statement of statements) {
    if (!applies(statement, request, context)) continue;
    if (statement.effect === 'Deny') return 'explicitDeny';
    decision = 'allowed';
    allowing?.(statement);
  }
  return decision;
}

type Context = ReadonlyMap<string, string | readonly string[]>;

/** Condition keys ignore case, but what stands in brackets is somebody's own name: `iot:Connection.Thing.Attributes[Site]`. */
const conditionKey = (key: string) => key.replace(/^[^[]+/, (name) => name.toLowerCase());

/** Whether a pattern of a policy takes a resource; for patterns without variables. */
export const resourceMatches = (pattern: string, resource: string): boolean => wildcard(pattern).test(resource);

function applies(statement: Statement, request: AccessRequest, context: Context): boolean {
  return (
    matchesElement(statement.actions, statement.notActions, (pattern) => actionMatches(pattern, request.action)) &&
    matchesElement(statement.resources, statement.notResources, (pattern) => {
      const concrete = substitute(pattern, context);
      return concrete !== undefined && wildcard(concrete).test(request.resource);
    }) &&
    statement.conditions.every((condition) => holds(condition, context))
  );
}

function matchesElement(wanted: readonly string[], unwanted: readonly string[], matches: (pattern: string) => boolean) {
  return unwanted.length > 0 ? !unwanted.some(matches) : wanted.some(matches);
}

export function actionMatches(pattern: string, action: string): boolean {
  return wildcard(pattern.toLowerCase()).test(action.toLowerCase());
}

const compiled = new Map<string, RegExp>();

/** `*` is any text, `?` one character; a `\0`-escaped one (from `${*}`) stands for itself. */
function wildcard(pattern: string): RegExp {
  let expression = compiled.get(pattern);
  if (!expression) {
    const source = pattern.replace(/\0?[.*+?^${}()|[\]\\]/g, (found) =>
      found === '*' ? '.*' : found === '?' ? '.' : `\\${found.at(-1)}`,
    );
    expression = new RegExp(`^${source}$`, 's');
    if (compiled.size > 10_000) compiled.clear();
    compiled.set(pattern, expression);
  }
  return expression;
}

/**
 * Puts policy variables in (AWS: "IAM policy elements: Variables and tags"). Undefined when a variable has neither a value
 * nor a default (`${key, 'default'}`): nothing is equal to it or like it. A value's own wildcards stand for themselves, so
 * a client can't widen its policy by its name.
 */
function substitute(pattern: string, context: Context): string | undefined {
  if (!pattern.includes('${')) return pattern;
  let complete = true;
  const result = pattern.replace(/\$\{([^},]+)(?:, *'([^']*)')?\}/g, (_, name: string, fallback?: string) => {
    if (name === '*' || name === '?' || name === '$') return `\0${name}`;
    const found = context.get(conditionKey(name));
    const value = typeof found === 'string' ? found : fallback;
    if (value === undefined) {
      complete = false;
      return '';
    }
    return value.replace(/[*?]/g, '\0$&');
  });
  return complete ? result : undefined;
}

function holds(condition: Condition, context: Context): boolean {
  const given = [context.get(conditionKey(condition.key)) ?? []].flat();
  if (condition.operator === 'Null') return condition.values.includes(String(given.length === 0));
  if (given.length === 0) return condition.ifExists || holdsForNothing(condition);
  const wanted = condition.values.map((value) => substitute(value, context)).filter((value) => value !== undefined);
  const test = (value: string) => compare(condition.operator, value, wanted);
  return condition.quantifier === 'ForAllValues' ? given.every(test) : given.some(test);
}

/** Whether a condition holds for a key without a value: of the set operators for all values, else of negated ones. */
const holdsForNothing = ({ quantifier, operator }: Condition) =>
  quantifier === undefined ? operator.includes('Not') : quantifier === 'ForAllValues';

/** Each of the six parts of an ARN by itself: a `*` doesn't reach over a colon before the resource. */
function arnMatches(pattern: string, arn: string): boolean {
  const parts = (text: string) => [...text.split(':').slice(0, 5), text.split(':').slice(5).join(':')];
  const [wanted, given] = [parts(pattern), parts(arn)];
  return wanted.length === given.length && wanted.every((part, index) => wildcard(part).test(given[index] ?? ''));
}

function compare(operator: string, value: string, wanted: readonly string[]): boolean {
  const plain = (text: string) => text.replaceAll('\0', '');
  switch (operator) {
    case 'StringEquals':
      return wanted.some((want) => plain(want) === value);
    case 'StringNotEquals':
      return !wanted.some((want) => plain(want) === value);
    case 'StringEqualsIgnoreCase':
      return wanted.some((want) => plain(want).toLowerCase() === value.toLowerCase());
    case 'StringNotEqualsIgnoreCase':
      return !wanted.some((want) => plain(want).toLowerCase() === value.toLowerCase());
    case 'StringLike':
      return wanted.some((want) => wildcard(want).test(value));
    case 'StringNotLike':
      return !wanted.some((want) => wildcard(want).test(value));
    case 'ArnLike':
    case 'ArnEquals':
      return wanted.some((want) => arnMatches(want, value));
    case 'ArnNotLike':
    case 'ArnNotEquals':
      return !wanted.some((want) => arnMatches(want, value));
    case 'Bool':
      return wanted.some((want) => plain(want).toLowerCase() === value.toLowerCase());
    case 'NumericEquals':
      return wanted.some((want) => Number(value) === Number(plain(want)));
    case 'NumericLessThan':
      return wanted.some((want) => Number(value) < Number(plain(want)));
    case 'NumericGreaterThan':
      return wanted.some((want) => Number(value) > Number(plain(want)));
    case 'NumericNotEquals':
      return !wanted.some((want) => Number(value) === Number(plain(want)));
    case 'NumericLessThanEquals':
      return wanted.some((want) => Number(value) <= Number(plain(want)));
    case 'NumericGreaterThanEquals':
      return wanted.some((want) => Number(value) >= Number(plain(want)));
    case 'IpAddress':
      return wanted.some((want) => inRange(value, plain(want)));
    case 'NotIpAddress':
      return !wanted.some((want) => inRange(value, plain(want)));
    default:
      throw new Error(`Condition operator '${operator}' is not understood.`);
  }
}

/** Whether an address is the one given or in the range given (`192.0.2.0/24`, `2001:db8::/32`). */
function inRange(address: string, range: string): boolean {
  const plainAddress = address.replace(/^::ffff:(?=\d+\.)/, '');
  const family = (text: string) => (isIP(text) === 6 ? 'ipv6' : 'ipv4');
  const [network = '', prefix] = range.split('/');
  if (isIP(plainAddress) === 0 || isIP(network) === 0) return false;
  const list = new BlockList();
  if (prefix === undefined) list.addAddress(network, family(network));
  else list.addSubnet(network, Number(prefix), family(network));
  return list.check(plainAddress, family(plainAddress));
}
