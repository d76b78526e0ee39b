import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Sends } from '../clients.ts';
import { Problem } from './problem.ts';

const windowSeconds = 60;
/** Requests that an execution environment takes from the count at once, so that most requests write nothing. */
const leaseSize = 10;
const callersKept = 1000;

interface Window {
  readonly start: number;
  left: number;
}

/**
 * Counts requests by caller and minute, over all execution environments.
 * @throws Problem 429 with Retry-After, in seconds
 */
export function limitRate({
  db,
  tableName,
  perMinute,
}: {
  readonly db: Sends;
  readonly tableName: string;
  readonly perMinute: number;
}) {
  const windows = new Map<string, Window>();
  const lease = Math.max(1, Math.min(leaseSize, Math.floor(perMinute / 10)));
  return async (caller: string, now = Date.now()): Promise<void> => {
    const start = Math.floor(now / 1000 / windowSeconds) * windowSeconds;
    let window = windows.get(caller);
    if (window === undefined || window.start !== start) {
      if (windows.size >= callersKept) windows.clear();
      window = { start, left: 0 };
      windows.set(caller, window);
    }
    if (window.left === 0) {
      await takeLease(db, { tableName, caller, start, lease, perMinute, now });
      window.left += lease;
    }
    window.left -= 1;
  };
}

async function takeLease(
  db: Sends,
  {
    tableName,
    caller,
    start,
    lease,
    perMinute,
    now,
  }: Omit<Window, 'left'> & {
    tableName: string;
    caller: string;
    lease: number;
    perMinute: number;
    now: number;
  },
): Promise<void> {
  try {
    await db.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { id: `rate#${caller}#${start}` },
        UpdateExpression: 'ADD #taken :lease SET expiresAt = :expiry',
        ConditionExpression: 'attribute_not_exists(#taken) OR #taken <= :most',
        ExpressionAttributeNames: { '#taken': 'taken' },
        ExpressionAttributeValues: {
          ':lease': lease,
          ':most': perMinute - lease,
          ':expiry': start + 2 * windowSeconds,
        },
      }),
    );
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    const seconds = Math.max(1, Math.ceil(start + windowSeconds - now / 1000));
    throw new Problem(429, 'Too Many Requests', `At most ${perMinute} requests a minute. Ask again in ${seconds} s.`, {
      headers: { 'retry-after': String(seconds) },
    });
  }
}
