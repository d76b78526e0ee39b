import type { Event } from '../../model/event.ts';

/** The write that puts an event into the events table, for the transaction that makes it true. An event with this id stays as it is. */
export const eventWrite = (tableName: string, event: Event) => ({
  Put: { TableName: tableName, Item: event, ConditionExpression: 'attribute_not_exists(eventId)' },
});
