/** Whether what is there under one name satisfies the pattern. Nothing is there: no values. */
type Rule = (values: readonly unknown[]) => boolean;
type Node = (properties: Readonly<Record<string, unknown>>) => boolean;

interface PatternSize {
  keys: number;
  /** As SNS counts them: of each key its values by its level. */
  combinations: number;
  /** 1: its keys hold no others. */
  depth: number;
}

/** AWS: "Filter policy constraints in Amazon SNS". */
const largestNumber = 1e9;

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Compiles a pattern of events, which filter policies of SNS and event filters of Lambda have in common.
 * @throws Error naming what AWS doesn't take, or the operator that is not honoured
 */
export function compilePattern(pattern: unknown): { readonly matches: Node; readonly size: PatternSize } {
  const size = { keys: 0, combinations: 1, depth: 1 };
  return { matches: compileNode(pattern, 1, size), size };
}

function compileNode(pattern: unknown, level: number, size: PatternSize): Node {
  if (!isMap(pattern)) throw new Error('it must be a JSON object');
  size.depth = Math.max(size.depth, level);
  const parts = Object.entries(pattern).map(([name, value]): Node => {
    if (name === '$or' && isOr(value)) {
      const alternatives = value.map((part) => compileNode(part, level, size));
      return (properties) => alternatives.some((matches) => matches(properties));
    }
    if (isMap(value)) {
      const inner = compileNode(value, level + 1, size);
      return (properties) => matchesInside(inner, properties[name]);
    }
    if (!Array.isArray(value) || value.length === 0) throw new Error(`"${name}" must be an object or an array`);
    size.keys += 1;
    size.combinations *= value.length * level;
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
  if (typeof wanted !== 'string') throw new Error(`${operator} match pattern must be a string`);
  return some((value) => typeof value === 'string' && test(value, wanted));
};

/** AWS: "String value matching", "Numeric value matching", "Key matching". */
const operators: Readonly<Record<string, (operand: unknown) => Rule>> = {
  prefix: (operand) => someText('prefix', operand, (value, wanted) => value.startsWith(wanted)),
  suffix: (operand) => someText('suffix', operand, (value, wanted) => value.endsWith(wanted)),
  'equals-ignore-case': (operand) =>
    someText('equals-ignore-case', operand, (value, wanted) => value.toLowerCase() === wanted.toLowerCase()),
  exists(operand) {
    if (typeof operand !== 'boolean') throw new Error('exists match pattern must be either true or false.');
    return (values) => values.length > 0 === operand;
  },
  numeric: compileNumeric,
  'anything-but'(operand) {
    if (isMap(operand)) {
      const [operator = '', ...others] = Object.keys(operand);
      if (others.length > 0 || !['prefix', 'suffix'].includes(operator))
        throw new Error(`anything-but with ${operator} is not honoured by the local cloud`);
      const listed = compileRule(operand);
      return some((value) => !listed([value]));
    }
    const listed = [operand].flat();
    if (listed.length === 0 || listed.some((value) => typeof value !== 'string' && typeof value !== 'number'))
      throw new Error('anything-but takes a string, a number or a list of them');
    return some((value) => !listed.includes(value));
  },
};

function compileRule(rule: unknown): Rule {
  if (!isMap(rule)) {
    if (Array.isArray(rule)) throw new Error('Match value must be String, number, true, false, or null');
    return some((value) => value === rule);
  }
  const [operator = '', ...others] = Object.keys(rule);
  const compile = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (!compile || others.length > 0)
    throw new Error(`the match type ${[operator, ...others].join(', ')} is not honoured by the local cloud`);
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
  if (parts.length !== 2 && parts.length !== 4) throw new Error('numeric takes one comparison, or two for a range');
  const tests: Array<(value: number) => boolean> = [];
  for (let index = 0; index < parts.length; index += 2) {
    const compare = comparisons[String(parts[index])];
    const bound: unknown = parts[index + 1];
    if (!compare) throw new Error(`Unrecognized numeric range operator: ${String(parts[index])}`);
    if (typeof bound !== 'number' || Math.abs(bound) > largestNumber)
      throw new Error(`Value of ${String(parts[index])} must be numeric, from -10^9 to 10^9`);
    tests.push((value: number) => compare(value, bound));
  }
  return some((value) => typeof value === 'number' && tests.every((test) => test(value)));
}
