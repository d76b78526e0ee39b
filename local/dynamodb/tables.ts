import type { SQLInputValue } from 'node:sqlite';
import type { CloudContext } from '../context.ts';
import { AwsError } from '../service.ts';
import { type AttributeValue, type Item, raw, typeOf, validation } from './attributeValue.ts';
import { encodeNumber } from './decimal.ts';

export interface KeySchema {
  readonly hash: string;
  readonly range: string | undefined;
}

export interface IndexDefinition extends KeySchema {
  readonly name: string;
  /** Of the partitions of its table: it is written with the item, and read consistently if asked (AWS: "Local secondary indexes"). */
  readonly isLocal: boolean;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly nonKeyAttributes: readonly string[];
}

export interface TableDefinition extends KeySchema {
  readonly name: string;
  /** Attribute → S, N or B. */
  readonly attributes: Readonly<Record<string, 'S' | 'N' | 'B'>>;
  readonly indexes: readonly IndexDefinition[];
  readonly ttlAttribute: string | undefined;
  readonly deletionProtection: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

type Statement = ReturnType<CloudContext['store']['db']['prepare']>;

interface StoredIndex {
  readonly definition: IndexDefinition;
  readonly table: string;
  readonly put: Statement;
  readonly remove: Statement;
}

/** A table's rows in SQLite: one table for the items, one for each index; keys as bytes that sort as DynamoDB sorts. */
export interface Table {
  readonly definition: TableDefinition;
  readonly arn: string;
  get(key: EncodedKey): Item | undefined;
  /** Replaces or removes an item and keeps the indexes in step. */
  set(key: EncodedKey, before: Item | undefined, after: Item | undefined): void;
  /** Items in key order, of the table or of an index, from behind `start` on. */
  scan(options: ScanOptions): Iterable<Item>;
  indexOf(name: string): IndexDefinition;
  /** Items to delete, at most a thousand: whose TTL attribute is before `now` (epoch seconds), but not by more than five years. */
  expired(now: number): Array<{ readonly key: EncodedKey; readonly item: Item }>;
  /** Reads the TTL attribute of every item anew, after it became another one. */
  rereadTtl(): void;
}

export interface EncodedKey {
  readonly hash: Buffer;
  readonly range: Buffer;
}

export interface ScanOptions {
  readonly index?: string | undefined;
  readonly hash?: Buffer | undefined;
  readonly lower?: Buffer | undefined;
  readonly upper?: Buffer | undefined;
  readonly forward?: boolean | undefined;
  readonly start?: Item | undefined;
}

const empty = Buffer.alloc(0);

/** Seconds; what expired longer ago stays (AWS: "Using time to live (TTL) in DynamoDB"): five years. */
const ttlPast = 5 * 365 * 86_400;

export function encodeKeyValue(value: AttributeValue): Buffer {
  if ('S' in value) return Buffer.from(value.S);
  if ('N' in value) return encodeNumber(value.N);
  if ('B' in value) return Buffer.from(value.B, 'base64');
  throw validation('One or more parameter values were invalid: Type mismatch for key');
}

/** The key of an item by a schema, or undefined when the item has no such attributes (then it isn't in that index). */
function keyOf(item: Item, schema: KeySchema, attributes: TableDefinition['attributes']): EncodedKey | undefined {
  const part = (name: string) => {
    const value = item[name];
    return value && typeOf(value) === attributes[name] ? encodeKeyValue(value) : undefined;
  };
  const hash = part(schema.hash);
  const range = schema.range === undefined ? empty : part(schema.range);
  return hash && range ? { hash, range } : undefined;
}

/** The key of an item to write. @throws AwsError as DynamoDB words a missing or wrong key. */
export function itemKey(item: Item, definition: TableDefinition): EncodedKey {
  for (const name of [definition.hash, definition.range])
    if (name !== undefined)
      checkKeyAttribute(name, item[name], definition, 'One or more parameter values were invalid: ');
  for (const index of definition.indexes) {
    for (const name of [index.hash, index.range]) {
      const value = name === undefined ? undefined : item[name];
      if (name === undefined || value === undefined) continue;
      if (typeOf(value) !== definition.attributes[name]) {
        throw validation(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${definition.attributes[name]} Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
      if (raw(value) === '')
        throw validation(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index.name}, IndexKey: ${name}`,
        );
    }
  }
  return keyOf(item, definition, definition.attributes) as EncodedKey;
}

/** The key that a request names. @throws AwsError when it isn't exactly the key attributes. */
export function requestKey(key: Item, definition: TableDefinition): EncodedKey {
  const names = [definition.hash, ...(definition.range === undefined ? [] : [definition.range])];
  if (Object.keys(key).length !== names.length || !names.every((name) => Object.hasOwn(key, name)))
    throw validation('The provided key element does not match the schema');
  for (const name of names) checkKeyAttribute(name, key[name], definition, '');
  return keyOf(key, definition, definition.attributes) as EncodedKey;
}

/** @throws AwsError when an update names an attribute of the key. */
export function checkNoKey(
  paths: readonly (readonly [string, ...unknown[]])[],
  { hash, range }: TableDefinition,
): void {
  const name = paths.find(([first]) => first === hash || first === range)?.[0];
  if (name !== undefined)
    throw validation(
      `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
    );
}

/** Bytes of a hash key, and of a range key (AWS: "Quotas in Amazon DynamoDB"). */
const hashLimit = 2048;
const rangeLimit = 1024;

function checkKeyAttribute(
  name: string,
  value: AttributeValue | undefined,
  definition: TableDefinition,
  prefix: string,
): void {
  const expected = definition.attributes[name];
  if (value === undefined) throw validation(`${prefix}Missing the key ${name} in the item`);
  if (typeOf(value) !== expected) {
    throw validation(
      prefix
        ? `${prefix}Type mismatch for key ${name} expected: ${expected} actual: ${typeOf(value)}`
        : 'The provided key element does not match the schema',
    );
  }
  if (raw(value) === '') {
    throw validation(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${expected === 'B' ? 'binary' : 'string'} value. Key: ${name}`,
    );
  }
  const { length } = encodeKeyValue(value);
  // The first message lacks its space in AWS too.
  if (name === definition.hash && length > hashLimit)
    throw validation(
      `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of${hashLimit} bytes`,
    );
  if (name === definition.range && length > rangeLimit) {
    throw validation(
      `One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of ${rangeLimit} bytes`,
    );
  }
}

/** All tables of the local cloud. */
export function openTables(context: CloudContext) {
  const { store } = context;
  store.db.exec(
    'CREATE TABLE IF NOT EXISTS ddb_table (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, definition TEXT NOT NULL)',
  );
  const tables = new Map<string, Table>();
  const rows = store.db.prepare('SELECT id, definition FROM ddb_table').all() as Array<{
    id: number;
    definition: string;
  }>;
  const ids = new Map<string, number>();
  for (const row of rows) {
    const definition = JSON.parse(row.definition) as TableDefinition;
    ids.set(definition.name, row.id);
    tables.set(definition.name, openTable(context, row.id, definition));
  }

  return {
    list: () => [...tables.keys()].sort(),
    find: (name: string) => tables.get(name),
    get(nameOrArn: unknown): Table {
      const name = String(nameOrArn ?? '').split('/')[nameOrArn?.toString().startsWith('arn:') ? 1 : 0] ?? '';
      const table = tables.get(name);
      if (!table)
        throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
      return table;
    },
    /** Makes the table, or brings its indexes and settings up to the definition. @throws Error when its keys would change. */
    put(definition: TableDefinition): Table {
      const existing = tables.get(definition.name);
      const keys = ({ hash, range, attributes }: TableDefinition) =>
        JSON.stringify([hash, attributes[hash], range, range && attributes[range]]);
      if (existing && keys(existing.definition) !== keys(definition)) {
        throw new Error(
          `the key schema of ${definition.name} changed; DynamoDB would replace the table. Start with --fresh to begin anew.`,
        );
      }
      const kept = { ...definition, createdAt: existing?.definition.createdAt ?? definition.createdAt };
      store.write(() =>
        store.db
          .prepare(
            'INSERT INTO ddb_table (name, definition) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition',
          )
          .run(kept.name, JSON.stringify(kept)),
      );
      const id =
        ids.get(kept.name) ??
        Number((store.db.prepare('SELECT id FROM ddb_table WHERE name = ?').get(kept.name) as { id: number }).id);
      ids.set(kept.name, id);
      const table = openTable(context, id, kept);
      tables.set(kept.name, table);
      if (existing && existing.definition.ttlAttribute !== kept.ttlAttribute) table.rereadTtl();
      return table;
    },
    delete(name: string): void {
      const id = ids.get(name);
      if (id === undefined) return;
      store.write(() => {
        for (const table of [`ddb_${id}`, ...storedIndexes(store.db, `ddb_${id}`)])
          store.db.exec(`DROP TABLE ${table}`);
        store.db.prepare('DELETE FROM ddb_table WHERE id = ?').run(id);
      });
      tables.delete(name);
      ids.delete(name);
    },
  };
}

export type Tables = ReturnType<typeof openTables>;

function openTable(context: CloudContext, id: number, definition: TableDefinition): Table {
  const { store } = context;
  const { db } = store;
  const main = `ddb_${id}`;
  db.exec(
    `CREATE TABLE IF NOT EXISTS ${main} (h BLOB NOT NULL, r BLOB NOT NULL, item TEXT NOT NULL, ttl INTEGER, PRIMARY KEY (h, r)) WITHOUT ROWID`,
  );
  if (definition.ttlAttribute !== undefined)
    db.exec(`CREATE INDEX IF NOT EXISTS ${main}_ttl ON ${main} (ttl) WHERE ttl IS NOT NULL`);
  // Named after its keys as well: an index with other keys is another index. Those that the definition lost are dropped, lest
  // they come back one day without what was written meanwhile.
  const nameOf = ({ name, hash, range }: IndexDefinition) => {
    const typed = [name, hash, definition.attributes[hash], range, range && definition.attributes[range]];
    return `${main}_${Buffer.from(JSON.stringify(typed)).toString('hex')}`;
  };
  const wanted = new Set(definition.indexes.map(nameOf));
  for (const table of storedIndexes(db, main)) if (!wanted.has(table)) db.exec(`DROP TABLE ${table}`);
  const indexes = definition.indexes.map((index) => openIndex(context, nameOf(index), main, index, definition));
  const statements = {
    get: db.prepare(`SELECT item FROM ${main} WHERE h = ? AND r = ?`),
    put: db.prepare(
      `INSERT INTO ${main} VALUES (?, ?, ?, ?) ON CONFLICT (h, r) DO UPDATE SET item = excluded.item, ttl = excluded.ttl`,
    ),
    remove: db.prepare(`DELETE FROM ${main} WHERE h = ? AND r = ?`),
    expired: db.prepare(`SELECT h, r, item FROM ${main} WHERE ttl < ? AND ttl > ? LIMIT 1000`),
    all: db.prepare(`SELECT h, r, item FROM ${main}`),
    setTtl: db.prepare(`UPDATE ${main} SET ttl = ? WHERE h = ? AND r = ?`),
  };
  const scans = new Map<string, Statement>();
  const parsed = openParsedItems();
  const ttlOf = (item: Item) => {
    const value = definition.ttlAttribute === undefined ? undefined : item[definition.ttlAttribute];
    return value && 'N' in value ? Math.floor(Number(value.N)) : null;
  };

  return {
    definition,
    arn: `arn:aws:dynamodb:${context.region}:${context.accountId}:table/${definition.name}`,
    get(key) {
      const row = statements.get.get(key.hash, key.range) as { item: string } | undefined;
      return row && (JSON.parse(row.item) as Item);
    },
    set(key, before, after) {
      parsed.forget(key);
      store.write(() => {
        if (after) statements.put.run(key.hash, key.range, JSON.stringify(after), ttlOf(after));
        else statements.remove.run(key.hash, key.range);
        for (const index of indexes) updateIndex(index, key, before, after, definition);
      });
    },
    *scan(options) {
      const stored =
        options.index === undefined ? undefined : indexes.find(({ definition: { name } }) => name === options.index);
      const { sql, values } = scanStatement(main, stored, definition, options);
      let statement = scans.get(sql);
      if (!statement) {
        statement = db.prepare(sql);
        scans.set(sql, statement);
      }
      // All rows at once would be simpler; an iterator stops at the page's end and leaves the rest unread.
      for (const row of statement.iterate(...values) as Iterable<Omit<StoredRow, 'item'>>) {
        const key = { hash: asBuffer(row.h), range: asBuffer(row.r) };
        const item = parsed.get(key, () => statements.get.get(key.hash, key.range) as { item: string } | undefined);
        if (item) yield item;
      }
    },
    indexOf(name) {
      const found = definition.indexes.find((index) => index.name === name);
      if (!found) throw validation(`The table does not have the specified index: ${name}`);
      return found;
    },
    expired: (now) => (statements.expired.all(now, now - ttlPast) as unknown as StoredRow[]).map(readRow),
    rereadTtl() {
      const read = (statements.all.all() as unknown as StoredRow[]).map(readRow);
      store.write(() => {
        for (const { key, item } of read) statements.setTtl.run(ttlOf(item), key.hash, key.range);
      });
    },
  };
}

interface StoredRow {
  readonly h: Uint8Array;
  readonly r: Uint8Array;
  readonly item: string;
}

const readRow = ({ h, r, item }: StoredRow) => ({
  key: { hash: Buffer.from(h), range: Buffer.from(r) },
  item: JSON.parse(item) as Item,
});

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array) => Buffer.from(buffer, byteOffset, length);

/** Characters of items that a table keeps parsed. */
const parsedLimit = 16 * 1024 * 1024;

/**
 * Items that queries have read, as they were parsed: a query with a filter looks at thousands. Nothing reads them by a query within a
 * transaction, so what is rolled back was never here.
 */
function openParsedItems() {
  const items = new Map<string, Item>();
  let characters = 0;
  const nameOf = ({ hash, range }: EncodedKey) =>
    `${hash.length} ${hash.toString('latin1')}${range.toString('latin1')}`;
  return {
    get(key: EncodedKey, read: () => { item: string } | undefined): Item | undefined {
      const name = nameOf(key);
      const known = items.get(name);
      if (known) return known;
      const row = read();
      if (!row) return undefined;
      if (characters > parsedLimit) {
        items.clear();
        characters = 0;
      }
      const item = JSON.parse(row.item) as Item;
      items.set(name, item);
      characters += row.item.length;
      return item;
    },
    forget: (key: EncodedKey) => void items.delete(nameOf(key)),
  };
}

function storedIndexes(db: CloudContext['store']['db'], main: string): string[] {
  const rows = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?")
    .all(`${main}_*`) as Array<{ name: string }>;
  return rows.map(({ name }) => name);
}

function openIndex(
  context: CloudContext,
  table: string,
  main: string,
  definition: IndexDefinition,
  owner: TableDefinition,
): StoredIndex {
  const { db } = context.store;
  const isNew = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) === undefined;
  db.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (h BLOB NOT NULL, r BLOB NOT NULL, ph BLOB NOT NULL, pr BLOB NOT NULL, PRIMARY KEY (h, r, ph, pr)) WITHOUT ROWID`,
  );
  const index: StoredIndex = {
    definition,
    table,
    put: db.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?)`),
    remove: db.prepare(`DELETE FROM ${table} WHERE h = ? AND r = ? AND ph = ? AND pr = ?`),
  };
  if (isNew) {
    const rows = db.prepare(`SELECT h, r, item FROM ${main}`).all() as Array<{
      h: Uint8Array;
      r: Uint8Array;
      item: string;
    }>;
    context.store.write(() => {
      for (const row of rows)
        updateIndex(
          index,
          { hash: Buffer.from(row.h), range: Buffer.from(row.r) },
          undefined,
          JSON.parse(row.item) as Item,
          owner,
        );
    });
  }
  return index;
}

function updateIndex(
  index: StoredIndex,
  key: EncodedKey,
  before: Item | undefined,
  after: Item | undefined,
  { attributes }: TableDefinition,
): void {
  const old = before && keyOf(before, index.definition, attributes);
  const next = after && keyOf(after, index.definition, attributes);
  if (old && next && old.hash.equals(next.hash) && old.range.equals(next.range)) return;
  if (old) index.remove.run(old.hash, old.range, key.hash, key.range);
  if (next) index.put.run(next.hash, next.range, key.hash, key.range);
}

function scanStatement(
  main: string,
  stored: StoredIndex | undefined,
  definition: TableDefinition,
  options: ScanOptions,
): { sql: string; values: SQLInputValue[] } {
  const values: SQLInputValue[] = [];
  const where: string[] = [];
  const alias = stored ? 'x' : 'm';
  const forward = options.forward !== false;
  const direction = forward ? 'ASC' : 'DESC';
  if (options.hash) {
    where.push(`${alias}.h = ?`);
    values.push(options.hash);
  }
  if (options.lower) {
    where.push(`${alias}.r >= ?`);
    values.push(options.lower);
  }
  if (options.upper) {
    where.push(`${alias}.r <= ?`);
    values.push(options.upper);
  }
  const columns = stored ? ['x.h', 'x.r', 'x.ph', 'x.pr'] : ['m.h', 'm.r'];
  if (options.start) {
    const startKey = keyOf(options.start, definition, definition.attributes);
    const indexKey = stored && keyOf(options.start, stored.definition, definition.attributes);
    if (!startKey || (stored && !indexKey)) throw validation('The provided starting key is invalid');
    where.push(`(${columns.join(', ')}) ${forward ? '>' : '<'} (${columns.map(() => '?').join(', ')})`);
    if (indexKey) values.push(indexKey.hash, indexKey.range);
    values.push(startKey.hash, startKey.range);
  }
  const from = stored ? `${stored.table} x` : `${main} m`;
  const key = stored ? 'x.ph AS h, x.pr AS r' : 'm.h AS h, m.r AS r';
  const order = columns.map((column) => `${column} ${direction}`).join(', ');
  return {
    sql: `SELECT ${key} FROM ${from}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} ORDER BY ${order}`,
    values,
  };
}
