import { AwsError } from '../service.ts';
import { type AttributeValue, type Item, type MutableItem, checkItemSize, validation } from './attributeValue.ts';
import { type Condition, readCondition, readValue } from './condition.ts';
import { type DocumentPath, readPath, withValueAt } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';
import { readSetOperand } from './update.ts';
import { itemKey, requestKey, type Table, type Tables } from './tables.ts';

/** A parsed PartiQL statement that writes one item. */
export interface WriteStatement {
  readonly table: Table;
  readonly action: 'PartiQLInsert' | 'PartiQLUpdate' | 'PartiQLDelete';
  /** @throws AwsError DuplicateItemException or ConditionalCheckFailedException. */
  execute(): { readonly before: Item | undefined; readonly after: Item | undefined };
}

const conditionFailed = () => new AwsError('ConditionalCheckFailedException', 'The conditional request failed');

/**
 * Parses INSERT, UPDATE and DELETE of one item (AWS: "PartiQL for DynamoDB statements").
 * @throws AwsError ValidationException for any other statement, by name.
 */
export function parseStatement(statement: string, parameters: readonly unknown[], tables: Tables): WriteStatement {
  const reader = new TokenReader(statement, 'statement');
  const placeholders: Placeholders = { names: undefined, values: Object.fromEntries(parameters.map((value, index) => [`?${index}`, value])), used: new Set() };
  const verb = reader.take().text.toUpperCase();
  const parse = { INSERT: parseInsert, UPDATE: parseUpdateStatement, DELETE: parseDelete }[verb];
  if (!parse) throw validation(`The local cloud honours INSERT, UPDATE and DELETE in PartiQL, not ${verb}.`);
  const parsed = parse(reader, placeholders, tables);
  reader.end();
  if (placeholders.used.size !== parameters.length) throw validation("Number of parameters in request and statement don't match.");
  return parsed;
}

function parseInsert(reader: TokenReader, placeholders: Placeholders, tables: Tables): WriteStatement {
  if (!reader.acceptKeyword('INTO')) reader.fail();
  const table = tables.get(reader.take().text);
  if (!reader.acceptKeyword('VALUE')) reader.fail();
  const item: MutableItem = {};
  reader.expect('{');
  do {
    const key = reader.take();
    if (key.kind !== 'string') reader.fail();
    reader.expect(':');
    item[key.text] = readValue(reader, placeholders);
  } while (reader.accept(','));
  reader.expect('}');
  return {
    table,
    action: 'PartiQLInsert',
    execute() {
      const key = itemKey(item, table.definition);
      checkItemSize(item);
      if (table.get(key)) throw new AwsError('DuplicateItemException', 'Duplicate primary key exists in table');
      table.set(key, undefined, item);
      return { before: undefined, after: item };
    },
  };
}

function parseUpdateStatement(reader: TokenReader, placeholders: Placeholders, tables: Tables): WriteStatement {
  const table = tables.get(reader.take().text);
  const changes: Array<{ path: DocumentPath; value: ((item: Item) => AttributeValue | undefined) | undefined }> = [];
  while (reader.isKeyword('SET') || reader.isKeyword('REMOVE')) {
    const remove = reader.take().text.toUpperCase() === 'REMOVE';
    do {
      const path = readPath(reader, placeholders);
      if (!remove) reader.expect('=');
      changes.push({ path, value: remove ? undefined : readSetOperand(reader, placeholders) });
    } while (reader.accept(','));
  }
  if (changes.length === 0) reader.fail();
  const { key, condition } = readWhere(reader, placeholders, table);
  if (reader.isKeyword('RETURNING')) throw validation('The local cloud does not honour RETURNING.');
  return {
    table,
    action: 'PartiQLUpdate',
    execute() {
      const encoded = requestKey(key, table.definition);
      const before = table.get(encoded);
      // Unlike UpdateItem, PartiQL's UPDATE never makes an item (AWS: "PartiQL update statements").
      if (!before || !condition(before)) throw conditionFailed();
      const after = changes.reduce((item, { path, value }) => {
        const next = value?.(before);
        if (value && next === undefined) throw validation('The provided expression refers to an attribute that does not exist in the item');
        return withValueAt(item, path, next);
      }, before);
      checkItemSize(after);
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
    execute() {
      const encoded = requestKey(key, table.definition);
      const before = table.get(encoded);
      if (before && !condition(before)) throw conditionFailed();
      if (before) table.set(encoded, before, undefined);
      return { before, after: undefined };
    },
  };
}

/** `WHERE hash = ? [AND range = ?] [AND more]`: the key attributes first, then whatever else must hold. */
function readWhere(reader: TokenReader, placeholders: Placeholders, { definition }: Table): { key: Item; condition: Condition } {
  if (!reader.acceptKeyword('WHERE')) reader.fail();
  const key: MutableItem = {};
  const names = [definition.hash, ...(definition.range === undefined ? [] : [definition.range])];
  while (Object.keys(key).length < names.length) {
    const name = reader.take().text;
    if (!names.includes(name) || name in key) throw validation(`Where clause does not contain a mandatory equality on all key attributes: ${names.join(', ')} come first.`);
    reader.expect('=');
    key[name] = readValue(reader, placeholders);
    if (!reader.acceptKeyword('AND')) {
      if (Object.keys(key).length < names.length) throw validation('Where clause does not contain a mandatory equality on all key attributes');
      return { key, condition: () => true };
    }
  }
  return { key, condition: readCondition(reader, placeholders) };
}
