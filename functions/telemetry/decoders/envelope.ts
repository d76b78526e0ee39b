import { invalid, isFailure } from '../../platform/failure.ts';
import type { Decoder, Json } from '../stages/decode.ts';
import { describe, messageIdField, textField, timeField, unitsField } from './fields.ts';
import { readMeasurements } from './measurements.ts';

/** The actor envelope: id, source, target, type, payload, timestamp, metadata. Units may stand in metadata.units. */
export const envelope: Decoder = {
  recognises: (json) => typeof json['payload'] === 'object' && json['payload'] !== null && 'type' in json,
  decode(json, { receivedAt }) {
    if (json['type'] !== 'telemetry')
      return invalid(`type is ${describe(json['type'])}; "telemetry" is expected on this topic.`);
    const payload = json['payload'];
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
      return invalid(`payload is ${describe(payload)}; an object of metrics is expected.`);
    const messageId = messageIdField(json);
    const source = textField(json, 'source');
    for (const field of [messageId, source]) if (typeof field === 'object') return field;
    const time = timeField(json['timestamp'], 'timestamp', receivedAt);
    if (typeof time === 'object') return time;
    const measurements = readMeasurements(payload as Json, 'payload.');
    if (isFailure(measurements)) return measurements;
    const metadata = json['metadata'];
    const given = unitsField((metadata as Json | null | undefined)?.['units'], 'metadata.units');
    if (isFailure(given)) return given;
    return {
      format: 'envelope',
      messageId: messageId as string | undefined,
      claimedDeviceId: source as string | undefined,
      readings: [{ time, values: measurements.values }],
      units: { ...given.units, ...measurements.units },
    };
  },
};
