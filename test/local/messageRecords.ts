import { paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { MessageRecord } from '../../functions/model/message.ts';
import { until } from '../until.ts';
import type { SystemUnderTest } from './openSystem.ts';

type Entry = MessageRecord & { readonly entry: string };

/** All that the messages table has under a message's key. */
export async function entriesOf(
  { db, tables }: SystemUnderTest,
  deviceId: string,
  messageId: string,
): Promise<Entry[]> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: tables.messages,
      KeyConditionExpression: 'messageKey = :key',
      ExpressionAttributeValues: { ':key': `${deviceId}/${messageId}` },
      ConsistentRead: true,
    }),
  );
  return Items as Entry[];
}

/** What became of a message, as soon as it is written down. */
export async function recordOf(system: SystemUnderTest, deviceId: string, messageId: string): Promise<Entry> {
  const [entry] = await settled(system, deviceId, messageId, 1);
  if (entry === undefined) throw new Error('There is no entry.');
  return entry;
}

/** The entries of a message, as soon as there are so many. */
export const settled = (system: SystemUnderTest, deviceId: string, messageId: string, count: number) =>
  until(`${count} record(s) of ${deviceId}/${messageId}`, async () => {
    const entries = await entriesOf(system, deviceId, messageId);
    return entries.length >= count ? entries : undefined;
  });

type Listed = Pick<MessageRecord, 'messageId' | 'disposition' | 'reason'>;

/** All messages on record of a device, the latest arrival last: by the index, without the details. */
export async function messagesOf({ db, tables }: SystemUnderTest, deviceId: string): Promise<Listed[]> {
  const found: Listed[] = [];
  const pages = paginateQuery(
    { client: db },
    {
      TableName: tables.messages,
      IndexName: 'byDevice',
      KeyConditionExpression: 'deviceId = :device',
      ExpressionAttributeValues: { ':device': deviceId },
    },
  );
  for await (const { Items = [] } of pages) found.push(...(Items as Listed[]));
  return found;
}
