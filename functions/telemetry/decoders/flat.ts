import { type Failure, invalid, isFailure, unauthentic } from '../../platform/failure.ts';
import type { Decoded, Reading } from '../reading.ts';
import type { DecodeContext, Decoder, Json } from '../stages/decode.ts';
import { describe, messageIdField, textField, timeField, unitsField } from './fields.ts';
import { readMeasurements } from './measurements.ts';

/** Names that aren't metrics. `units` maps metrics to their units. */
const reserved: ReadonlySet<string> = new Set(['id', 'messageId', 'deviceId', 'timestamp', 'units']);

/** Plain `{metric: value, …}`, or a batch of them with a timestamp each: an array, or `{messageId, batch: […]}`. */
export const flat: Decoder = {
  recognises: () => true,
  decode: (json, context) =>
    Array.isArray(json['batch']) ? decodeBatch(json, json['batch'], context) : decodeOne(json, context),
};

type Heading = Pick<Decoded, 'messageId' | 'claimedDeviceId' | 'units'> & { readonly time: number };

/** What isn't a metric. */
function readHeading(json: Json, { receivedAt }: DecodeContext): Heading | Failure {
  const messageId = messageIdField(json);
  const claimedDeviceId = textField(json, 'deviceId');
  for (const field of [messageId, claimedDeviceId]) if (typeof field === 'object') return field;
  const time = timeField(json['timestamp'], 'timestamp', receivedAt);
  if (typeof time === 'object') return time;
  const given = unitsField(json['units'], 'units');
  if (isFailure(given)) return given;
  return {
    messageId: messageId as string | undefined,
    claimedDeviceId: claimedDeviceId as string | undefined,
    time,
    units: given.units,
  };
}

function decodeOne(json: Json, context: DecodeContext): Decoded | Failure {
  const heading = readHeading(json, context);
  if (isFailure(heading)) return heading;
  const measurements = readMeasurements(json, '', reserved);
  if (isFailure(measurements)) return measurements;
  const { time, units, ...identity } = heading;
  return {
    format: 'flat',
    ...identity,
    readings: [{ time, values: measurements.values }],
    units: { ...units, ...measurements.units },
  };
}

/** One message of many points. Time and units beside `batch` are those of the points that give none. */
function decodeBatch(json: Json, items: readonly unknown[], context: DecodeContext): Decoded | Failure {
  const stray = Object.keys(json).find((name) => name !== 'batch' && !reserved.has(name));
  if (stray !== undefined)
    return invalid(`'${stray.slice(0, 70)}' stands beside batch; ${[...reserved].join(', ')} are expected there.`);
  const heading = readHeading(json, context);
  if (isFailure(heading)) return heading;
  const ids = new Set([heading.messageId]);
  const claims = new Set([heading.claimedDeviceId]);
  const readings: Reading[] = [];
  let { units } = heading;
  for (const [index, item] of items.entries()) {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      return invalid(`[${index}] is ${describe(item)}; an object of metrics is expected.`);
    const one = decodeOne(item as Json, { ...context, receivedAt: heading.time });
    if (isFailure(one)) return invalid(`[${index}]: ${one.reason}`);
    ids.add(one.messageId);
    claims.add(one.claimedDeviceId);
    readings.push(...one.readings);
    units = { ...units, ...one.units };
  }
  const [messageId, otherId] = [...ids].filter((id) => id !== undefined);
  if (otherId !== undefined)
    return invalid('The points of the batch have different message ids; one, beside batch, is expected.');
  const [claimedDeviceId, otherClaim] = [...claims].filter((claim) => claim !== undefined);
  if (otherClaim !== undefined)
    return unauthentic('The points of the batch say they are from different devices; one is expected.');
  return { format: 'flat', messageId, claimedDeviceId, readings, units };
}
