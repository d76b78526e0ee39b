import { type Failure, invalid } from '../../platform/failure.ts';
import type { Json } from '../stages/decode.ts';

/** Whether every store takes it as text: not empty, within a limit of UTF-8 bytes, no half of a surrogate pair. */
export const isText = (value: unknown, bytes: number): value is string =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= bytes && value.isWellFormed();

/** Whether every store takes it as a number: DynamoDB ends at 1e125 and 1e-130, and conversions of units need room. */
export const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && (value === 0 || (Math.abs(value) >= 1e-100 && Math.abs(value) <= 1e100));
export const numberExpected = '0 or a number of magnitude 1e-100 to 1e100';

/** An optional text field. */
export function textField(json: Json, name: string): string | undefined | Failure {
  const value = json[name];
  if (value === undefined || typeof value === 'string') return value;
  return invalid(`${name} is ${describe(value)}; text is expected.`);
}

/** The message's own id: `messageId`, or `id` as the actor envelope has it. */
export function messageIdField(json: Json): string | undefined | Failure {
  return json['messageId'] === undefined ? textField(json, 'id') : textField(json, 'messageId');
}

const isoTime = /^((\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:Z|([+-]\d\d):?(\d\d))?$/;
/** Date.parse takes the 30th of February for the 2nd of March. */
const isDay = (day: string) => Number.isFinite(Date.parse(day)) && new Date(day).toISOString().startsWith(day);

/** ISO 8601; without an offset it is UTC, wherever this runs. */
function parseIso(text: string): number {
  const [, local, day, hours, minutes] = isoTime.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return Number.NaN;
  return Date.parse(`${local}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
}

/** A time as ISO 8601 text or epoch milliseconds; `otherwise` when it isn't there. Epoch milliseconds. */
export function timeField(value: unknown, name: string, otherwise: number): number | Failure {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isFinite(value)) return Math.round(value);
  const time = typeof value === 'string' ? parseIso(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  return invalid(
    `${name} is ${describe(value)}; epoch milliseconds or ISO 8601 text is expected, as in "2026-01-31T12:00:00Z".`,
  );
}

const unitBytes = 64;
export const isUnit = (value: unknown): value is string => isText(value, unitBytes);
export const unitExpected = `text of 1 to ${unitBytes} bytes`;

/** An optional map of metric → unit. */
export function unitsField(value: unknown, name: string): { readonly units: Record<string, string> } | Failure {
  if (value === undefined) return { units: {} };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid(`${name} is ${describe(value)}; an object is expected, as in {"temperature": "Cel"}.`);
  for (const [metric, unit] of Object.entries(value)) {
    if (!isUnit(unit))
      return invalid(
        `${name}: the unit of '${metric.slice(0, 70)}' is ${describe(unit)}; ${unitExpected} is expected.`,
      );
  }
  return { units: value as Record<string, string> };
}

export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
