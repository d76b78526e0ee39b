import { isDeepStrictEqual } from 'node:util';
import { type AttributeValue, type Item, parseValue, raw, typeOf, validation } from './attributeValue.ts';
import { compareNumbers } from './decimal.ts';
import { readPath, valueAt } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';

export type Condition = (item: Item) => boolean;
/** A value of the item, or the same `constant` for each. */
export type Operand = ((item: Item) => AttributeValue | undefined) & { readonly constant?: AttributeValue };

/** Parses a condition or filter expression (AWS: "Condition and filter expressions, operators, and functions"). */
export function parseCondition(text: string, placeholders: Placeholders): Condition {
  const reader = new TokenReader(text, 'ConditionExpression');
  const condition = readCondition(reader, placeholders);
  reader.end();
  return condition;
}

export function readCondition(reader: TokenReader, placeholders: Placeholders): Condition {
  const or = (): Condition => {
    const parts = [and()];
    while (reader.acceptKeyword('OR')) parts.push(and());
    return parts.length === 1 && parts[0] ? parts[0] : (item) => parts.some((part) => part(item));
  };
  const and = (): Condition => {
    const parts = [not()];
    while (reader.acceptKeyword('AND')) parts.push(not());
    return parts.length === 1 && parts[0] ? parts[0] : (item) => parts.every((part) => part(item));
  };
  const not = (): Condition => {
    if (!reader.acceptKeyword('NOT')) return comparison();
    const inner = not();
    return (item) => !inner(item);
  };
  const comparison = (): Condition => {
    if (reader.accept('(')) {
      const inner = or();
      reader.expect(')');
      return inner;
    }
    const call = reader.function();
    if (call !== undefined && call !== 'size') return conditionFunction(call, reader, placeholders);
    const left = readOperand(reader, placeholders);
    if (reader.acceptKeyword('BETWEEN')) {
      const low = readOperand(reader, placeholders);
      if (!reader.acceptKeyword('AND')) reader.fail();
      const high = readOperand(reader, placeholders);
      checkBounds(reader, low.constant, high.constant);
      return (item) => {
        const [value, from, to] = [left(item), low(item), high(item)];
        return (compare(value, from) ?? -1) >= 0 && (compare(value, to) ?? 1) <= 0;
      };
    }
    if (reader.acceptKeyword('IN')) {
      reader.expect('(');
      const options = [readOperand(reader, placeholders)];
      while (reader.accept(',')) options.push(readOperand(reader, placeholders));
      reader.expect(')');
      return (item) => {
        const value = left(item);
        return value !== undefined && options.some((option) => same(value, option(item)));
      };
    }
    // PartiQL's tests for an attribute that isn't there.
    if (reader.isPartiql && reader.acceptKeyword('IS', 'MISSING')) return (item) => left(item) === undefined;
    if (reader.isPartiql && reader.acceptKeyword('IS', 'NOT', 'MISSING')) return (item) => left(item) !== undefined;
    const { kind, text } = reader.peek();
    const comparator = kind === 'symbol' ? comparators[text] : undefined;
    if (!comparator) return reader.fail();
    reader.take();
    const right = readOperand(reader, placeholders);
    return (item) => comparator(left(item), right(item));
  };
  return or();
}

type Comparator = (left: AttributeValue | undefined, right: AttributeValue | undefined) => boolean;

const ordered =
  (holds: (compared: number) => boolean): Comparator =>
  (left, right) => {
    const compared = compare(left, right);
    return compared !== undefined && holds(compared);
  };

const comparators: Readonly<Record<string, Comparator>> = {
  '=': (left, right) => left !== undefined && same(left, right),
  '<>': (left, right) => (left === undefined ? right !== undefined : !same(left, right)),
  '<': ordered((compared) => compared < 0),
  '<=': ordered((compared) => compared <= 0),
  '>': ordered((compared) => compared > 0),
  '>=': ordered((compared) => compared >= 0),
};

