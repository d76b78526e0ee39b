import type { SQSRecord } from 'aws-lambda';
import { type DeviceProfile, unknownProfile } from '../../../functions/telemetry/reading.ts';
import type { RoutedMessage } from '../../../functions/telemetry/routedMessage.ts';
import type { Aggregated } from '../../../functions/telemetry/stages/aggregate.ts';

export const noon = Date.UTC(2026, 0, 31, 12);

/** What the topic rule makes of a publish. */
export function routed(payload: unknown, more: Partial<RoutedMessage> = {}): RoutedMessage {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  return {
    payload: bytes.toString('base64'),
    deviceId: 'boiler-7',
    clientId: 'boiler-7',
    receivedAt: noon,
    traceId: 'trace-1',
    attempt: 0,
    ...more,
  };
}

/** A queue message, as Lambda gets it. */
export function queued(body: unknown, messageId = 'sqs-1'): SQSRecord {
  return {
    messageId,
    receiptHandle: '',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(noon + 5),
      SenderId: '',
      ApproximateFirstReceiveTimestamp: String(noon + 6),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: '',
  };
}

export const profileOf = (more: Partial<DeviceProfile> = {}): DeviceProfile => ({ ...unknownProfile, ...more });

/** A message after all pure stages. */
export function understood(more: Partial<Aggregated> = {}): Aggregated {
  const values = more.readings?.[0]?.values ?? { temperature: 21.5 };
  const time = more.readings?.[0]?.time ?? noon;
  return {
    format: 'flat',
    messageId: 'm1',
    deviceId: 'boiler-7',
    deviceType: undefined,
    applicationId: 'default',
    receivedAt: noon,
    readings: [{ time, values }],
    units: {},
    latest: Object.fromEntries(Object.entries(values).map(([metric, value]) => [metric, { value, time }])),
    summary: {},
    eventTime: time,
    ...more,
  };
}
