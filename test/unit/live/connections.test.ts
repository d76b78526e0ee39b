import { describe, expect, test } from '@jest/globals';
import { addChannels, findSubscribers, removeConnection, saveConnection } from '../../../functions/live/connections.ts';
import type { Holder } from '../../../functions/live/holder.ts';
import { recordingClient } from '../platform/recordingClient.ts';

const table = (db: ReturnType<typeof recordingClient>) => ({ db, tableName: 'connections' });
const holder: Holder = { userId: 'u1', isPlatformAdmin: false, sessionId: 's1', authorizedUntil: 1_900_000_000 };
const channels = (count: number) => Array.from({ length: count }, (_, index) => `device:${index}`);

describe('connections', () => {
  test('expire by themselves, after the two hours that API Gateway keeps one', async () => {
    const db = recordingClient();
    await saveConnection(table(db))('c1', 42, holder);
    const { Item } = db.calls[0]?.input ?? {};
    expect(Item).toMatchObject({ connectionId: 'c1', channel: '#connection', connectedAt: 42 });
    expect(Item.expiresAt - Date.now() / 1000).toBeGreaterThan(2 * 3600);
  });

  test('subscribe 25 channels a call', async () => {
    const db = recordingClient();
    await addChannels(table(db))('c1', channels(60), holder);
    expect(db.calls.map(({ input }) => input.RequestItems.connections.length)).toEqual([25, 25, 10]);
    expect(db.calls[0]?.input.RequestItems.connections[0].PutRequest.Item).toMatchObject({
      connectionId: 'c1',
      channel: 'device:0',
      ...holder,
    });
  });

  test('what DynamoDB leaves unprocessed is tried again, and it alone', async () => {
    const left = { connections: [{ PutRequest: { Item: { channel: 'device:1' } } }] };
    const db = recordingClient((_, count) => (count < 3 ? { UnprocessedItems: left } : { UnprocessedItems: {} }));
    await addChannels(table(db))('c1', channels(2), holder);
    expect(db.calls.map(({ input }) => input.RequestItems)).toEqual([expect.anything(), left, left]);
  });

  test('what DynamoDB leaves again and again is a fault', async () => {
    const db = recordingClient(({ input }) => ({ UnprocessedItems: input.RequestItems }));
    await expect(addChannels(table(db))('c1', channels(1), holder)).rejects.toThrow('throttling');
  });

  test('that are forgotten leave nothing behind, on whatever page it is', async () => {
    const db = recordingClient(({ name }, count) => {
      if (name !== 'QueryCommand') return {};
      return count === 1
        ? { Items: [{ channel: '#connection' }], LastEvaluatedKey: { channel: '#connection' } }
        : { Items: [{ channel: 'device:a' }] };
    });
    await removeConnection(table(db))('c1');
    expect(db.calls[1]?.input).toMatchObject({ ExclusiveStartKey: { channel: '#connection' } });
    expect(db.calls[2]?.input.RequestItems.connections).toEqual(
      ['#connection', 'device:a'].map((channel) => ({ DeleteRequest: { Key: { connectionId: 'c1', channel } } })),
    );
  });

  test('are found by the index, page by page, never by a scan', async () => {
    const db = recordingClient((_, count) =>
      count === 1
        ? { Items: [{ connectionId: 'c1', ...holder }], LastEvaluatedKey: { connectionId: 'c1' } }
        : { Items: [{ connectionId: 'c2', ...holder }] },
    );
    expect(await findSubscribers(table(db))('device:a')).toEqual(
      ['c1', 'c2'].map((connectionId) => ({ connectionId, ...holder })),
    );
    expect(db.calls).toMatchObject([
      {
        name: 'QueryCommand',
        input: { IndexName: 'byChannel', ExpressionAttributeValues: { ':channel': 'device:a' } },
      },
      { name: 'QueryCommand', input: { ExclusiveStartKey: { connectionId: 'c1' } } },
    ]);
  });
});
