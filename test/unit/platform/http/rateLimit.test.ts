import { describe, expect, test } from '@jest/globals';
import { limitRate } from '../../../../functions/platform/http/rateLimit.ts';
import { recordingClient } from '../recordingClient.ts';

/** A table that counts as DynamoDB does. */
function countingTable() {
  const taken = new Map<string, number>();
  return recordingClient(({ input }) => {
    const { Key, ExpressionAttributeValues: values } = input;
    const before = taken.get(Key.id) ?? 0;
    if (before > values[':most'])
      throw Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' });
    taken.set(Key.id, before + values[':lease']);
    return {};
  });
}

const minute = Date.UTC(2026, 10, 21, 12, 0, 30);

describe('the rate of a caller', () => {
  test('is held to the limit over all environments, which say when to come back', async () => {
    const db = countingTable();
    const environments = [1, 2, 3].map(() => limitRate({ db, tableName: 't', perMinute: 100 }));
    let allowed = 0;
    let refusal: unknown;
    for (let request = 0; request < 300; request += 1) {
      await environments[request % 3]?.('ada', minute).then(
        () => {
          allowed += 1;
        },
        (error) => {
          refusal = error;
        },
      );
    }
    expect(allowed).toBe(100);
    expect(refusal).toMatchObject({ status: 429, headers: { 'retry-after': '30' } });
    // Counted in leases: a write for ten requests, then one for each refusal.
    expect(db.calls.filter((_, index) => index < 10)).toHaveLength(10);
  });

  test('begins anew with the minute, and is each caller’s own', async () => {
    const limit = limitRate({ db: countingTable(), tableName: 't', perMinute: 10 });
    for (let request = 0; request < 10; request += 1) await limit('ada', minute);
    await expect(limit('ada', minute)).rejects.toMatchObject({ status: 429 });
    await limit('grace', minute);
    await limit('ada', minute + 60_000);
  });

  test('is not guessed when the table fails', async () => {
    const db = recordingClient(() => {
      throw new Error('throttled');
    });
    await expect(limitRate({ db, tableName: 't', perMinute: 10 })('ada', minute)).rejects.toThrow('throttled');
  });
});
