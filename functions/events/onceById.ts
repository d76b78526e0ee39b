import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Sends } from '../platform/clients.ts';

/** Longer than a function runs: who holds it this long has died. Milliseconds. */
const lease = 60_000;
/** As long as a queue keeps a message, seconds. */
const kept = 15 * 86_400;

/**
 * Does a thing once for each id, however often it is asked for and by how many at once.
 * @throws Error while somebody else is doing it, and what `work` throws: it may be asked for again
 */
export const onceById =
  ({ db, tableName: TableName }: { readonly db: Sends; readonly tableName: string }) =>
  async (id: string, work: () => Promise<void>, now = Date.now()): Promise<void> => {
    const set = (name: 'leasedUntil' | 'doneAt', value: number) =>
      db.send(
        new UpdateCommand({
          TableName,
          Key: { id },
          UpdateExpression: `SET ${name} = :value`,
          ExpressionAttributeValues: { ':value': value },
        }),
      );
    try {
      await db.send(
        new PutCommand({
          TableName,
          Item: { id, leasedUntil: now + lease, expiresAt: Math.floor(now / 1000) + kept },
          ConditionExpression: 'attribute_not_exists(id) OR (attribute_not_exists(doneAt) AND leasedUntil < :now)',
          ExpressionAttributeValues: { ':now': now },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (error.Item?.['doneAt'] !== undefined) return;
      throw new Error(`${id} is under way elsewhere`);
    }
    try {
      await work();
    } catch (error) {
      await set('leasedUntil', 0);
      throw error;
    }
    await set('doneAt', now);
  };
