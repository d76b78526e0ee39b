import type { MeasureValue, _Record as TimestreamRecord } from '@aws-sdk/client-timestream-write';
import type { LiveUpdate } from '../../live/protocol.ts';
import { inPacks } from '../../platform/batches.ts';
import type { MetricValue } from '../reading.ts';
import type { Aggregated } from './aggregate.ts';

/** AWS: "Quotas" of Timestream for LiveAnalytics, a record is 2 KB at most; the rest is for its time, version and measure name. */
const bytesPerRecord = 2000;

/** Stage 6: the forms that the stores and the live channel take. A point too wide for one record is several, by measure name. */
export function toTimestreamRecords(message: Aggregated): TimestreamRecord[] {
  const dimensions = [
    { Name: 'deviceId', Value: message.deviceId },
    { Name: 'applicationId', Value: message.applicationId },
    ...(message.deviceType === undefined ? [] : [{ Name: 'deviceType', Value: message.deviceType }]),
  ];
  // Two points of one message at one time are one record, the later of them winning metric by metric.
  const byTime = new Map<number, Record<string, MetricValue>>();
  for (const { time, values } of message.readings) byTime.set(time, { ...byTime.get(time), ...values });
  const bytes = bytesPerRecord - dimensions.reduce((sum, { Name, Value }) => sum + Name.length + Value.length, 0);
  return [...byTime].flatMap(([time, values]) => {
    // Sorted, so that the same metrics are in the same record whenever they come.
    const measures = Object.entries(values).sort(byName).map(toMeasure);
    return inPacks(measures, measureBytes, { bytes }).map((part, index) => ({
      Dimensions: dimensions,
      Time: String(time),
      Version: message.receivedAt,
      ...(index > 0 && { MeasureName: `telemetry_${index + 1}` }),
      MeasureValues: part,
    }));
  });
}

const byName = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : 1);

/** A number is eight bytes, text its own; names count too. */
const measureBytes = ({ Name = '', Value = '', Type }: MeasureValue) =>
  Name.length + (Type === 'VARCHAR' ? Buffer.byteLength(Value) : 8);

/** Every number is a DOUBLE, whole or not: a column keeps the type of its first value. */
function toMeasure([Name, value]: [string, MetricValue]): MeasureValue {
  if (typeof value === 'number') return { Name, Value: String(value), Type: 'DOUBLE' };
  if (typeof value === 'boolean') return { Name, Value: String(value), Type: 'BOOLEAN' };
  return { Name, Value: value, Type: 'VARCHAR' };
}

/** API Gateway posts at most 128 KB at once, and several updates share a post. */
const bytesPerUpdate = 32_000;

/** A message's latest values for those who watch: one update, or as few as keep each of them short enough to post. */
export function toLiveUpdates(message: Aggregated): LiveUpdate[] {
  const { deviceId, roomId, applicationId, messageId, eventTime, receivedAt, latest, units } = message;
  const metrics = Object.entries(latest).map(([metric, { value }]) => ({ metric, value, unit: units[metric] }));
  return inPacks(metrics, (metric) => Buffer.byteLength(JSON.stringify(metric)), { bytes: bytesPerUpdate }).map(
    (part) => {
      const withUnit = part.flatMap(({ metric, unit }) => (unit === undefined ? [] : [[metric, unit] as const]));
      return {
        channels: [
          `device:${deviceId}`,
          ...(roomId === undefined ? [] : [`room:${roomId}`]),
          `application:${applicationId}`,
        ],
        deviceId,
        ...(roomId !== undefined && { roomId }),
        applicationId,
        messageId,
        time: new Date(eventTime).toISOString(),
        receivedAt: new Date(receivedAt).toISOString(),
        values: Object.fromEntries(part.map(({ metric, value }) => [metric, value])),
        ...(withUnit.length > 0 && { units: Object.fromEntries(withUnit) }),
      };
    },
  );
}
