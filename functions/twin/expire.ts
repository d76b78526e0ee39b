import { setTimeout as wait } from 'node:timers/promises';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import { queryItems } from '../platform/tables.ts';
import { newId } from '../platform/ulid.ts';
import { updateDesired } from './shadows.ts';
import { patchWithout } from './shadowTree.ts';
import { expiring, expiringIndex, parseState, requestItem } from './twinItems.ts';
import { expiredAt } from './twinState.ts';

interface ExpireDependencies {
  readonly db: Sends;
  readonly iotData: Sends;
  readonly tables: { readonly devices: string; readonly twins: string };
}

/** Of the longest due; what one run leaves, the next finds. */
const shadowsARun = 2000;
const shadowsAtOnce = 20;
const triesOnConflict = 5;
/** How long an update that was not seen yet is waited for: it may be the one that confirms. Milliseconds. */
const patience = 15 * 60_000;
/** What still can't be taken back then never will be: its shadow is gone, or began anew unheard. Milliseconds. */
const longPatience = 48 * 3600 * 1000;

/**
 * Takes back the desired values that were not confirmed in time. The shadow is changed only as it was last recorded, so that no
 * confirmation is overlooked; that the values went is recorded as every other change is, and until then they are found again.
 * @throws Error when a shadow could not be changed: the next run tries again
 */
export const expireValues =
  (dependencies: ExpireDependencies) =>
  async (now = Date.now()): Promise<void> => {
    const { db, tables } = dependencies;
    const due: Record<string, unknown>[] = [];
    const items = queryItems(
      { db, tableName: tables.twins },
      {
        IndexName: expiringIndex.name,
        KeyConditionExpression: '#expiring = :expiring AND #next <= :now',
        ExpressionAttributeNames: { '#expiring': expiringIndex.partitionKey, '#next': expiringIndex.sortKey },
        ExpressionAttributeValues: { ':expiring': expiring, ':now': now },
        Limit: shadowsARun,
      },
    );
    for await (const { twin, entry } of items) if (due.push({ twin, entry }) === shadowsARun) break;
    const failures: unknown[] = [];
    const next = due.values();
    const work = async () => {
      for (const key of next) await expireOne(dependencies, key, now).catch((error: unknown) => failures.push(error));
    };
    await Promise.all(Array.from({ length: shadowsAtOnce }, work));
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} shadows were not changed`);
  };

async function expireOne({ db, iotData, tables }: ExpireDependencies, key: Record<string, unknown>, now: number) {
  const tableName = tables.twins;
  for (let tries = 1; tries <= triesOnConflict; tries += 1) {
    const { Item } = await db.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
    const stored = parseState(Item);
    if (stored === undefined) return;
    const { state, revision, ...shadow } = stored;
    const paths = expiredAt(state, now);
    if (paths.length === 0) return;
    const overdue = now - Math.min(...paths.map((path) => state.values[path]?.expiresAt ?? now));
    if (state.missing.length > 0 && overdue < patience) return;
    const { Item: device } = await db.send(
      new GetCommand({ TableName: tables.devices, Key: deviceKey(shadow.deviceId) }),
    );
    // It was deleted, and its shadows with it.
    if (parseDevice(device)?.applicationId !== shadow.applicationId) return forget({ db, tableName }, key, revision);
    const desired = patchWithout(paths);
    const requestId = newId();
    const request = { desired, actor: 'system', cause: 'expiry' as const, at: now };
    await db.send(new PutCommand({ TableName: tableName, Item: requestItem(shadow, requestId, request) }));
    const refusal = await updateDesired({ iotData })({
      deviceId: shadow.deviceId,
      shadowName: shadow.shadowName,
      desired,
      version: state.version,
      clientToken: requestId,
    });
    if (refusal === undefined) {
      metrics.addMetric('TwinValuesExpired', MetricUnit.Count, paths.length);
      return;
    }
    if (refusal.refused !== 'version') throw new Error(`${shadow.deviceId}: ${refusal.detail}`);
    // The shadow is ahead of what is recorded: what came meanwhile may confirm them.
    if (tries === triesOnConflict && overdue > longPatience) return forget({ db, tableName }, key, revision);
    await wait(2 ** tries * 20);
  }
  logger.info('a shadow changes faster than it is recorded; the next run tries again', { key });
}

/** Nothing of this shadow is due any more, until another update of it is recorded. */
async function forget(
  { db, tableName }: { readonly db: Sends; readonly tableName: string },
  key: Record<string, unknown>,
  revision: number,
): Promise<void> {
  logger.warn('values of a shadow are due that can not be taken back: nobody looks at them any more', { key });
  const { partitionKey, sortKey } = expiringIndex;
  const update = new UpdateCommand({
    TableName: tableName,
    Key: key,
    UpdateExpression: 'REMOVE #partition, #sort',
    ConditionExpression: 'revision = :revision',
    ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
    ExpressionAttributeValues: { ':revision': revision },
  });
  await db.send(update).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  });
}
