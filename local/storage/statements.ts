import type { StateStore } from './stateStore.ts';

export type Row = Record<string, string | number | bigint | null | Uint8Array>;
export type Value = string | number | null | Uint8Array;

/** Prepared statements of the state store: reads answer rows, writes go into the commit group and answer how many rows changed. */
export function statements({ db, write }: Pick<StateStore, 'db' | 'write'>) {
  return {
    one<Result = Row>(sql: string) {
      const statement = db.prepare(sql);
      return (...values: Value[]) => statement.get(...values) as Result | undefined;
    },
    all<Result = Row>(sql: string) {
      const statement = db.prepare(sql);
      return (...values: Value[]) => statement.all(...values) as Result[];
    },
    run(sql: string) {
      const statement = db.prepare(sql);
      return (...values: Value[]) => write(() => Number(statement.run(...values).changes));
    },
  };
}

/** A column as text or nothing. */
export const textOf = (value: Row[string] | undefined) =>
  value === null || value === undefined ? undefined : String(value);
