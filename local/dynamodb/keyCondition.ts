import { type AttributeValue, typeOf, validation } from './attributeValue.ts';
import { checkBounds, readValue } from './condition.ts';
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
export function parseKeyCondition(
  text: string,
  placeholders: Placeholders,
  schema: KeySchema,
  definition: TableDefinition,
): KeySpan {
  const reader = new TokenReader(text, 'KeyConditionExpression');
  const seen = new Set<string>();
  let hash: Buffer | undefined;
  let range: Omit<KeySpan, 'hash'> = { excludes: [] };
  do {
    const { name, operator, values } = readTerm(reader, placeholders);
    if (seen.has(name)) throw validation('KeyConditionExpressions must only contain one condition per key');
    seen.add(name);
    for (const value of values) {
      const expected = definition.attributes[name];
      if (expected !== undefined && typeOf(value) !== expected) {
        throw validation(
          'One or more parameter values were invalid: Condition parameter type does not match schema type',
        );
      }
    }
    const [first, second] = values.map(encodeKeyValue);
    if (name === schema.hash && operator === '=') hash = first;
    else if (name === schema.range && first) range = span(operator, first, second);
    else if (name === schema.hash) throw validation('Query key condition not supported');
    else throw validation(`Query condition missed key schema element: ${hash ? (schema.range ?? name) : schema.hash}`);
  } while (reader.acceptKeyword('AND'));
  if (reader.isKeyword('OR')) throw validation('Invalid operator used in KeyConditionExpression: OR');
  reader.end();
  if (!hash) throw validation(`Query condition missed key schema element: ${schema.hash}`);
  return { hash, ...range };
}

function readTerm(
  reader: TokenReader,
  placeholders: Placeholders,
): { name: string; operator: string; values: AttributeValue[] } {
  const bracketed = reader.accept('(');
  let term: { name: string; operator: string; values: AttributeValue[] };
  const call = reader.function();
  if (call !== undefined) {
    if (call !== 'begins_with') throw validation(`Invalid operator used in KeyConditionExpression: ${call}`);
    reader.take();
    reader.take();
    const name = top(readPath(reader, placeholders));
    reader.expect(',');
    const prefix = readValue(reader, placeholders);
    if ('N' in prefix)
      throw reader.invalid(
        'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      );
    term = { name, operator: 'begins_with', values: [prefix] };
    reader.expect(')');
  } else {
    const name = top(readPath(reader, placeholders));
    if (reader.acceptKeyword('BETWEEN')) {
      const low = readValue(reader, placeholders);
      if (!reader.acceptKeyword('AND')) reader.fail();
      const high = readValue(reader, placeholders);
      checkBounds(reader, low, high);
      term = { name, operator: 'between', values: [low, high] };
    } else {
      const operator = reader.take().text;
      if (!['=', '<', '<=', '>', '>='].includes(operator))
        throw validation(`Invalid operator used in KeyConditionExpression: ${operator}`);
      term = { name, operator, values: [readValue(reader, placeholders)] };
    }
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
    default:
      // Longer than any range key that starts so.
      return { lower: first, upper: Buffer.concat([first, Buffer.alloc(1024, 0xff)]), excludes: [] };
  }
}
