import { type Failure, invalid, isFailure } from '../../platform/failure.ts';
import type { Decoded, Reading } from '../reading.ts';
import type { DecodeContext, Decoder, Json } from '../stages/decode.ts';
import { describe, messageIdField, textField, timeField } from './fields.ts';
import { readMeasurements } from './measurements.ts';

/** Names that aren't metrics. `units` maps metrics to their units. */
const reserved: ReadonlySet<string> = new Set(['id', 'messageId', 'deviceId', 'timestamp', 'units']);

/** Plain `{metric: value, …}`, or an array of them with a timestamp each. */
export const flat: Decoder = {
  recognises: () => true,
  decode: (json, context) =>
    Array.isArray(json['batch']) ? decodeBatch(json['batch'], context) : decodeOne(json, context),
};

function decodeOne(json: Json, { receivedAt }: DecodeContext): Decoded | Failure {
  const messageId = messageIdField(json);
  const claimedDeviceId = textField(json, 'deviceId');
  for (const field of [messageId, claimedDeviceId]) if (typeof field === 'object') return field;
  const time = timeField(json['timestamp'], 'timestamp', receivedAt);
  if (typeof time === 'object') return time;
  const measurements = readMeasurements(json, '', reserved);
  if (isFailure(measurements)) return measurements;
  return {
    format: 'flat',
    messageId: messageId as string | undefined,
    claimedDeviceId: claimedDeviceId as string | undefined,
    readings: [{ time, values: measurements.values }],
    units: { ...unitsOf(json), ...measurements.units },
  };
}

function decodeBatch(items: readonly unknown[], context: DecodeContext): Decoded | Failure {
  const readings: Reading[] = [];
  let units: Record<string, string> = {};
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      return invalid(`[${index}] is ${describe(item)}; an object is expected.`);
    const one = decodeOne(item as Json, context);
    if (isFailure(one)) return invalid(`[${index}]: ${one.reason}`);
    readings.push(...one.readings);
    units = { ...units, ...one.units };
  }
  return { format: 'flat', messageId: undefined, claimedDeviceId: undefined, readings, units };
}

export function unitsOf(json: Json): Record<string, string> {
  const units = json['units'];
  if (typeof units !== 'object' || units === null) return {};
  return Object.fromEntries(
    Object.entries(units).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
