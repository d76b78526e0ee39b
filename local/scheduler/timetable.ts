import { parseCron, toUtc } from './cron.ts';

/** When a schedule is due. Epoch milliseconds. */
export interface Timetable {
  /** The first time of a schedule made now; undefined: never. */
  first(now: number): number | undefined;
  /** The time after one that was kept: what was missed meanwhile is one late time, not many. */
  following(kept: number, now: number): number | undefined;
}

interface TimetableOptions {
  readonly expression: string;
  /** Name of the tz database. */
  readonly zone: string;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Schedules of EventBridge Scheduler (AWS: "Schedule types in EventBridge Scheduler"). @throws Error naming what isn't understood. */
export function scheduleTimetable({ expression, zone, start, end }: TimetableOptions): Timetable {
  checkZone(zone);
  const at = /^at\((.*)\)$/.exec(expression)?.[1];
  if (at !== undefined) {
    const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(at) ? Date.parse(`${at}Z`) : Number.NaN;
    if (Number.isNaN(local)) throw new Error(`at takes yyyy-mm-ddThh:mm:ss, not ${at}`);
    const time = toUtc(local, zone);
    return { first: (now) => (time !== undefined && time > now ? time : undefined), following: () => undefined };
  }
  // Without a start date a rate begins at once.
  const begin = (now: number) => Math.max(start ?? now, now);
  const table = recurring(expression, zone, begin, (now) => begin(now) - 1);
  const within = (time: number | undefined) =>
    time !== undefined && (end === undefined || time < end) ? time : undefined;
  return {
    first: (now) => within(table.first(now)),
    following: (kept, now) => within(table.following(kept, now)),
  };
}

/** Schedules of EventBridge rules: in UTC, a rate counted from the rule's making. @throws Error naming what isn't understood. */
export function ruleTimetable(expression: string): Timetable {
  const [, value, unit] = /^rate\((\d+) (\w+)\)$/.exec(expression) ?? [];
  if (unit !== undefined && unit.endsWith('s') !== Number(value) > 1)
    throw new Error(`a rate of ${value} has the unit ${Number(value) > 1 ? `${unit}s` : unit.slice(0, -1)}`);
  return recurring(
    expression,
    'UTC',
    (now, interval) => now + interval,
    (now) => now,
  );
}

function recurring(
  expression: string,
  zone: string,
  firstOfRate: (now: number, interval: number) => number,
  cronAfter: (now: number) => number,
): Timetable {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit !== undefined) {
    const interval = Number(value) * (units[unit] ?? 0);
    if (interval <= 0) throw new Error(`a rate is a positive number: ${expression}`);
    return {
      first: (now) => firstOfRate(now, interval),
      following: (kept, now) => kept + Math.max(1, Math.floor((now - kept) / interval) + 1) * interval,
    };
  }
  const cron = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (cron === undefined) throw new Error(`this is no schedule expression: ${expression}`);
  const next = parseCron(cron, zone);
  return { first: (now) => next(cronAfter(now)), following: (kept, now) => next(Math.max(kept, now)) };
}

function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new Error(`there is no time zone ${zone}`);
  }
}
