import { type Item, type MutableItem, itemBytes, validation } from './attributeValue.ts';
import { parseCondition } from './condition.ts';
import { type DocumentPath, readPath, valueAt } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';
import { encodeKeyValue, type IndexDefinition, type ScanOptions, type Table, type TableDefinition } from './tables.ts';
import { parseKeyCondition } from './keyCondition.ts';

/** A page of Query or Scan ends at 1 MB (AWS: "Paginating table query results"). */
const pageBytes = 1024 * 1024;

export interface ReadRequest {
  readonly IndexName?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExclusiveStartKey?: Item;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly Select?: string;
  readonly ConsistentRead?: boolean;
}

export interface ReadPage {
  readonly items: readonly Item[];
  readonly scannedCount: number;
  readonly scannedBytes: number;
  readonly lastKey: Item | undefined;
}

/** Query (with a key condition) and Scan (without). */
export function readPage(table: Table, request: ReadRequest, placeholders: Placeholders): ReadPage {
  const { definition } = table;
  const index = request.IndexName === undefined ? undefined : table.indexOf(request.IndexName);
  if (index && request.ConsistentRead === true) throw validation('Consistent reads are not supported on global secondary indexes');
  if (request.Limit !== undefined && request.Limit < 1) throw validation(`1 validation error detected: Value '${request.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`);
  const filter = request.FilterExpression === undefined ? undefined : parseCondition(request.FilterExpression, placeholders, 'FilterExpression');
  const project = projection(request.ProjectionExpression, placeholders);
  const { options, excluded } = scanOptions(request, index, definition, placeholders);
  const limit = request.Limit ?? Number.POSITIVE_INFINITY;
  const items: Item[] = [];
  let scannedCount = 0;
  let scannedBytes = 0;
  let last: Item | undefined;
  for (const stored of table.scan(options)) {
    if (excluded(stored)) continue;
    // One look further than the page, so that a last key is only given when there is more.
    if (scannedCount >= limit || scannedBytes >= pageBytes) {
      return { items, scannedCount, scannedBytes, lastKey: last && keyAttributes(last, definition, index) };
    }
    const item = index ? projected(stored, definition, index) : stored;
    scannedCount += 1;
    scannedBytes += itemBytes(item);
    last = stored;
    if (!filter || filter(item)) items.push(project(item));
  }
  return { items, scannedCount, scannedBytes, lastKey: undefined };
}

function scanOptions(request: ReadRequest, index: IndexDefinition | undefined, definition: TableDefinition, placeholders: Placeholders) {
  const base: ScanOptions = { index: index?.name, start: request.ExclusiveStartKey, forward: request.ScanIndexForward };
  if (request.KeyConditionExpression === undefined) return { options: base, excluded: () => false };
  const schema = index ?? definition;
  const span = parseKeyCondition(request.KeyConditionExpression, placeholders, schema, definition);
  return {
    options: { ...base, hash: span.hash, lower: span.lower, upper: span.upper },
    excluded: (item: Item) => {
      const range = schema.range === undefined ? undefined : item[schema.range];
      return span.excludes.length > 0 && range !== undefined && span.excludes.some((bound) => bound.equals(encodeKeyValue(range)));
    },
  };
}

/** What the index holds of an item. */
function projected(item: Item, definition: TableDefinition, index: IndexDefinition): Item {
  if (index.projection === 'ALL') return item;
  const names = [definition.hash, definition.range, index.hash, index.range, ...(index.projection === 'INCLUDE' ? index.nonKeyAttributes : [])];
  return pick(item, names);
}

function keyAttributes(item: Item, definition: TableDefinition, index: IndexDefinition | undefined): Item {
  return pick(item, [definition.hash, definition.range, index?.hash, index?.range]);
}

function pick(item: Item, names: readonly (string | undefined)[]): Item {
  const picked: MutableItem = {};
  for (const name of names) {
    const value = name === undefined ? undefined : item[name];
    if (name !== undefined && value !== undefined) picked[name] = value;
  }
  return picked;
}

/** Parses a projection expression to a function that keeps the named paths. */
export function projection(text: string | undefined, placeholders: Placeholders): (item: Item) => Item {
  if (text === undefined) return (item) => item;
  const reader = new TokenReader(text, 'ProjectionExpression');
  const paths: DocumentPath[] = [];
  do paths.push(readPath(reader, placeholders));
  while (reader.accept(','));
  reader.end();
  return (item) => {
    const result: MutableItem = {};
    for (const path of paths) {
      const value = valueAt(item, path);
      if (value === undefined) continue;
      if (path.length === 1) result[path[0]] = value;
      else graft(result, path, value);
    }
    return result;
  };
}

/** Puts a nested value where it was, making the maps and lists around it. */
function graft(result: MutableItem, path: DocumentPath, value: Item[string]): void {
  const [name, ...rest] = path;
  const wrap = (steps: readonly (string | number)[], existing: Item[string] | undefined): Item[string] => {
    const [step, ...more] = steps;
    if (step === undefined) return value;
    if (typeof step === 'number') return { L: [...(existing && 'L' in existing ? existing.L : []), wrap(more, undefined)] };
    const map = existing && 'M' in existing ? existing.M : {};
    return { M: { ...map, [step]: wrap(more, map[step]) } };
  };
  result[name] = wrap(rest, result[name]);
}
