import type { Event } from '../../model/event.ts';
import { newId } from '../ulid.ts';

type GivenEvent = Omit<Event, 'eventId' | 'at'> & Partial<Pick<Event, 'eventId' | 'at'>>;

/**
 * The write that makes an event in the events table, for the transaction that makes it happen. It happens now and once, unless its id
 * and time are given: then the same event twice is one.
 */
export function eventWrite(tableName: string, subject: GivenEvent, now = Date.now()) {
  const item: Event = { eventId: newId(now), at: new Date(now).toISOString(), ...subject };
  return {
    Put: {
      TableName: tableName,
      Item: item,
      // Append-only: an event is never written over.
      ConditionExpression: 'attribute_not_exists(eventId)',
    },
  };
}
