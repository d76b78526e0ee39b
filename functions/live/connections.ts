import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Sends } from '../platform/clients.ts';
import { queryItems, writeItems } from '../platform/tables.ts';
import { type Holder, holderAttributes, parseHolder } from './holder.ts';

/** The connections table: per connection an item `#connection`, and one per channel it subscribes to, which says whose it is. */
interface ConnectionTable {
  readonly db: Sends;
  readonly tableName: string;
}

const connectionItem = '#connection';
/** Who subscribes to a channel. */
export const channelIndex = 'byChannel';
/** API Gateway ends a connection after two hours; the TTL clears what a lost $disconnect leaves behind. */
const lifetimeSeconds = 3 * 3600;

const expiresAt = () => Math.floor(Date.now() / 1000) + lifetimeSeconds;

export const saveConnection =
  ({ db, tableName }: ConnectionTable) =>
  async (connectionId: string, connectedAt: number, holder: Holder): Promise<void> => {
    await db.send(
      new PutCommand({
        TableName: tableName,
        Item: {
          connectionId,
          channel: connectionItem,
          connectedAt,
          ...holderAttributes(holder),
          expiresAt: expiresAt(),
        },
      }),
    );
  };

export const addChannels =
  (table: ConnectionTable) => async (connectionId: string, channels: readonly string[], holder: Holder) =>
    writeItems(
      table,
      channels.map((channel) => ({
        PutRequest: { Item: { connectionId, channel, ...holderAttributes(holder), expiresAt: expiresAt() } },
      })),
    );

export const removeChannels = (table: ConnectionTable) => async (connectionId: string, channels: readonly string[]) =>
  writeItems(
    table,
    channels.map((channel) => ({ DeleteRequest: { Key: { connectionId, channel } } })),
  );

/** Forgets a connection and all that it subscribed to. */
export const removeConnection = (table: ConnectionTable) => async (connectionId: string) => {
  const channels: string[] = [];
  for await (const item of queryItems(table, {
    KeyConditionExpression: 'connectionId = :id',
    ExpressionAttributeValues: { ':id': connectionId },
  })) {
    channels.push(String(item['channel']));
  }
  await removeChannels(table)(connectionId, channels);
};

export interface Subscriber extends Holder {
  readonly connectionId: string;
}

/** Connections that subscribe to a channel, and whose they are; by the index, never by a scan. */
export const findSubscribers =
  (table: ConnectionTable) =>
  async (channel: string): Promise<Subscriber[]> => {
    const subscribers: Subscriber[] = [];
    for await (const item of queryItems(table, {
      IndexName: channelIndex,
      KeyConditionExpression: 'channel = :channel',
      ExpressionAttributeValues: { ':channel': channel },
    })) {
      subscribers.push({ connectionId: String(item['connectionId']), ...parseHolder(item) });
    }
    return subscribers;
  };
