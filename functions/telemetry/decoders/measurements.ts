import { type Failure, invalid } from '../../platform/failure.ts';
import type { MetricValue } from '../reading.ts';
import type { Json } from '../stages/decode.ts';
import { describe } from './fields.ts';

export interface Measurements {
  readonly values: Record<string, MetricValue>;
  readonly units: Record<string, string>;
}

/** Names end up as columns of the telemetry store and as keys in DynamoDB. */
const metricName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
/** Columns that the telemetry store has already. */
const taken: ReadonlySet<string> = new Set(['deviceId', 'deviceType', 'applicationId', 'measure_name', 'time']);
const textLimit = 2048;

/**
 * Reads `{metric: value}` where a value is a number, text or boolean, or `{"value": …, "unit": "…"}`.
 * @param skip names that mean something else in this format
 */
export function readMeasurements(
  json: Json,
  at: string,
  skip: ReadonlySet<string> = new Set(),
): Measurements | Failure {
  const values: Record<string, MetricValue> = {};
  const units: Record<string, string> = {};
  for (const [name, given] of Object.entries(json)) {
    if (skip.has(name)) continue;
    if (!metricName.test(name) || taken.has(name)) {
      return invalid(
        `${at}'${name.slice(0, 70)}' can't name a metric: a letter, then up to 63 letters, digits, '_', '.' or '-', and none of ${[...taken].join(', ')}.`,
      );
    }
    let value = given;
    if (typeof given === 'object' && given !== null && !Array.isArray(given) && 'value' in given) {
      const { unit, ...rest } = given as { value: unknown; unit?: unknown };
      value = rest.value;
      if (unit !== undefined && typeof unit !== 'string')
        return invalid(`${at}${name}.unit is ${describe(unit)}; text is expected.`);
      if (unit !== undefined) units[name] = unit;
    }
    if (
      typeof value === 'string'
        ? Buffer.byteLength(value) > textLimit || value === ''
        : typeof value === 'number'
          ? !Number.isFinite(value)
          : typeof value !== 'boolean'
    ) {
      return invalid(
        `${at}${name} is ${describe(value)}; a finite number, text of 1 to ${textLimit} bytes or a boolean is expected.`,
      );
    }
    values[name] = value as MetricValue;
  }
  return { values, units };
}
