import { type Failure, invalid } from '../../platform/failure.ts';
import type { Json } from '../stages/decode.ts';

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

/** A time as ISO 8601 text or epoch milliseconds; `otherwise` when it isn't there. Epoch milliseconds. */
export function timeField(value: unknown, name: string, otherwise: number): number | Failure {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isFinite(value)) return Math.round(value);
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) {
    const time = Date.parse(value);
    if (!Number.isNaN(time)) return time;
  }
  return invalid(
    `${name} is ${describe(value)}; epoch milliseconds or ISO 8601 text is expected, as in "2026-01-31T12:00:00Z".`,
  );
}

export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