/** A BETWEEN whose bounds are turned around is a mistake, not an empty span. */
export function checkBounds(
  reader: TokenReader,
  low: AttributeValue | undefined,
  high: AttributeValue | undefined,
): void {
  if (!low || !high) return;
  const bounds = `lower bound operand: AttributeValue: {${typeOf(low)}:${raw(low)}}, upper bound operand: AttributeValue: {${typeOf(high)}:${raw(high)}}`;
  if (typeOf(low) !== typeOf(high))
    throw reader.invalid(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  if ((compare(low, high) ?? 0) > 0)
    throw reader.invalid(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
}

function conditionFunction(name: string, reader: TokenReader, placeholders: Placeholders): Condition {
  if (!['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains'].includes(name)) {
    throw reader.invalid(`Invalid function name; function: ${name}`);
  }
  reader.take();
  reader.expect('(');
  if (name === 'attribute_exists' || name === 'attribute_not_exists') {
    const path = readPath(reader, placeholders);
    reader.expect(')');
    return (item) => (valueAt(item, path) !== undefined) === (name === 'attribute_exists');
  }
  const left = readOperand(reader, placeholders);
  reader.expect(',');
  const right = readOperand(reader, placeholders);
  reader.expect(')');
  if (name === 'attribute_type') {
    return (item) => {
      const [value, type] = [left(item), right(item)];
      return value !== undefined && type !== undefined && 'S' in type && typeOf(value) === type.S;
    };
  }
  const test = name === 'begins_with' ? beginsWith : contains;
  return (item) => {
    const [value, part] = [left(item), right(item)];
    return value !== undefined && part !== undefined && test(value, part);
  };
}

/** A path, a `:value`, or size(path). In PartiQL also a parameter or a literal. */
export function readOperand(reader: TokenReader, placeholders: Placeholders): Operand {
  const { kind, text } = reader.peek();
  if (kind === 'value' || kind === 'string' || kind === 'number' || text === '?') {
    const constant = readValue(reader, placeholders);
    return Object.assign(() => constant, { constant });
  }
  const call = reader.function();
  if (call !== undefined && call !== 'size') throw reader.invalid(`Invalid function name; function: ${call}`);
  if (call === 'size') {
    reader.take();
    reader.take();
    const inner = readOperand(reader, placeholders);
    reader.expect(')');
    return (item) => {
      const value = inner(item);
      const size = value && sizeOf(value);
      return size === undefined ? undefined : { N: String(size) };
    };
  }
  const path = readPath(reader, placeholders);
  return (item) => valueAt(item, path);
}

/** A `:value` of the request, or in PartiQL the next `?` parameter or a literal. */
export function readValue(reader: TokenReader, { values, used }: Placeholders): AttributeValue {
  const { kind, text } = reader.peek();
  const isParameter = reader.isPartiql && kind === 'symbol' && text === '?';
  if (reader.isPartiql ? !isParameter && kind !== 'string' && kind !== 'number' : kind !== 'value')
    return reader.fail();
  reader.take();
  if (kind === 'string') return { S: text };
  if (kind === 'number') return parseValue({ N: text });
  const name = isParameter ? `?${used.size}` : text;
  const value = values?.[name];
  if (value === undefined) {
    throw isParameter
      ? validation("Number of parameters in request and statement don't match.")
      : reader.invalid(`An expression attribute value used in expression is not defined; attribute value: ${name}`);
  }
  used.add(name);
  return value;
}

function same(left: AttributeValue, right: AttributeValue | undefined): boolean {
  if (right === undefined || typeOf(left) !== typeOf(right)) return false;
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N) === 0;
  if (['SS', 'NS', 'BS'].includes(typeOf(left)))
    return isDeepStrictEqual([...(raw(left) as string[])].sort(), [...(raw(right) as string[])].sort());
  return isDeepStrictEqual(raw(left), raw(right));
}

/** Order of two values of one scalar type; undefined for any others, which no comparison holds for. */
function compare(left: AttributeValue | undefined, right: AttributeValue | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('S' in left && 'S' in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ('B' in left && 'B' in right) return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  return undefined;
}

function beginsWith(value: AttributeValue, part: AttributeValue): boolean {
  if ('S' in value && 'S' in part) return value.S.startsWith(part.S);
  if ('B' in value && 'B' in part) return Buffer.from(value.B, 'base64').indexOf(Buffer.from(part.B, 'base64')) === 0;
  return false;
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ('S' in value && 'S' in part) return value.S.includes(part.S);
  if ('SS' in value && 'S' in part) return value.SS.includes(part.S);
  if ('NS' in value && 'N' in part) return value.NS.some((each) => compareNumbers(each, part.N) === 0);
  if ('BS' in value && 'B' in part) return value.BS.includes(part.B);
  return 'L' in value && value.L.some((each) => same(each, part));
}

function sizeOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('M' in value) return Object.keys(value.M).length;
  const content = raw(value);
  return Array.isArray(content) ? content.length : undefined;
}
