import { join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { CloudContext } from '../context.ts';
import type { Catalog, TimestreamTable } from './catalog.ts';
import { macros } from './macros.ts';
import type { Measure } from './records.ts';
import type { BufferedRecord, Writer } from './writer.ts';

const flushRows = 10_000;
const flushMilliseconds = 1_000;

/** A column of a query's result. */
export interface ResultColumn {
  readonly name: string;
  readonly type: DuckDBType;
}

export interface ColumnStore {
  /** Brings everything written so far into DuckDB. */
  flush(): Promise<void>;
  run(sql: string): Promise<{ columns: ResultColumn[]; rows: DuckDBValue[][] }>;
  /** The columns that a query would answer. */
  prepare(sql: string): Promise<ResultColumn[]>;
  /** Drops what belongs to tables and databases that are no more in the catalog. */
  prune(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The telemetry in DuckDB: one table per Timestream table, a column per dimension and measure, and a view under the name that queries
 * use. A point's newest version is the only one kept.
 */
export async function openColumnStore(context: CloudContext, catalog: Catalog, writer: Writer): Promise<ColumnStore> {
  const instance = await DuckDBInstance.create(join(context.stateDir, 'timestream.duckdb'), {
    memory_limit: '512MB',
    threads: '2',
  });
  const connection = await instance.connect();
  // Queries have their own, so that one that fails doesn't end a flush's transaction.
  const queries = await instance.connect();
  await connection.run('CREATE SCHEMA IF NOT EXISTS _store');
  await queries.run('SET integer_division = true');
  for (const macro of macros) await connection.run(macro);
  /** Table id → its columns of dimensions and measures, in the order in which DuckDB has them. */
  const shapes = new Map<number, readonly string[]>();
  await dropOrphans();
  for (const table of catalog.tables()) await shape(table);
  // Queries are people's text: nothing of the host may be reached from them.
  await connection.run('SET enable_external_access = false; SET lock_configuration = true');

  // After a crash the buffer may hold rows that DuckDB has already: the first flush replaces whatever it finds.
  const recovered = new Set<number>();
  let flushing: Promise<void> = Promise.resolve();

  async function dropOrphans(): Promise<void> {
    const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String));
    const tables = catalog.tables();
    for (const [name = ''] of await read("SELECT table_name FROM duckdb_tables() WHERE schema_name = '_store'")) {
      const id = Number(name.slice(1));
      if (tables.some((table) => table.id === id)) continue;
      await connection.run(`DROP TABLE _store.${name}`);
      shapes.delete(id);
    }
    for (const [schema = '', view = ''] of await read(
      'SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal',
    )) {
      if (!tables.some(({ database, name }) => database === schema && name === view))
        await connection.run(`DROP VIEW ${quote(schema)}.${quote(view)}`);
    }
    const databases = new Set(['_store', 'main', ...catalog.databases().map(({ name }) => name)]);
    for (const [schema = ''] of await read('SELECT schema_name FROM duckdb_schemas() WHERE NOT internal'))
      if (!databases.has(schema)) await connection.run(`DROP SCHEMA ${quote(schema)}`);
  }

  async function shape(table: TimestreamTable): Promise<readonly string[]> {
    const columns = [...writer.columnsOf(table.id)];
    const known = shapes.get(table.id);
    if (known && known.length === columns.length) return known;
    const main = `_store.t${table.id}`;
    // A name that no column of a record can have: ts_ is Timestream's own.
    await connection.run(`CREATE TABLE IF NOT EXISTS ${main} (ts_point BLOB, time TIMESTAMP, measure_name VARCHAR)`);
    for (const [name, { type }] of columns)
      await connection.run(`ALTER TABLE ${main} ADD COLUMN IF NOT EXISTS ${quote(name)} ${type}`);
    const shown = [
      ...columns.filter(([, { kind }]) => kind === 'dimension').map(([name]) => quote(name)),
      'measure_name',
      'time',
      ...columns.filter(([, { kind }]) => kind === 'measure').map(([name]) => quote(name)),
    ];
    await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quote(table.database)}`);
    await connection.run(
      `CREATE OR REPLACE VIEW ${quote(table.database)}.${quote(table.name)} AS SELECT ${shown.join(', ')} FROM ${main}`,
    );
    const described = await connection.runAndReadAll(
      `SELECT column_name FROM duckdb_columns() WHERE schema_name = '_store' AND table_name = 't${table.id}' ORDER BY column_index`,
    );
    const names = described
      .getRows()
      .map(([name]) => String(name))
      .slice(3);
    shapes.set(table.id, names);
    return names;
  }

  async function flushTable(id: number): Promise<void> {
    const table = catalog.tables().find((candidate) => candidate.id === id);
    for (;;) {
      const rows = writer.take(id, flushRows);
      const last = rows.at(-1);
      if (!last) return;
      if (table) await append(table, rows);
      writer.drop(id, last.id);
      await context.store.committed();
      if (rows.length < flushRows) return;
    }
  }

  async function append(table: TimestreamTable, rows: readonly BufferedRecord[]): Promise<void> {
    const names = await shape(table);
    // Within one flush the last version wins.
    const newest = new Map(rows.map((row) => [Buffer.from(row.key).toString('hex'), row]));
    const replaced = recovered.has(table.id) ? [...newest].filter(([, row]) => row.supersedes) : [...newest];
    await connection.run('BEGIN');
    try {
      for (let from = 0; from < replaced.length; from += 500) {
        const keys = replaced.slice(from, from + 500).map(([hex]) => `'${hex.replace(/../g, '\\x$&')}'::BLOB`);
        await connection.run(`DELETE FROM _store.t${table.id} WHERE ts_point IN (${keys.join(', ')})`);
      }
      await appendRows(connection, table, names, [...newest.values()]);
      await connection.run('COMMIT');
    } catch (error) {
      await connection.run('ROLLBACK');
      throw error;
    }
    recovered.add(table.id);
  }

  /** One after the other. A flush that failed leaves its records in the buffer; the next takes them again. */
  const queued = (work: () => Promise<void>) => {
    flushing = flushing.catch(() => undefined).then(work);
    return flushing;
  };
  const flush = () =>
    queued(async () => {
      for (const table of writer.waitingTables()) await flushTable(table);
      for (const table of catalog.tables()) await shape(table);
    });
  const timer = setInterval(() => {
    flush().catch((error: unknown) =>
      context.log.error('timestream flush failed; the records stay in the buffer', { error: String(error) }),
    );
  }, flushMilliseconds);
  timer.unref();

  return {
    flush,
    async run(sql) {
      await flush();
      const reader = await queries.runAndReadAll(sql);
      return {
        columns: reader.columnNames().map((name, index) => ({ name, type: reader.columnType(index) })),
        rows: reader.getRows(),
      };
    },
    async prepare(sql) {
      await flush();
      const statement = await queries.prepare(sql);
      try {
        return Array.from({ length: statement.columnCount }, (_, index) => ({
          name: statement.columnName(index),
          type: statement.columnType(index),
        }));
      } finally {
        statement.destroySync();
      }
    },
    prune: () => queued(dropOrphans),
    async close() {
      clearInterval(timer);
      await flushing.catch(() => undefined);
      queries.closeSync();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function appendRows(
  connection: DuckDBConnection,
  table: TimestreamTable,
  names: readonly string[],
  rows: readonly BufferedRecord[],
): Promise<void> {
  const appender = await connection.createAppender(`t${table.id}`, '_store');
  for (const { key, time, record } of rows) {
    appender.appendBlob(key);
    appender.appendTimestamp(new DuckDBTimestampValue(time));
    appender.appendVarchar(record.measureName);
    const measures = new Map(record.measures.map((measure) => [measure.name, measure]));
    for (const name of names) {
      const dimension = Object.hasOwn(record.dimensions, name) ? record.dimensions[name] : undefined;
      const measure = measures.get(name);
      if (dimension !== undefined) appender.appendVarchar(dimension);
      else if (measure) appendMeasure(appender, measure);
      else appender.appendNull();
    }
    appender.endRow();
  }
  appender.closeSync();
}

type Appender = Awaited<ReturnType<DuckDBConnection['createAppender']>>;

function appendMeasure(appender: Appender, { type, value }: Measure): void {
  if (type === 'DOUBLE') appender.appendDouble(Number(value));
  else if (type === 'BIGINT') appender.appendBigInt(BigInt(value));
  else if (type === 'BOOLEAN') appender.appendBoolean(value.toLowerCase() === 'true');
  else if (type === 'TIMESTAMP') appender.appendTimestamp(new DuckDBTimestampValue(BigInt(value) * 1000n));
  else appender.appendVarchar(value);
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
