import type { StateStore } from '../../storage/stateStore.ts';

/** One value of a CloudWatch metric. */
export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Values of one minute (AWS: StatisticSet of "PutMetricData"). */
export interface MetricMinute {
  /** Epoch milliseconds of its start. */
  readonly time: number;
  readonly unit: string;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** CloudWatch metrics without dimensions, by the minute: the resolution of standard metrics, kept as long. */
export interface MetricLog {
  add(datum: MetricDatum): void;
  read(namespace: string, name: string, from: number, to: number): MetricMinute[];
}

const minute = 60_000;
/** AWS: "Metrics retention": data points of one minute are there for 15 days. */
const kept = 15 * 24 * 60 * minute;

export function openMetricLog(store: StateStore, now = Date.now()): MetricLog {
  store.db.exec(
    'CREATE TABLE IF NOT EXISTS cloudwatch_metric (namespace TEXT, name TEXT, unit TEXT, time INTEGER, count INTEGER, sum REAL, minimum REAL, maximum REAL, PRIMARY KEY (namespace, name, time, unit)) WITHOUT ROWID',
  );
  const add = store.db.prepare(
    'INSERT INTO cloudwatch_metric VALUES (?, ?, ?, ?, 1, ?5, ?5, ?5) ON CONFLICT DO UPDATE SET count = count + 1, sum = sum + ?5, minimum = min(minimum, ?5), maximum = max(maximum, ?5)',
  );
  const read = store.db.prepare(
    'SELECT time, unit, count, sum, minimum, maximum FROM cloudwatch_metric WHERE namespace = ? AND name = ? AND time >= ? AND time < ? ORDER BY time, unit',
  );
  const expire = store.db.prepare('DELETE FROM cloudwatch_metric WHERE time < ?');
  store.write(() => expire.run(now - kept));
  return {
    add({ namespace, name, unit, value, time }) {
      store.write(() => add.run(namespace, name, unit, Math.floor(time / minute) * minute, value));
    },
    read: (namespace, name, from, to) =>
      read.all(namespace, name, from, to).map((row) => ({ ...row }) as unknown as MetricMinute),
  };
}
