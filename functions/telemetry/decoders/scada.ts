import { type Failure, invalid, isFailure } from '../../platform/failure.ts';
import type { MetricValue } from '../reading.ts';
import type { Decoder, Json } from '../stages/decode.ts';
import { describe, isNumber, messageIdField, numberExpected, textField, timeField, unitsField } from './fields.ts';
import { readMeasurements } from './measurements.ts';

/** The SCADA reading: deviceId, protocol, timestamp, telemetry, metadata{signalStrength, batteryLevel, location{lat, lon}}. */
export const scada: Decoder = {
  recognises: (json) => typeof json['telemetry'] === 'object' && json['telemetry'] !== null,
  decode(json, { receivedAt }) {
    const telemetry = json['telemetry'];
    if (typeof telemetry !== 'object' || telemetry === null || Array.isArray(telemetry))
      return invalid(`telemetry is ${describe(telemetry)}; an object of metrics is expected.`);
    const messageId = messageIdField(json);
    const deviceId = textField(json, 'deviceId');
    for (const field of [messageId, deviceId]) if (typeof field === 'object') return field;
    const time = timeField(json['timestamp'], 'timestamp', receivedAt);
    if (typeof time === 'object') return time;
    const measurements = readMeasurements(telemetry as Json, 'telemetry.');
    if (isFailure(measurements)) return measurements;
    const metadata = readMetadata(json['metadata']);
    if (isFailure(metadata)) return metadata;
    const given = unitsField(json['units'], 'units');
    if (isFailure(given)) return given;
    return {
      format: 'scada',
      messageId: messageId as string | undefined,
      claimedDeviceId: deviceId as string | undefined,
      readings: [{ time, values: { ...metadata, ...measurements.values } }],
      units: { ...given.units, ...measurements.units },
    };
  },
};

/** Signal, battery and place are metrics as good as any. */
function readMetadata(metadata: unknown): Record<string, MetricValue> | Failure {
  if (metadata === undefined) return {};
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    return invalid(`metadata is ${describe(metadata)}; an object is expected.`);
  const { signalStrength, batteryLevel, location } = metadata as Json;
  const { lat: latitude, lon: longitude } = (typeof location === 'object' && location !== null ? location : {}) as Json;
  const values: Record<string, MetricValue> = {};
  for (const [name, value] of Object.entries({ signalStrength, batteryLevel, latitude, longitude })) {
    if (value === undefined) continue;
    if (!isNumber(value)) return invalid(`metadata: ${name} is ${describe(value)}; ${numberExpected} is expected.`);
    values[name] = value;
  }
  return values;
}
