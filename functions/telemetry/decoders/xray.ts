import { type Failure, invalid } from '../../platform/failure.ts';
import type { Reading } from '../reading.ts';
import type { Decoder } from '../stages/decode.ts';
import { describe, isNumber, messageIdField, numberExpected, textField, timeField } from './fields.ts';

/** The X-ray track: `{deviceId, timestamp ms, data: [[offset ms, [a, b, c]], …]}`. Channels are named by the device's type. */
export const xray: Decoder = {
  recognises: (json) => Array.isArray(json['data']),
  decode(json, { profile }) {
    const messageId = messageIdField(json);
    const deviceId = textField(json, 'deviceId');
    for (const field of [messageId, deviceId]) if (typeof field === 'object') return field;
    if (json['timestamp'] === undefined)
      return invalid('timestamp is missing; the time that the offsets of the track count from is expected.');
    const start = timeField(json['timestamp'], 'timestamp', 0);
    if (typeof start === 'object') return start;
    const data = json['data'];
    if (!Array.isArray(data)) return invalid(`data is ${describe(data)}; an array of [offset, [a, b, c]] is expected.`);
    const readings = readTrack(data, start, profile.channels);
    if (!Array.isArray(readings)) return readings as Failure;
    return {
      format: 'xray',
      messageId: messageId as string | undefined,
      claimedDeviceId: deviceId as string | undefined,
      readings,
      units: {},
    };
  },
};

/** By hand, not by zod: a track has up to 1000 points, and this is the hot path. */
function readTrack(data: readonly unknown[], start: number, channels: readonly string[]): Reading[] | Failure {
  const readings: Reading[] = [];
  for (const [index, point] of data.entries()) {
    const [offset, values] =
      Array.isArray(point) && point.length === 2 ? (point as [unknown, unknown]) : [undefined, undefined];
    if (typeof offset !== 'number' || !Number.isFinite(offset) || !Array.isArray(values)) {
      return invalid(`data[${index}] is ${describe(point)}; [offset in ms, [${channels.join(', ')}]] is expected.`);
    }
    if (values.length !== channels.length)
      return invalid(
        `data[${index}][1] has ${values.length} values; ${channels.length} are expected (${channels.join(', ')}).`,
      );
    const named: Record<string, number> = {};
    for (const [channel, name] of channels.entries()) {
      const value: unknown = values[channel];
      if (!isNumber(value))
        return invalid(`data[${index}][1][${channel}] is ${describe(value)}; ${numberExpected} is expected.`);
      named[name] = value;
    }
    readings.push({ time: Math.round(start + offset), values: named });
  }
  return readings;
}
