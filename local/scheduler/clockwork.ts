import type { CloudContext } from '../context.ts';
import { statements } from '../storage/statements.ts';
import type { Timetable } from './timetable.ts';

const schema =
  'CREATE TABLE IF NOT EXISTS schedule (arn TEXT PRIMARY KEY, definition TEXT NOT NULL, next INTEGER) WITHOUT ROWID';

/** Schedules are kept to the minute (AWS: "Schedule types in EventBridge Scheduler"); looking more often costs nothing. */
const lookEvery = 1_000;

interface Schedule {
  readonly arn: string;
  /** All that the timetable is made of: when it changes, the schedule begins anew. */
  readonly definition: string;
  readonly timetable: Timetable;
  /** Runs what is due, `scheduled` for this time (epoch milliseconds). */
  run(scheduled: number): void;
}

/** Keeps the next time of every schedule, over a restart too, in the commit that holds what the last time did. */
export function createClockwork({ store }: CloudContext, now: () => number) {
  store.db.exec(schema);
  const { one, run } = statements(store);
  const q = {
    find: one<{ next: number | null }>('SELECT next FROM schedule WHERE arn = ? AND definition = ?'),
    put: run('INSERT OR REPLACE INTO schedule VALUES (?, ?, ?)'),
    remove: run('DELETE FROM schedule WHERE arn = ?'),
  };
  const schedules = new Map<string, Schedule & { next: number | undefined }>();
  let timer: NodeJS.Timeout | undefined;

  const put = (schedule: Schedule, next: number | undefined) => {
    q.put(schedule.arn, schedule.definition, next ?? null);
    schedules.set(schedule.arn, { ...schedule, next });
  };
  const runDue = () => {
    const time = now();
    for (const schedule of [...schedules.values()]) {
      const { next, timetable } = schedule;
      if (next === undefined || next > time) continue;
      schedule.run(next);
      if (schedules.has(schedule.arn)) put(schedule, timetable.following(next, time));
    }
  };

  return {
    set(schedule: Schedule): void {
      const kept = q.find(schedule.arn, schedule.definition);
      put(schedule, kept ? (kept.next ?? undefined) : schedule.timetable.first(now()));
    },
    remove(arn: string): void {
      schedules.delete(arn);
      store.write(() => q.remove(arn));
    },
    /** When it runs next, epoch milliseconds. */
    next: (arn: string) => schedules.get(arn)?.next,
    runDue,
    listen() {
      timer = setInterval(runDue, lookEvery);
      timer.unref();
      runDue();
    },
    close: () => clearInterval(timer),
  };
}

export type Clockwork = ReturnType<typeof createClockwork>;
