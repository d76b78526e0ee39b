import type { MeasureValue, _Record as TimestreamRecord } from '@aws-sdk/client-timestream-write';
import type { LiveUpdate } from '../../live/protocol.ts';
import type { MetricValue } from '../reading.ts';
import type { Aggregated } from './aggregate.ts';

/** Stage 6: the forms that the stores and the live channel take. */
export function toTimestreamRecords(message: Aggregated): TimestreamRecord[] {
  const dimensions = [
    { Name: 'deviceId', Value: message.deviceId },
    { Name: 'applicationId', Value: message.applicationId },
    ...(message.deviceType === undefined ? [] : [{ Name: 'deviceType', Value: message.deviceType }]),
  ];
  // Two points of one message at one time are one record, the later of them winning metric by metric.
  const byTime = new Map<number, Record<string, MetricValue>>();
  for (const { time, values } of message.readings) byTime.set(time, { ...byTime.get(time), ...values });
  return [...byTime].map(([time, values]) => ({
    Dimensions: dimensions,
    Time: String(time),
    Version: message.receivedAt,
    MeasureValues: Object.entries(values).map(toMeasure),
  }));
}

/** Every number is a DOUBLE, whole or not: a column keeps the type of its first value. */
function toMeasure([Name, value]: [string, MetricValue]): MeasureValue {
  if (typeof value === 'number') return { Name, Value: String(value), Type: 'DOUBLE' };
  if (typeof value === 'boolean') return { Name, Value: String(value), Type: 'BOOLEAN' };
  return { Name, Value: value, Type: 'VARCHAR' };
}

export function toLiveUpdate(message: Aggregated): LiveUpdate {
  return {
    channel: `device:${message.deviceId}`,
    deviceId: message.deviceId,
    messageId: message.messageId,
    time: new Date(message.eventTime).toISOString(),
    receivedAt: new Date(message.receivedAt).toISOString(),
    values: Object.fromEntries(Object.entries(message.latest).map(([metric, { value }]) => [metric, value])),
    ...(Object.keys(message.units).length > 0 && { units: message.units }),
  };
}
