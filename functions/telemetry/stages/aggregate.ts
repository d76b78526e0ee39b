import type { MetricValue } from '../reading.ts';
import type { Enriched } from './enrich.ts';

interface MetricSummary {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** A message with what its points amount to. */
export interface Aggregated extends Enriched {
  /** Metric → its value at the latest event time in the message. Epoch milliseconds. */
  readonly latest: Readonly<Record<string, { readonly value: MetricValue; readonly time: number }>>;
  /** Numeric metric → summary over the message's points; only of messages with more than one. */
  readonly summary: Readonly<Record<string, MetricSummary>>;
  /** Latest event time in the message, epoch milliseconds. */
  readonly eventTime: number;
}

/** Stage 5. */
export function aggregate(message: Enriched): Aggregated {
  const latest: Record<string, { value: MetricValue; time: number }> = {};
  const sums: Record<string, { count: number; min: number; max: number; sum: number }> = {};
  let eventTime = 0;
  for (const { time, values } of message.readings) {
    eventTime = Math.max(eventTime, time);
    for (const [metric, value] of Object.entries(values)) {
      const known = latest[metric];
      if (!known || time >= known.time) latest[metric] = { value, time };
      if (typeof value !== 'number') continue;
      const sum = sums[metric] ?? { count: 0, min: value, max: value, sum: 0 };
      sums[metric] = sum;
      sum.count += 1;
      sum.min = Math.min(sum.min, value);
      sum.max = Math.max(sum.max, value);
      sum.sum += value;
    }
  }
  const summary = Object.fromEntries(
    message.readings.length > 1
      ? Object.entries(sums).map(([metric, { sum, ...rest }]) => [metric, { ...rest, mean: sum / rest.count }])
      : [],
  );
  return { ...message, latest, summary, eventTime };
}
