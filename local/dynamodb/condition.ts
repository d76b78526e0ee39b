import { isDeepStrictEqual } from 'node:util';
import { type AttributeValue, type Item, checkValue, raw, typeOf, validation } from './attributeValue.ts';
import { compareNumbers } from './decimal.ts';
import { readPath, valueAt } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';

export type Condition = (item: Item) => boolean;
export type Operand = (item: Item) => AttributeValue | undefined;

/** Parses a condition or filter expression (AWS: "Condition and filter expressions, operators, and functions"). */
export function parseCondition(text: string, placeholders: Placeholders, kind = 'ConditionExpression'): Condition {
  const reader = new TokenReader(text, kind);
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
    const call = reader.peek(1).text === '(' ? conditionFunction(reader, placeholders) : undefined;
    if (call) return call;
    const left = readOperand(reader, placeholders);
    if (reader.acceptKeyword('BETWEEN')) {
      const low = readOperand(reader, placeholders);
      if (!reader.acceptKeyword('AND')) reader.fail();
      const high = readOperand(reader, placeholders);
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
    if (reader.acceptKeyword('IS', 'MISSING')) return (item) => left(item) === undefined;
    if (reader.acceptKeyword('IS', 'NOT', 'MISSING')) return (item) => left(item) !== undefined;
    const operator = reader.take();
    const right = readOperand(reader, placeholders);
    return comparator(operator.text, left, right) ?? reader.fail();
  };
  return or();
}

function comparator(operator: string, left: Operand, right: Operand): Condition | undefined {
  const ordered = (holds: (compared: number) => boolean): Condition => (item) => {
    const compared = compare(left(item), right(item));
    return compared !== undefined && holds(compared);
  };
  switch (operator) {
    case '=':
      return (item) => {
        const value = left(item);
        return value !== undefined && same(value, right(item));
      };
    case '<>':
      return (item) => {
        const [a, b] = [left(item), right(item)];
        return a === undefined || b === undefined ? a !== b : !same(a, b);
      };
    case '<':
      return ordered((compared) => compared < 0);
    case '<=':
      return ordered((compared) => compared <= 0);
    case '>':
      return ordered((compared) => compared > 0);
    case '>=':
      return ordered((compared) => compared >= 0);
    default:
      return undefined;
  }
}

function conditionFunction(reader: TokenReader, placeholders: Placeholders): Condition | undefined {
  const name = reader.peek().text.toLowerCase();
  const begin = () => {
    reader.take();
    reader.expect('(');
  };
  if (name === 'attribute_exists' || name === 'attribute_not_exists') {
    begin();
    const path = readPath(reader, placeholders);
    reader.expect(')');
    return (item) => (valueAt(item, path) !== undefined) === (name === 'attribute_exists');
  }
  if (name !== 'attribute_type' && name !== 'begins_with' && name !== 'contains') return undefined;
  begin();
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

/** A path, a `:value`, or size(path). */
export function readOperand(reader: TokenReader, placeholders: Placeholders): Operand {
  const token = reader.peek();
  if (token.kind === 'value' || token.text === '?' || token.kind === 'string' || token.kind === 'number') {
    const value = readValue(reader, placeholders);
    return () => value;
  }
  if (token.kind === 'name' && token.text.toLowerCase() === 'size' && reader.peek(1).text === '(') {
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
  const token = reader.take();
  if (token.kind === 'string') return { S: token.text };
  if (token.kind === 'number') return { N: token.text };
  const name = token.text === '?' ? `?${used.size}` : token.text;
  if (token.kind !== 'value' && token.text !== '?') return reader.fail();
  const value = values?.[name];
  if (value === undefined) {
    throw validation(token.text === '?' ? 'Number of parameters in request and statement don\'t match.' : `Invalid ${reader.kind}: An expression attribute value used in expression is not defined; attribute value: ${name}`);
  }
  used.add(name);
  checkValue(value);
  return value;
}

export function same(left: AttributeValue, right: AttributeValue | undefined): boolean {
  if (right === undefined || typeOf(left) !== typeOf(right)) return false;
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N) === 0;
  if (['SS', 'NS', 'BS'].includes(typeOf(left))) return isDeepStrictEqual([...(raw(left) as string[])].sort(), [...(raw(right) as string[])].sort());
  return isDeepStrictEqual(raw(left), raw(right));
}

/** Order of two values of one scalar type; undefined for any others, which no comparison holds for. */
export function compare(left: AttributeValue | undefined, right: AttributeValue | undefined): number | undefined {
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
