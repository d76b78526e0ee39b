import { AwsError } from '../service.ts';
import {
  type AttributeValue,
  checkItemSize,
  type Item,
  type MutableItem,
  parseValue,
  validation,
} from './attributeValue.ts';
import { type Condition, type Operand, readCondition, readValue } from './condition.ts';
import { type DocumentPath, readPath, withValueAt } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';
import { checkNoKey, itemKey, requestKey, type Table, type Tables } from './tables.ts';
import { assigned, readSetValue } from './update.ts';

/** A parsed PartiQL statement that writes one item. */
export interface WriteStatement {
  readonly table: Table;
  readonly action: 'PartiQLInsert' | 'PartiQLUpdate' | 'PartiQLDelete';
  /** @throws AwsError DuplicateItemException or ConditionalCheckFailedException, with the item as it is when that is asked for. */
  execute(returnOld: boolean): { readonly before: Item | undefined; readonly after: Item | undefined };
}

const conditionFailed = (returnOld: boolean, item: Item | undefined) =>
  new AwsError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    400,
    returnOld && item ? { Item: item } : {},
  );

/**
 * Parses INSERT, UPDATE and DELETE of one item (AWS: "PartiQL for DynamoDB statements").
 * @throws AwsError ValidationException for any other statement, by name.
 */
export function parseStatement(statement: string, parameters: readonly unknown[], tables: Tables): WriteStatement {
  const reader = new TokenReader(statement, 'statement');
  const placeholders: Placeholders = {
    names: undefined,
    values: numbered(parameters),
    used: new Set(),
  };
  const verb = reader.take().text.toUpperCase();
  const parse = new Map([
    ['INSERT', parseInsert],
    ['UPDATE', parseUpdateStatement],
    ['DELETE', parseDelete],
  ]).get(verb);
  if (!parse) throw validation(`The local cloud honours INSERT, UPDATE and DELETE in PartiQL, not ${verb}.`);
  const parsed = parse(reader, placeholders, tables);
  if (reader.isKeyword('RETURNING')) throw validation('The local cloud does not honour RETURNING.');
  reader.end();
  if (placeholders.used.size !== parameters.length)
    throw validation("Number of parameters in request and statement don't match.");
  return parsed;
}

function numbered(parameters: readonly unknown[]): Item {
  const values: MutableItem = {};
  for (const [index, value] of parameters.entries()) values[`?${index}`] = parseValue(value);
  return values;
}

function parseInsert(reader: TokenReader, placeholders: Placeholders, tables: Tables): WriteStatement {
  if (!reader.acceptKeyword('INTO')) reader.fail();
  const table = tables.get(reader.take().text);
  if (!reader.acceptKeyword('VALUE')) reader.fail();
  const item: MutableItem = {};
  reader.expect('{');
  do {
    if (reader.peek().kind !== 'string') reader.fail();
    const name = reader.take().text;
    reader.expect(':');
    item[name] = readValue(reader, placeholders);
  } while (reader.accept(','));
  reader.expect('}');
  return {
    table,
    action: 'PartiQLInsert',
    execute(returnOld) {
      const key = itemKey(item, table.definition);
      checkItemSize(item);
      const existing = table.get(key);
      if (existing)
        throw new AwsError(
          'DuplicateItemException',
          'Duplicate primary key exists in table',
          400,
          returnOld ? { Item: existing } : {},
        );
      table.set(key, undefined, item);
      return { before: undefined, after: item };
    },
  };
}

function parseUpdateStatement(reader: TokenReader, placeholders: Placeholders, tables: Tables): WriteStatement {
  const table = tables.get(reader.take().text);
  const changes: Array<{ path: DocumentPath; value: Operand | undefined }> = [];
  while (reader.isKeyword('SET') || reader.isKeyword('REMOVE')) {
    const remove = reader.take().text.toUpperCase() === 'REMOVE';
    do {
      const path = readPath(reader, placeholders);
      if (!remove) reader.expect('=');
      changes.push({ path, value: remove ? undefined : readSetValue(reader, placeholders) });
    } while (reader.accept(','));
  }
  if (changes.length === 0) reader.fail();
  const { key, condition } = readWhere(reader, placeholders, table);
  checkNoKey(
    changes.map(({ path }) => path),
    table.definition,
  );
  return {
    table,
    action: 'PartiQLUpdate',
    execute(returnOld) {
      const encoded = requestKey(key, table.definition);
      const before = table.get(encoded);
      // Unlike UpdateItem, PartiQL's UPDATE never makes an item (AWS: "PartiQL update statements").
      if (!before || !condition(before)) throw conditionFailed(returnOld, before);
      const after = changes.reduce(
        (item, { path, value }) => withValueAt(item, path, value && assigned(value(before))),
        before,
      );
      checkItemSize(after, 'Item size to update');
      itemKey(after, table.definition);
      table.set(encoded, before, after);
      return { before, after };
    },
  };
}

function parseDelete(reader: TokenReader, placeholders: Placeholders, tables: Tables): WriteStatement {
  if (!reader.acceptKeyword('FROM')) reader.fail();
  const table = tables.get(reader.take().text);
  const { key, condition } = readWhere(reader, placeholders, table);
  return {
    table,
    action: 'PartiQLDelete',
    execute(returnOld) {
      const encoded = requestKey(key, table.definition);
      const before = table.get(encoded);
      if (before && !condition(before)) throw conditionFailed(returnOld, before);
      if (before) table.set(encoded, before, undefined);
      return { before, after: undefined };
    },
  };
}

/** `WHERE hash = ? [AND range = ?] [AND more]`: the key attributes first, then whatever else must hold. */
function readWhere(
  reader: TokenReader,
  placeholders: Placeholders,
  { definition }: Table,
): { key: Item; condition: Condition } {
  if (!reader.acceptKeyword('WHERE')) reader.fail();
  const key: { [name: string]: AttributeValue } = {};
  const names = [definition.hash, ...(definition.range === undefined ? [] : [definition.range])];
  while (Object.keys(key).length < names.length) {
    const name = reader.take().text;
    if (!names.includes(name) || Object.hasOwn(key, name))
      throw validation(
        `Where clause does not contain a mandatory equality on all key attributes: ${names.join(', ')} come first.`,
      );
    reader.expect('=');
    key[name] = readValue(reader, placeholders);
    if (!reader.acceptKeyword('AND')) {
      if (Object.keys(key).length < names.length)
        throw validation('Where clause does not contain a mandatory equality on all key attributes');
      return { key, condition: () => true };
    }
  }
  return { key, condition: readCondition(reader, placeholders) };
}
