import type { MessageAttributes } from './snsMessage.ts';

/** A message as a filter policy sees it. */
interface Filtered {
  readonly message: string;
  readonly attributes: MessageAttributes;
}

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** Whether what a message has under one name satisfies the policy. Nothing is there: no values. */
type Rule = (values: readonly unknown[]) => boolean;
type Node = (properties: Readonly<Record<string, unknown>>) => boolean;

/** AWS: "Filter policy constraints in Amazon SNS". */
const mostKeys = 5;
const mostCombinations = 150;
const largestNumber = 1e9;

/**
 * Compiles a subscription's filter policy (AWS: "Amazon SNS subscription filter policies"). fauxqs has one too, but it delivers what
 * it can't decide, and knows neither String.Array nor arrays in a body.
 * @throws Error as SNS words a policy that it doesn't take, or naming the operator that is not honoured.
 */
export function compileFilterPolicy(policy: unknown, scope: FilterPolicyScope): (message: Filtered) => boolean {
  const counted = { keys: 0, combinations: 1 };
  const matches = compileNode(policy, scope, 1, counted);
  if (counted.keys > mostKeys || counted.combinations > mostCombinations) throw invalid('Filter policy is too complex');
  return ({ message, attributes }) => {
    const properties = scope === 'MessageBody' ? bodyProperties(message) : attributeProperties(attributes);
    return properties !== undefined && matches(properties);
  };
}

const invalid = (reason: string) => new Error(`FilterPolicy: ${reason}`);
const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function compileNode(
  policy: unknown,
  scope: FilterPolicyScope,
  level: number,
  counted: { keys: number; combinations: number },
): Node {
  if (!isMap(policy)) throw invalid('Filter policy must be a JSON object');
  const parts = Object.entries(policy).map(([name, value]): Node => {
    if (name === '$or' && isOr(value)) {
      const alternatives = value.map((part) => compileNode(part, scope, level, counted));
      return (properties) => alternatives.some((matches) => matches(properties));
    }
    if (isMap(value)) {
      if (scope === 'MessageAttributes')
        throw invalid('Filter policy scope MessageAttributes does not support nested filter policy');
      const inner = compileNode(value, scope, level + 1, counted);
      return (properties) => matchesInside(inner, properties[name]);
    }
    if (!Array.isArray(value) || value.length === 0) throw invalid(`"${name}" must be an object or an array`);
    counted.keys += 1;
    counted.combinations *= value.length * level;
    const rules = value.map(compileRule);
    return (properties) => {
      const values = (Object.hasOwn(properties, name) ? [properties[name]] : []).flat(Number.POSITIVE_INFINITY);
      return rules.some((rule) => rule(values));
    };
  });
  return (properties) => parts.every((matches) => matches(properties));
}

/** In an array of objects one of them has to satisfy all of the policy inside. */
function matchesInside(inner: Node, value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => matchesInside(inner, item));
  return inner(isMap(value) ? value : {});
}

/** When `$or` is an operator and not a name (AWS: "AND/OR logic", "OR operator"). */
function isOr(value: unknown): value is Array<Record<string, unknown>> {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    value.every((part) => isMap(part) && !Object.keys(part).some((name) => Object.hasOwn(operators, name)))
  );
}

const some =
  (test: (value: unknown) => boolean): Rule =>
  (values) =>
    values.some(test);
const someText = (operator: string, wanted: unknown, test: (value: string, wanted: string) => boolean): Rule => {
  if (typeof wanted !== 'string') throw invalid(`${operator} match pattern must be a string`);
  return some((value) => typeof value === 'string' && test(value, wanted));
};

/** AWS: "String value matching", "Numeric value matching", "Key matching". */
const operators: Readonly<Record<string, (operand: unknown) => Rule>> = {
  prefix: (operand) => someText('prefix', operand, (value, wanted) => value.startsWith(wanted)),
  suffix: (operand) => someText('suffix', operand, (value, wanted) => value.endsWith(wanted)),
  'equals-ignore-case': (operand) =>
    someText('equals-ignore-case', operand, (value, wanted) => value.toLowerCase() === wanted.toLowerCase()),
  exists(operand) {
    if (typeof operand !== 'boolean') throw invalid('exists match pattern must be either true or false.');
    return (values) => values.length > 0 === operand;
  },
  numeric: compileNumeric,
  'anything-but'(operand) {
    if (isMap(operand)) {
      const [operator = '', ...others] = Object.keys(operand);
      if (others.length > 0 || !['prefix', 'suffix'].includes(operator))
        throw invalid(`anything-but with ${operator} is not honoured by the local cloud`);
      const listed = compileRule(operand);
      return some((value) => !listed([value]));
    }
    const listed = [operand].flat();
    if (listed.length === 0 || listed.some((value) => typeof value !== 'string' && typeof value !== 'number'))
      throw invalid('anything-but takes a string, a number or a list of them');
    return some((value) => !listed.includes(value));
  },
};

function compileRule(rule: unknown): Rule {
  if (!isMap(rule)) {
    if (Array.isArray(rule)) throw invalid('Match value must be String, number, true, false, or null');
    return some((value) => value === rule);
  }
  const [operator = '', ...others] = Object.keys(rule);
  const compile = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (!compile || others.length > 0)
    throw invalid(`the match type ${[operator, ...others].join(', ')} is not honoured by the local cloud`);
  return compile(rule[operator]);
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function compileNumeric(operand: unknown): Rule {
  const parts = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4) throw invalid('numeric takes one comparison, or two for a range');
  const tests: Array<(value: number) => boolean> = [];
  for (let index = 0; index < parts.length; index += 2) {
    const compare = comparisons[String(parts[index])];
    const bound: unknown = parts[index + 1];
    if (!compare) throw invalid(`Unrecognized numeric range operator: ${String(parts[index])}`);
    if (typeof bound !== 'number' || Math.abs(bound) > largestNumber)
      throw invalid(`Value of ${String(parts[index])} must be numeric, from -10^9 to 10^9`);
    tests.push((value: number) => compare(value, bound));
  }
  return some((value) => typeof value === 'number' && tests.every((test) => test(value)));
}

function bodyProperties(message: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(message);
    return isMap(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Attributes of type Binary are not compared. */
function attributeProperties(attributes: MessageAttributes): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const [name, { DataType: type, StringValue: text = '' }] of Object.entries(attributes)) {
    if (type === 'Number') properties[name] = Number(text);
    else if (type === 'String.Array') properties[name] = JSON.parse(text);
    else if (type !== 'Binary') properties[name] = text;
  }
  return properties;
}
