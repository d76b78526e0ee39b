import type { CloudContext } from '../context.ts';
import { AwsError } from '../service.ts';

/** A table's settings. */
export interface TimestreamTable {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly memoryHours: number;
  readonly magneticDays: number;
  readonly magneticWrites: boolean;
}

export type TableSettings = Pick<TimestreamTable, 'memoryHours' | 'magneticDays' | 'magneticWrites'>;

/** AWS's defaults for a table without settings (AWS: "CreateTable"). */
export const defaultSettings: TableSettings = { memoryHours: 6, magneticDays: 73_000, magneticWrites: false };

/** Databases and tables, in the state store. */
export function openCatalog(context: CloudContext) {
  const { store } = context;
  store.db.exec(`
    CREATE TABLE IF NOT EXISTS ts_database (name TEXT PRIMARY KEY, created INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS ts_table (id INTEGER PRIMARY KEY, database TEXT NOT NULL, name TEXT NOT NULL, settings TEXT NOT NULL, UNIQUE (database, name));
  `);
  const arn = (database: string, table?: string) =>
    `arn:aws:timestream:${context.region}:${context.accountId}:database/${database}${table === undefined ? '' : `/table/${table}`}`;
  const cache = new Map<string, TimestreamTable>();
  const hasDatabase = (name: string) =>
    store.db.prepare('SELECT 1 FROM ts_database WHERE name = ?').get(name) !== undefined;
  const tables = (): TimestreamTable[] =>
    (
      store.db.prepare('SELECT * FROM ts_table ORDER BY database, name').all() as Array<{
        id: number;
        database: string;
        name: string;
        settings: string;
      }>
    ).map(({ settings, ...row }) => ({ ...row, ...(JSON.parse(settings) as TableSettings) }));
  return {
    arn,
    databases: () =>
      (store.db.prepare('SELECT name FROM ts_database ORDER BY name').all() as Array<{ name: string }>).map(
        ({ name }) => name,
      ),
    tables,
    hasDatabase,
    putDatabase(name: string): void {
      store.write(() => store.db.prepare('INSERT OR IGNORE INTO ts_database VALUES (?, ?)').run(name, Date.now()));
    },
    putTable(database: string, name: string, settings: TableSettings): TimestreamTable {
      if (!hasDatabase(database))
        throw new AwsError('ResourceNotFoundException', `The database ${database} does not exist.`);
      store.write(() =>
        store.db
          .prepare(
            'INSERT INTO ts_table (database, name, settings) VALUES (?, ?, ?) ON CONFLICT (database, name) DO UPDATE SET settings = excluded.settings',
          )
          .run(database, name, JSON.stringify(settings)),
      );
      cache.clear();
      return this.table(database, name);
    },
    /** @throws AwsError ResourceNotFoundException */
    table(database: string, name: string): TimestreamTable {
      const key = `${database}\0${name}`;
      const found = cache.get(key) ?? tables().find((table) => table.database === database && table.name === name);
      if (!found) throw new AwsError('ResourceNotFoundException', `The table ${name} does not exist.`);
      cache.set(key, found);
      return found;
    },
  };
}

export type Catalog = ReturnType<typeof openCatalog>;
