import { type Failure, invalid } from '../../platform/failure.ts';
import { isMetricName, metricNameExpected } from '../metricName.ts';
import type { MetricValue } from '../reading.ts';
import type { Json } from '../stages/decode.ts';
import { describe, isNumber, isText, isUnit, numberExpected, unitExpected } from './fields.ts';

export interface Measurements {
  readonly values: Record<string, MetricValue>;
  readonly units: Record<string, string>;
}

/** Half of what a record of the telemetry store holds: name and dimensions need room too. */
const textBytes = 1024;
const isValue = (value: unknown): value is MetricValue =>
  isNumber(value) || isText(value, textBytes) || typeof value === 'boolean';

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
    if (!isMetricName(name))
      return invalid(`${at}'${name.slice(0, 70)}' can't name a metric; ${metricNameExpected} is expected.`);
    const { value, unit } = withUnit(given);
    if (unit !== undefined && !isUnit(unit))
      return invalid(`${at}${name}.unit is ${describe(unit)}; ${unitExpected} is expected.`);
    if (!isValue(value))
      return invalid(
        `${at}${name} is ${describe(value)}; ${numberExpected}, text of 1 to ${textBytes} bytes or a boolean is expected.`,
      );
    if (unit !== undefined) units[name] = unit;
    values[name] = value;
  }
  return { values, units };
}

function withUnit(given: unknown): { readonly value: unknown; readonly unit?: unknown } {
  return typeof given === 'object' && given !== null && 'value' in given ? given : { value: given };
}
