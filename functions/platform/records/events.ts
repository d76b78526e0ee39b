import { ulid } from 'ulid';
import type { Event } from '../../model/event.ts';

type Identity = Pick<Event, 'eventId' | 'at'>;

/**
 * The write that makes an event in the events table, for the transaction that makes it happen. What can come twice says itself
 * which event it is, and when.
 */
export function eventWrite(
  tableName: string,
  subject: Omit<Event, keyof Identity> & Partial<Identity>,
  now = Date.now(),
) {
  const item: Event = { eventId: ulid(now), at: new Date(now).toISOString(), ...subject };
  return {
    Put: {
      TableName: tableName,
      Item: item,
      // Append-only: an event is never written over.
      ConditionExpression: 'attribute_not_exists(eventId)',
    },
  };
}
