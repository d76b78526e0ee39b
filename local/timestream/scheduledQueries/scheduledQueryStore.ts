import type { StateStore } from '../../storage/stateStore.ts';
import type { ScheduledQueryDefinition } from './definition.ts';
import type { Run } from './runScheduledQuery.ts';
import type { RunSummary } from './runSummary.ts';

const schema = `
CREATE TABLE IF NOT EXISTS ts_scheduled_query (arn TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ts_scheduled_run (id INTEGER PRIMARY KEY, arn TEXT NOT NULL, run TEXT NOT NULL);
`;

/** Times are epoch milliseconds. */
export interface ScheduledQuery {
  readonly arn: string;
  readonly definition: ScheduledQueryDefinition;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly created: number;
  readonly lastRun?: RunSummary | undefined;
  /** When the last run began: the next begins later, since that is the version of what it writes. */
  readonly lastTrigger: number;
  /** The latest first. */
  readonly failedRuns: readonly RunSummary[];
  readonly clientToken?: string | undefined;
  /** The template's resource that it was made from. */
  readonly resource?: string | undefined;
}

export interface WaitingRun extends Run {
  readonly id: number;
  readonly arn: string;
}

/** Scheduled queries and their runs that have not ended, in the state store. */
export function openScheduledQueryStore(store: StateStore) {
  store.db.exec(schema);
  const statements = {
    put: store.db.prepare('INSERT OR REPLACE INTO ts_scheduled_query VALUES (?, ?, ?)'),
    find: store.db.prepare('SELECT content FROM ts_scheduled_query WHERE arn = ?'),
    all: store.db.prepare('SELECT content FROM ts_scheduled_query ORDER BY arn'),
    remove: store.db.prepare('DELETE FROM ts_scheduled_query WHERE arn = ?'),
    addRun: store.db.prepare('INSERT INTO ts_scheduled_run (arn, run) VALUES (?, ?)'),
    nextRun: store.db.prepare('SELECT id, arn, run FROM ts_scheduled_run ORDER BY id LIMIT 1'),
    removeRun: store.db.prepare('DELETE FROM ts_scheduled_run WHERE id = ?'),
  };
  const read = (row: unknown) => JSON.parse((row as { content: string }).content) as ScheduledQuery;
  return {
    all: (): ScheduledQuery[] => statements.all.all().map(read),
    find(arn: string): ScheduledQuery | undefined {
      const row = statements.find.get(arn);
      return row && read(row);
    },
    put(query: ScheduledQuery): void {
      store.write(() => statements.put.run(query.arn, query.definition.Name, JSON.stringify(query)));
    },
    remove(arn: string): void {
      store.write(() => statements.remove.run(arn));
    },
    addRun(arn: string, run: Run): void {
      store.write(() => statements.addRun.run(arn, JSON.stringify(run)));
    },
    nextRun(): WaitingRun | undefined {
      const row = statements.nextRun.get() as { id: number; arn: string; run: string } | undefined;
      return row && { id: row.id, arn: row.arn, ...(JSON.parse(row.run) as Run) };
    },
    removeRun(id: number): void {
      store.write(() => statements.removeRun.run(id));
    },
  };
}

export type ScheduledQueryStore = ReturnType<typeof openScheduledQueryStore>;
