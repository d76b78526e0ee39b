import type { Sends } from '../platform/clients.ts';
import { MetricUnit, metrics } from '../platform/observe.ts';
import { dueIndex, dueShards } from '../platform/records/presence.ts';
import { queryItems } from '../platform/tables.ts';

interface Dependencies {
  readonly db: Sends;
  readonly tableName: string;
  readonly check: (deviceIds: readonly string[]) => Promise<void>;
}

/** Of each shard, longest due first: what a sweep leaves, the next one finds. */
const devicesPerShard = 5000;

/**
 * Has every device checked whose time is over: those that nothing but heartbeats or telemetry holds online, those that owe heartbeats, and
 * those whose grace period ended while nobody looked. Whether they are silent is judged there, by what was heard meanwhile.
 */
export const sweep =
  ({ db, tableName, check }: Dependencies) =>
  async (now = Date.now()): Promise<void> => {
    const counts = await Promise.all(
      dueShards.map(async (shard) => {
        const due: string[] = [];
        const items = queryItems(
          { db, tableName },
          {
            IndexName: dueIndex.name,
            KeyConditionExpression: '#shard = :shard AND #due <= :now',
            ExpressionAttributeNames: { '#shard': dueIndex.partitionKey, '#due': dueIndex.sortKey },
            ExpressionAttributeValues: { ':shard': shard, ':now': now },
            Limit: devicesPerShard,
          },
        );
        for await (const { deviceId } of items) if (due.push(String(deviceId)) === devicesPerShard) break;
        if (due.length > 0) await check(due);
        return due.length;
      }),
    );
    metrics.addMetric(
      'DevicesDue',
      MetricUnit.Count,
      counts.reduce((sum, count) => sum + count, 0),
    );
  };
