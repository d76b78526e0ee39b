import { randomUUID } from 'node:crypto';
import type { DuckDBValue } from '@duckdb/node-api';
import { z } from 'zod';
import type { AwsRequest, Permission } from '../service.ts';
import type { Catalog, TimestreamTable } from './catalog.ts';
import type { ColumnStore, ResultColumn } from './columnStore.ts';
import { type Body, invalid, readInput } from './input.ts';
import { namedPairs, namesIn, type Parameters, toDuckDb } from './querySql.ts';
import { createResultPages } from './resultPages.ts';
import { type ColumnType, columnNames, columnType, datum } from './resultSet.ts';
import type { Writer } from './writer.ts';

const queryString = z.string().min(1).max(262_144);
const inputs = {
  Query: z.strictObject({
    QueryString: queryString,
    // Reading twice changes nothing: a token that the SDK makes needs no memory.
    ClientToken: z.string().min(32).max(128).optional(),
    NextToken: z.string().optional(),
    MaxRows: z.int().min(1).max(1000).optional(),
    QueryInsights: z.strictObject({ Mode: z.literal('DISABLED') }).optional(),
  }),
  PrepareQuery: z.strictObject({ QueryString: queryString, ValidateOnly: z.literal(true) }),
  CancelQuery: z.strictObject({ QueryId: z.string() }),
};

interface NamedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export interface QueryResult {
  readonly columns: readonly NamedColumn[];
  readonly rows: readonly DuckDBValue[][];
}

/** Queries in Timestream's SQL on DuckDB. */
export function createQueries(catalog: Catalog, writer: Pick<Writer, 'columnsOf'>, store: ColumnStore) {
  const read = (query: string): TimestreamTable[] => {
    // DuckDB doesn't tell the case of names apart, so neither may this.
    const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
    const named = namedPairs(query);
    return catalog
      .tables()
      .filter((table) => named.some(([first, second]) => same(first, table.database) && same(second, table.name)));
  };
  const columnsRead = (query: string) =>
    new Set(['time', 'measure_name', ...read(query).flatMap(({ id }) => [...writer.columnsOf(id).keys()])]);
  const named = (query: string, columns: readonly ResultColumn[]): NamedColumn[] => {
    const names = columnNames(
      query,
      columns.map(({ name }) => name),
      columnsRead(query),
    );
    return columns.map(({ type }, index) => ({ name: names[index] ?? '', type: columnType(type) }));
  };

  return {
    columnsRead,
    /** What a principal needs (AWS: "Actions, resources, and condition keys for Amazon Timestream"). */
    permissions(query: string): Permission[] {
      const tables = read(query);
      return tables.length === 0
        ? [{ action: 'timestream:SelectValues', resource: '*' }]
        : tables.map(({ database, name }) => ({ action: 'timestream:Select', resource: catalog.arn(database, name) }));
    },
    /** @throws AwsError ValidationException */
    async run(query: string, parameters?: Parameters): Promise<QueryResult> {
      const sql = toDuckDb(query, new Date(), parameters);
      const { columns, rows } = await store.run(sql).catch(notValid);
      return { columns: named(query, columns), rows };
    },
    /** The columns that it would answer. @throws AwsError ValidationException */
    async prepare(query: string, parameters?: Parameters): Promise<NamedColumn[]> {
      const sql = toDuckDb(query, new Date(), parameters);
      return named(query, await store.prepare(sql).catch(notValid));
    },
  };
}

export type Queries = ReturnType<typeof createQueries>;

function notValid(error: unknown): never {
  throw invalid(`The query is not valid: ${error instanceof Error ? error.message : String(error)}`);
}

/** Query, PrepareQuery and CancelQuery (AWS: Timestream for LiveAnalytics API reference, "Amazon Timestream Query"). */
export function queryOperations(
  queries: Queries,
): Readonly<Record<string, (body: Body, request: Pick<AwsRequest, 'principal'>) => unknown>> {
  const pages = createResultPages();
  return {
    async Query(body, { principal }) {
      const { QueryString: query, MaxRows: maxRows, NextToken: token } = readInput(inputs.Query, body);
      if (token !== undefined) return pages.following(token, query, principal.arn, maxRows);
      const { columns, rows } = await queries.run(query);
      const head = {
        QueryId: randomUUID().replaceAll('-', '').toUpperCase(),
        ColumnInfo: columns.map(({ name, type }) => ({ Name: name, Type: type })),
        QueryStatus: { ProgressPercentage: 100, CumulativeBytesScanned: 0, CumulativeBytesMetered: 0 },
      };
      const data = rows.map((row) => ({
        Data: columns.map(({ type }, index) => datum(row[index] ?? null, type)),
      }));
      return pages.first({ head, rows: data, query, principal: principal.arn }, maxRows);
    },
    async PrepareQuery(body) {
      const { QueryString: query } = readInput(inputs.PrepareQuery, body);
      const runtime = /@scheduled_runtime\b/.test(query);
      const columns = await queries.prepare(query, new Map([['scheduled_runtime', new Date()]]));
      const known = queries.columnsRead(query);
      return {
        QueryString: query,
        Columns: columns.map(({ name, type }) => ({ Name: name, Type: type, Aliased: isAlias(query, name, known) })),
        Parameters: runtime ? [{ Name: 'scheduled_runtime', Type: { ScalarType: 'TIMESTAMP' } }] : [],
      };
    },
    CancelQuery(body) {
      const { QueryId: id } = readInput(inputs.CancelQuery, body);
      return pages.cancel(id)
        ? { CancellationMessage: `The query ${id} was cancelled.` }
        : { CancellationMessage: `The query ${id} is not running: it was cancelled or read to its end.` };
    },
  };
}

const isAlias = (query: string, name: string, columns: ReadonlySet<string>) =>
  !columns.has(name) && namesIn(query).has(name);
