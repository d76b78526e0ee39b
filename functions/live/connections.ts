import { setTimeout as wait } from 'node:timers/promises';
import { BatchWriteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { inBatches } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';

/** The connections table: per connection an item `#connection`, and one per channel it subscribes to. */
interface ConnectionTable {
  readonly db: Sends;
  readonly tableName: string;
}

const connectionItem = '#connection';
/** API Gateway ends a connection after two hours; the TTL clears what a lost $disconnect leaves behind. */
const lifetimeSeconds = 3 * 3600;
/** AWS: "BatchWriteItem", at most 25. */
const writesPerCall = 25;
const triesForUnprocessed = 6;

const expiresAt = () => Math.floor(Date.now() / 1000) + lifetimeSeconds;

export const saveConnection =
  ({ db, tableName }: ConnectionTable) =>
  async (connectionId: string, connectedAt: number): Promise<void> => {
    await db.send(
      new PutCommand({
        TableName: tableName,
        Item: { connectionId, channel: connectionItem, connectedAt, expiresAt: expiresAt() },
      }),
    );
  };

export const addChannels = (table: ConnectionTable) => async (connectionId: string, channels: readonly string[]) =>
  writeAll(
    table,
    channels.map((channel) => ({ PutRequest: { Item: { connectionId, channel, expiresAt: expiresAt() } } })),
  );

export const removeChannels = (table: ConnectionTable) => async (connectionId: string, channels: readonly string[]) =>
  writeAll(
    table,
    channels.map((channel) => ({ DeleteRequest: { Key: { connectionId, channel } } })),
  );

/** Forgets a connection and all that it subscribed to. */
export const removeConnection = (table: ConnectionTable) => async (connectionId: string) => {
  const channels: string[] = [];
  for await (const item of queryAll(table, {
    KeyConditionExpression: 'connectionId = :id',
    ExpressionAttributeValues: { ':id': connectionId },
  })) {
    channels.push(String(item['channel']));
  }
  await removeChannels(table)(connectionId, channels);
};

/** Connections that subscribe to a channel, by the index, never by a scan. */
export const findSubscribers =
  (table: ConnectionTable) =>
  async (channel: string): Promise<string[]> => {
    const connections: string[] = [];
    for await (const item of queryAll(table, {
      IndexName: 'byChannel',
      KeyConditionExpression: 'channel = :channel',
      ExpressionAttributeValues: { ':channel': channel },
    })) {
      connections.push(String(item['connectionId']));
    }
    return connections;
  };

async function* queryAll({ db, tableName }: ConnectionTable, query: object): AsyncGenerator<Record<string, unknown>> {
  let from: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await db.send(
      new QueryCommand({ TableName: tableName, ExclusiveStartKey: from, ...query }),
    );
    yield* Items;
    from = LastEvaluatedKey;
  } while (from !== undefined);
}

async function writeAll({ db, tableName }: ConnectionTable, writes: readonly object[]): Promise<void> {
  await Promise.all(
    inBatches(writes, writesPerCall).map(async (batch) => {
      let request: Record<string, object[]> = { [tableName]: batch };
      for (let tries = 1; ; tries += 1) {
        const { UnprocessedItems = {} } = await db.send(new BatchWriteCommand({ RequestItems: request as never }));
        if (Object.keys(UnprocessedItems).length === 0) return;
        if (tries === triesForUnprocessed) throw new Error('DynamoDB left writes unprocessed: it is throttling.');
        request = UnprocessedItems;
        await wait(2 ** tries * 10);
      }
    }),
  );
}
