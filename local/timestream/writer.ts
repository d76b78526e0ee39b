import type { CloudContext } from '../context.ts';
import { AwsError } from '../service.ts';
import type { Catalog, TimestreamTable } from './catalog.ts';
import { readRecords, type ScalarType, type TimestreamRecord } from './records.ts';

export interface BufferedRecord {
  readonly id: number;
  readonly table: number;
  readonly key: Uint8Array;
  readonly time: bigint;
  readonly record: Pick<TimestreamRecord, 'measureName' | 'dimensions' | 'measures'>;
  /** An earlier version of the same point may be stored already. */
  readonly supersedes: boolean;
}

interface Rejected {
  readonly RecordIndex: number;
  readonly Reason: string;
  readonly ExistingVersion?: number;
}

/**
 * WriteRecords. Records go to the state store, in the commit of everything else of that turn, and from there to DuckDB in
 * large appends. `ts_version` keeps each point's version, so that conflicts are answered at once; in the order of time, for what comes
 * together is mostly of one time, and a commit writes whole pages.
 */
export function createWriter(context: CloudContext, catalog: Catalog) {
  const { store } = context;
  const { db } = store;
  db.exec(`
    CREATE TABLE IF NOT EXISTS ts_version (tbl INTEGER NOT NULL, time INTEGER NOT NULL, key BLOB NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (tbl, time, key)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS ts_buffer (id INTEGER PRIMARY KEY AUTOINCREMENT, tbl INTEGER NOT NULL, key BLOB NOT NULL, time INTEGER NOT NULL, record TEXT NOT NULL, supersedes INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS ts_column (tbl INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (tbl, name)) WITHOUT ROWID;
  `);
  const statements = {
    point: db.prepare('SELECT version, digest FROM ts_version WHERE tbl = ? AND time = ? AND key = ?'),
    put: db.prepare('INSERT OR REPLACE INTO ts_version (tbl, time, key, version, digest) VALUES (?, ?, ?, ?, ?)'),
    buffer: db.prepare('INSERT INTO ts_buffer (tbl, key, time, record, supersedes) VALUES (?, ?, ?, ?, ?)'),
    columns: db.prepare('SELECT name, kind, type FROM ts_column WHERE tbl = ?'),
    addColumn: db.prepare('INSERT INTO ts_column VALUES (?, ?, ?, ?)'),
    take: db.prepare('SELECT id, tbl, key, time, record, supersedes FROM ts_buffer WHERE tbl = ? ORDER BY id LIMIT ?'),
    drop: db.prepare('DELETE FROM ts_buffer WHERE tbl = ? AND id <= ?'),
    waiting: db.prepare('SELECT DISTINCT tbl FROM ts_buffer'),
    forget: ['ts_version', 'ts_buffer', 'ts_column'].map((name) => db.prepare(`DELETE FROM ${name} WHERE tbl = ?`)),
  };
  statements.take.setReadBigInts(true);
  statements.point.setReadBigInts(true);
  const columns = new Map<number, Map<string, { kind: 'dimension' | 'measure'; type: ScalarType }>>();
  const columnsOf = (table: number) => {
    let known = columns.get(table);
    if (!known) {
      const rows = statements.columns.all(table) as Array<{
        name: string;
        kind: 'dimension' | 'measure';
        type: ScalarType;
      }>;
      known = new Map(rows.map(({ name, kind, type }) => [name, { kind, type }]));
      columns.set(table, known);
    }
    return known;
  };

  /** Learns the record's columns. Answers why it can't be stored beside what is there. */
  const learn = (table: TimestreamTable, record: TimestreamRecord): string | undefined => {
    const known = columnsOf(table.id);
    const wanted = [
      ...Object.keys(record.dimensions).map((name) => ({ name, kind: 'dimension' as const, type: 'VARCHAR' as const })),
      ...record.measures.map(({ name, type }) => ({ name, kind: 'measure' as const, type })),
    ];
    // Nearly always the columns are known as they come, and then nothing else is to be found out.
    const isKnown = ({ name, kind, type }: (typeof wanted)[number]) => {
      const column = known.get(name);
      return column?.kind === kind && column.type === type;
    };
    if (wanted.every(isKnown)) return undefined;
    for (const { name, kind, type } of wanted) {
      const column = known.get(name);
      // DuckDB's columns don't tell case apart.
      const twin = [...known.keys(), ...wanted.map((each) => each.name)].find(
        (each) => each !== name && each.toLowerCase() === name.toLowerCase(),
      );
      if (twin !== undefined)
        return `The local cloud can't hold ${name} beside ${twin}: their names differ in case alone.`;
      if (!column) continue;
      if (column.kind !== kind) return `${name} is a ${column.kind} of this table and can't be a ${kind}.`;
      if (column.type !== type) return `The measure ${name} has the type ${column.type} in this table, not ${type}.`;
    }
    for (const { name, kind, type } of wanted) {
      if (known.has(name)) continue;
      known.set(name, { kind, type });
      statements.addColumn.run(table.id, name, kind, type);
    }
    return undefined;
  };

  const put = (table: TimestreamTable, record: TimestreamRecord): Omit<Rejected, 'RecordIndex'> | undefined => {
    const refusal = learn(table, record);
    if (refusal !== undefined) return { Reason: refusal };
    const existing = statements.point.get(table.id, record.timeMicroseconds, record.key) as
      | { version: bigint; digest: Uint8Array }
      | undefined;
    if (existing) {
      if (existing.version > record.version) {
        return {
          Reason:
            'The record version is lower than the existing version. A higher version is required to update the measure value.',
          ExistingVersion: Number(existing.version),
        };
      }
      if (existing.version === record.version) {
        if (record.digest.equals(existing.digest)) return undefined;
        return {
          Reason: `A record already exists with the same time, dimensions, measure name, and record version. A higher record version must be specified in order to update the measure value. Specifying record version is supported by the latest SDKs.`,
          ExistingVersion: Number(existing.version),
        };
      }
    }
    const { measureName, dimensions, measures } = record;
    statements.put.run(table.id, record.timeMicroseconds, record.key, record.version, record.digest);
    statements.buffer.run(
      table.id,
      record.key,
      record.timeMicroseconds,
      JSON.stringify({ measureName, dimensions, measures }),
      existing ? 1 : 0,
    );
    return undefined;
  };

  return {
    columnsOf: (table: number): ReadonlyMap<string, { kind: 'dimension' | 'measure'; type: ScalarType }> =>
      columnsOf(table),
    /** @throws AwsError RejectedRecordsException: the others are stored. */
    write(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
      const table = catalog.table(String(body['DatabaseName']), String(body['TableName']));
      const records = readRecords(body, table);
      const rejected: Rejected[] = [];
      store.write(() => {
        records.forEach((record, index) => {
          const failure = 'reason' in record ? { Reason: record.reason } : put(table, record);
          if (failure) rejected.push({ RecordIndex: index, ...failure });
        });
      });
      if (rejected.length > 0) {
        throw new AwsError(
          'RejectedRecordsException',
          'One or more records have been rejected. See RejectedRecords for details.',
          419,
          { RejectedRecords: rejected },
        );
      }
      const late = records.filter((record) => 'isLate' in record && record.isLate).length;
      return { RecordsIngested: { Total: records.length, MemoryStore: records.length - late, MagneticStore: late } };
    },
    waitingTables: () => (statements.waiting.all() as Array<{ tbl: number }>).map(({ tbl }) => tbl),
    take: (table: number, count: number): BufferedRecord[] =>
      (
        statements.take.all(table, count) as Array<{
          id: bigint;
          tbl: bigint;
          key: Uint8Array;
          time: bigint;
          record: string;
          supersedes: bigint;
        }>
      ).map((row) => ({
        id: Number(row.id),
        table: Number(row.tbl),
        key: row.key,
        time: row.time,
        record: JSON.parse(row.record) as BufferedRecord['record'],
        supersedes: row.supersedes === 1n,
      })),
    /** All that there is of a table that was deleted. */
    forget(table: number): void {
      store.write(() => {
        for (const statement of statements.forget) statement.run(table);
      });
      columns.delete(table);
    },
    drop(table: number, throughId: number): void {
      store.write(() => statements.drop.run(table, throughId));
    },
  };
}

export type Writer = ReturnType<typeof createWriter>;
