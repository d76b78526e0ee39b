import type { DynamoDBRecord } from 'aws-lambda';
import { type EventEnvelope, toEnvelope } from '../../../functions/events/envelope.ts';
import type { Event } from '../../../functions/model/event.ts';

export const offline: Event = {
  eventId: '01KGA3Y6R00000000000000001',
  applicationId: 'plant',
  at: '2026-01-31T12:00:00.000Z',
  type: 'device.offline',
  entity: 'device:boiler-7',
  actor: 'system',
  data: { previousState: 'online', currentState: 'offline', reason: 'silent', roomId: 'hall' },
  metadata: { deviceType: 'boiler', roomId: 'hall', location: 'north wing' },
};

export const eventWith = (more: Partial<Event>): Event => ({ ...offline, ...more });
export const envelopeWith = (more: Partial<Event> = {}): EventEnvelope => toEnvelope(eventWith(more));

/** As the stream has it when the item came. */
export function streamed(
  item: object,
  sequence = 1,
  eventName: DynamoDBRecord['eventName'] = 'INSERT',
): DynamoDBRecord {
  return {
    ...(eventName !== undefined && { eventName }),
    dynamodb: {
      SequenceNumber: String(sequence),
      NewImage: image(item),
      Keys: { eventId: { S: String((item as { eventId?: string }).eventId) } },
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: an AttributeValue is one of ten shapes
const image = (item: object): any =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, attributeValue(value)]])),
  );

function attributeValue(value: unknown): object {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return Array.isArray(value) ? { L: value.map(attributeValue) } : { M: image(value as object) };
}
