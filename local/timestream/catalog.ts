import type { CloudContext } from '../context.ts';
import { AwsError } from '../service.ts';

export interface TableSettings {
  readonly memoryHours: number;
  readonly magneticDays: number;
  readonly magneticWrites: boolean;
  /** As given to the API; rejections are answered at once here, never later. */
  readonly rejectedDataLocation?: object | undefined;
}

/** A table with its settings. Times are epoch milliseconds. */
export interface TimestreamTable extends TableSettings {
  /** Never that of another table, not even of one that is gone. */
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly created: number;
  readonly updated: number;
}

interface Database {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly created: number;
}

/** AWS's defaults for a table without settings (AWS: "CreateTable"). */
export const defaultSettings: TableSettings = { memoryHours: 6, magneticDays: 73_000, magneticWrites: false };

/** Schemas that DuckDB has, or that hold the data here. */
const takenNames = ['_store', 'main', 'temp', 'system', 'information_schema', 'pg_catalog'];

/** Databases and tables, in the state store. */
export function openCatalog(context: CloudContext) {
  const { store } = context;
  store.db.exec(`
    CREATE TABLE IF NOT EXISTS ts_database (name TEXT PRIMARY KEY, created INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS ts_table (id INTEGER PRIMARY KEY, database TEXT NOT NULL, name TEXT NOT NULL, settings TEXT NOT NULL, UNIQUE (database, name));
  `);
  const statements = {
    database: store.db.prepare('SELECT name, created FROM ts_database WHERE name = ?'),
    databases: store.db.prepare('SELECT name, created FROM ts_database ORDER BY name'),
    addDatabase: store.db.prepare('INSERT INTO ts_database VALUES (?, ?)'),
    dropDatabase: store.db.prepare('DELETE FROM ts_database WHERE name = ?'),
    tables: store.db.prepare('SELECT * FROM ts_table ORDER BY database, name'),
    putTable: store.db.prepare('INSERT OR REPLACE INTO ts_table VALUES (?, ?, ?, ?)'),
    dropTable: store.db.prepare('DELETE FROM ts_table WHERE id = ?'),
  };
  const arn = (database: string, table?: string) =>
    `arn:aws:timestream:${context.region}:${context.accountId}:database/${database}${table === undefined ? '' : `/table/${table}`}`;
  const cache = new Map<string, TimestreamTable>();
  const databases = () => statements.databases.all() as unknown as Database[];
  const findDatabase = (name: string) => statements.database.get(name) as Database | undefined;
  const tables = (): TimestreamTable[] =>
    (statements.tables.all() as Array<{ id: number; database: string; name: string; settings: string }>).map(
      ({ settings, ...row }) => ({ created: 0, updated: 0, ...(JSON.parse(settings) as TableSettings), ...row }),
    );
  let lastId = Math.max(0, ...tables().map(({ id }) => id));

  const keep = ({ id, database, name, ...settings }: TimestreamTable) => {
    store.write(() => statements.putTable.run(id, database, name, JSON.stringify(settings)));
    cache.clear();
  };

  const catalog = {
    arn,
    databases,
    tables,
    /** @throws AwsError ResourceNotFoundException */
    database(name: string): Database {
      const found = findDatabase(name);
      if (!found) throw new AwsError('ResourceNotFoundException', `The database ${name} does not exist.`);
      return found;
    },
    /** @throws AwsError ConflictException */
    createDatabase(name: string): void {
      if (findDatabase(name)) throw new AwsError('ConflictException', `The database ${name} already exists.`);
      if (takenNames.includes(name.toLowerCase()))
        throw invalid(`The local cloud can't hold a database named ${name}.`);
      refuseTwin(
        name,
        databases().map((database) => database.name),
      );
      store.write(() => statements.addDatabase.run(name, Date.now()));
    },
    /** @throws AwsError ValidationException while it has tables */
    deleteDatabase(name: string): void {
      catalog.database(name);
      if (tables().some(({ database }) => database === name))
        throw invalid(`The database ${name} has tables: they are to be deleted first.`);
      store.write(() => statements.dropDatabase.run(name));
    },
    /** @throws AwsError ResourceNotFoundException */
    table(database: string, name: string): TimestreamTable {
      const key = `${database}\0${name}`;
      const found = cache.get(key) ?? tables().find((table) => table.database === database && table.name === name);
      if (!found) throw new AwsError('ResourceNotFoundException', `The table ${name} does not exist.`);
      cache.set(key, found);
      return found;
    },
    hasTable: (database: string, name: string) =>
      tables().some((table) => table.database === database && table.name === name),
    /** @throws AwsError ConflictException, or ResourceNotFoundException for its database */
    createTable(database: string, name: string, settings: TableSettings): TimestreamTable {
      catalog.database(database);
      if (catalog.hasTable(database, name))
        throw new AwsError('ConflictException', `The table ${name} already exists.`);
      const others = tables().filter((table) => table.database === database);
      refuseTwin(
        name,
        others.map((table) => table.name),
      );
      const now = Date.now();
      lastId += 1;
      keep({ ...settings, id: lastId, database, name, created: now, updated: now });
      return catalog.table(database, name);
    },
    /** @throws AwsError ResourceNotFoundException */
    updateTable(database: string, name: string, settings: Partial<TableSettings>): TimestreamTable {
      keep({ ...catalog.table(database, name), ...settings, updated: Date.now() });
      return catalog.table(database, name);
    },
    /** @throws AwsError ResourceNotFoundException */
    deleteTable(database: string, name: string): TimestreamTable {
      const table = catalog.table(database, name);
      store.write(() => statements.dropTable.run(table.id));
      cache.clear();
      return table;
    },
  };
  return catalog;
}

export type Catalog = ReturnType<typeof openCatalog>;

const invalid = (message: string) => new AwsError('ValidationException', message);

/** DuckDB doesn't tell the case of names apart. */
function refuseTwin(name: string, others: readonly string[]): void {
  const twin = others.find((other) => other.toLowerCase() === name.toLowerCase());
  if (twin !== undefined)
    throw invalid(`The local cloud can't hold ${name} beside ${twin}: their names differ in case alone.`);
}
