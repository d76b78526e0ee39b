import { type AttributeValue, typeOf, validation } from './attributeValue.ts';
import { readValue } from './condition.ts';
import { type DocumentPath, readPath } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';
import { encodeKeyValue, type KeySchema, type TableDefinition } from './tables.ts';

/** The rows that a key condition selects: one hash key, and a span of range keys. */
export interface KeySpan {
  readonly hash: Buffer;
  readonly lower?: Buffer;
  readonly upper?: Buffer;
  /** What the bounds can't say: that a bound itself is outside. */
  readonly excludes: readonly Buffer[];
}

/** Parses a key condition expression (AWS: "Key condition expressions for the Query operation"). */
export function parseKeyCondition(text: string, placeholders: Placeholders, schema: KeySchema, definition: TableDefinition): KeySpan {
  const reader = new TokenReader(text, 'KeyConditionExpression');
  let hash: Buffer | undefined;
  let range: Omit<KeySpan, 'hash'> = { excludes: [] };
  do {
    const { name, operator, values } = readTerm(reader, placeholders);
    for (const value of values) {
      const expected = definition.attributes[name];
      if (expected !== undefined && typeOf(value) !== expected && operator !== 'begins_with') {
        throw validation('One or more parameter values were invalid: Condition parameter type does not match schema type');
      }
    }
    const [first, second] = values.map(encodeKeyValue);
    if (name === schema.hash && operator === '=') hash = first;
    else if (name === schema.range && first) range = span(operator, first, second);
    else if (name === schema.hash) throw validation('Query key condition not supported');
    else throw validation(`Query condition missed key schema element: ${hash ? (schema.range ?? name) : schema.hash}`);
  } while (reader.acceptKeyword('AND'));
  reader.end();
  if (!hash) throw validation(`Query condition missed key schema element: ${schema.hash}`);
  return { hash, ...range };
}

function readTerm(reader: TokenReader, placeholders: Placeholders): { name: string; operator: string; values: AttributeValue[] } {
  const bracketed = reader.accept('(');
  let term: { name: string; operator: string; values: AttributeValue[] };
  if (reader.isKeyword('BEGINS_WITH')) {
    reader.take();
    reader.expect('(');
    const name = top(readPath(reader, placeholders));
    reader.expect(',');
    term = { name, operator: 'begins_with', values: [readValue(reader, placeholders)] };
    reader.expect(')');
  } else {
    const name = top(readPath(reader, placeholders));
    if (reader.acceptKeyword('BETWEEN')) {
      const low = readValue(reader, placeholders);
      if (!reader.acceptKeyword('AND')) reader.fail();
      term = { name, operator: 'between', values: [low, readValue(reader, placeholders)] };
    } else term = { name, operator: reader.take().text, values: [readValue(reader, placeholders)] };
  }
  if (bracketed) reader.expect(')');
  return term;
}

function top(path: DocumentPath): string {
  if (path.length > 1) throw validation('KeyConditionExpressions cannot have conditions on nested attributes');
  return path[0];
}

function span(operator: string, first: Buffer, second: Buffer | undefined): Omit<KeySpan, 'hash'> {
  switch (operator) {
    case '=':
      return { lower: first, upper: first, excludes: [] };
    case '<':
      return { upper: first, excludes: [first] };
    case '<=':
      return { upper: first, excludes: [] };
    case '>':
      return { lower: first, excludes: [first] };
    case '>=':
      return { lower: first, excludes: [] };
    case 'between':
      return { lower: first, ...(second && { upper: second }), excludes: [] };
    case 'begins_with':
      return { lower: first, upper: Buffer.concat([first, Buffer.alloc(64, 0xff)]), excludes: [] };
    default:
      throw validation(`Invalid operator used in KeyConditionExpression: ${operator}`);
  }
}
