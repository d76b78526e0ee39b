import {
  type AttributeValue,
  type Item,
  itemBytes,
  type MutableItem,
  parseItem,
  validation,
} from './attributeValue.ts';
import { type Condition, readCondition } from './condition.ts';
import { type DocumentPath, readPath } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';
import { parseKeyCondition } from './keyCondition.ts';
import {
  encodeKeyValue,
  type IndexDefinition,
  type KeySchema,
  type ScanOptions,
  type Table,
  type TableDefinition,
} from './tables.ts';

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
  if (index?.isLocal === false && request.ConsistentRead === true)
    throw validation('Consistent reads are not supported on global secondary indexes');
  if (request.Limit !== undefined && request.Limit < 1)
    throw validation(
      `1 validation error detected: Value '${request.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  const filter = readFilter(request, index ?? definition, placeholders);
  const project = projection(request.ProjectionExpression, placeholders);
  checkProjected(request.Select, project.attributes, definition, index);
  const { options, excluded } = scanOptions(request, index, definition, placeholders);
  const items: Item[] = [];
  let scannedCount = 0;
  let scannedBytes = 0;
  for (const stored of table.scan(options)) {
    if (excluded(stored)) continue;
    const item = index ? projected(stored, definition, index) : stored;
    scannedCount += 1;
    scannedBytes += knownBytes(item);
    if (!filter || filter(item)) items.push(project.keep(item));
    // As on AWS, a page that is full has a last key, whether or not anything follows.
    if (scannedCount === request.Limit || scannedBytes >= pageBytes) {
      return { items, scannedCount, scannedBytes, lastKey: keyAttributes(stored, definition, index) };
    }
  }
  return { items, scannedCount, scannedBytes, lastKey: undefined };
}

const sizes = new WeakMap<Item, number>();

/** Bytes of an item that a table keeps: counted once. */
function knownBytes(item: Item): number {
  const bytes = sizes.get(item) ?? itemBytes(item);
  sizes.set(item, bytes);
  return bytes;
}

function readFilter(
  { FilterExpression: text, KeyConditionExpression }: ReadRequest,
  { hash, range }: KeySchema,
  placeholders: Placeholders,
): Condition | undefined {
  if (text === undefined) return undefined;
  const reader = new TokenReader(text, 'FilterExpression');
  const filter = readCondition(reader, placeholders);
  reader.end();
  const key = [hash, range].find((name) => name !== undefined && reader.attributes.has(name));
  if (KeyConditionExpression !== undefined && key !== undefined) {
    throw validation(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
  }
  return filter;
}

/** Refuses to read from an index what it doesn't hold. */
function checkProjected(
  select: string | undefined,
  attributes: ReadonlySet<string>,
  definition: TableDefinition,
  index: IndexDefinition | undefined,
): void {
  if (!index || index.projection === 'ALL') return;
  const prefix = 'One or more parameter values were invalid:';
  if (select === 'ALL_ATTRIBUTES') {
    throw validation(
      `${prefix} Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  const held = heldBy(index, definition);
  const missing = [...attributes].filter((name) => !held.includes(name));
  if (missing.length > 0)
    throw validation(`${prefix} Global secondary index ${index.name} does not project [${missing.join(', ')}]`);
}

function scanOptions(
  request: ReadRequest,
  index: IndexDefinition | undefined,
  definition: TableDefinition,
  placeholders: Placeholders,
) {
  const start = request.ExclusiveStartKey && parseItem(request.ExclusiveStartKey);
  const keyNames = new Set(
    [definition.hash, definition.range, index?.hash, index?.range].filter((name) => name !== undefined),
  );
  if (start && Object.keys(start).length !== keyNames.size) throw validation('The provided starting key is invalid');
  const base: ScanOptions = { index: index?.name, start, forward: request.ScanIndexForward };
  if (request.KeyConditionExpression === undefined) return { options: base, excluded: () => false };
  const schema = index ?? definition;
  const span = parseKeyCondition(request.KeyConditionExpression, placeholders, schema, definition);
  const startHash = start?.[schema.hash];
  if (startHash && !encodeKeyValue(startHash).equals(span.hash)) {
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  }
  return {
    options: { ...base, hash: span.hash, lower: span.lower, upper: span.upper },
    excluded: (item: Item) => {
      const range = schema.range === undefined ? undefined : item[schema.range];
      return (
        span.excludes.length > 0 &&
        range !== undefined &&
        span.excludes.some((bound) => bound.equals(encodeKeyValue(range)))
      );
    },
  };
}

/** What the index holds of an item. */
function projected(item: Item, definition: TableDefinition, index: IndexDefinition): Item {
  return index.projection === 'ALL' ? item : pick(item, heldBy(index, definition));
}

const heldBy = (index: IndexDefinition, { hash, range }: TableDefinition) => [
  hash,
  range,
  index.hash,
  index.range,
  ...(index.projection === 'INCLUDE' ? index.nonKeyAttributes : []),
];

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

export interface Projection {
  /** First names of its paths. */
  readonly attributes: ReadonlySet<string>;
  keep(item: Item): Item;
}

/** Parses a projection expression (AWS: "Projection expressions"); without one, all is kept. */
export function projection(text: string | undefined, placeholders: Placeholders): Projection {
  if (text === undefined) return { attributes: new Set(), keep: (item) => item };
  const reader = new TokenReader(text, 'ProjectionExpression');
  const paths: DocumentPath[] = [];
  do paths.push(readPath(reader, placeholders));
  while (reader.accept(','));
  reader.end();
  return { attributes: reader.attributes, keep: (item) => keepPaths(item, paths) };
}

/** The parts of an item that the paths name, where they were; lists close up. */
export function keepPaths(item: Item, paths: readonly DocumentPath[]): Item {
  const kept = keep({ M: item }, paths);
  return kept && 'M' in kept ? kept.M : {};
}

function keep(
  value: AttributeValue | undefined,
  paths: ReadonlyArray<readonly (string | number)[]>,
): AttributeValue | undefined {
  if (value === undefined || paths.some((path) => path.length === 0)) return value;
  const steps = Map.groupBy(paths, ([step]) => step);
  const parts = [...steps].flatMap(([step, under]) => {
    const inner =
      'M' in value && typeof step === 'string'
        ? value.M[step]
        : 'L' in value && typeof step === 'number'
          ? value.L[step]
          : undefined;
    const part = keep(
      inner,
      under.map((path) => path.slice(1)),
    );
    return part === undefined ? [] : [[step, part] as const];
  });
  if (parts.length === 0) return undefined;
  if ('M' in value) return { M: Object.fromEntries(parts) };
  return { L: parts.sort(([a], [b]) => Number(a) - Number(b)).map(([, part]) => part) };
}
