import { describe, expect, test } from '@jest/globals';
import { readStanding } from '../../../../functions/platform/access/memberships.ts';
import { recordingClient } from '../recordingClient.ts';

const at = '2026-11-21T12:00:00.000Z';
const item = (applicationId: string) => ({
  applicationId,
  userId: 'ada',
  email: 'ada@example.com',
  role: 'viewer',
  version: 1,
  createdAt: at,
  updatedAt: at,
});
const ada = { userId: 'ada', isPlatformAdmin: false, sessionId: 's' };

describe('what a person is a member of', () => {
  test('is asked for by the index, page by page, and kept for seconds only', async () => {
    const db = recordingClient(({ name, input }) => {
      if (name === 'GetCommand') return {};
      return input.ExclusiveStartKey === undefined
        ? { Items: [item('one')], LastEvaluatedKey: { pk: 'x' } }
        : { Items: [item('two')] };
    });
    const read = readStanding({ db, tableName: 'directory' });
    expect([...(await read(ada, 0)).memberships.keys()]).toEqual(['one', 'two']);
    expect(db.calls[0]?.input).toMatchObject({ IndexName: 'byUser', ExpressionAttributeValues: { ':user': 'ada' } });
    const asked = db.calls.length;
    await read(ada, 10_000);
    expect(db.calls).toHaveLength(asked);
    await read(ada, 60_000);
    expect(db.calls.length).toBeGreaterThan(asked);
  });

  test('is of no use once the session was signed out', async () => {
    const db = recordingClient(({ name }) => (name === 'GetCommand' ? { Item: { signedOutAt: at } } : {}));
    expect((await readStanding({ db, tableName: 'directory' })(ada)).signedIn).toBe(false);
  });

  test('is asked for again after a fault', async () => {
    const db = recordingClient((_, count) => {
      if (count === 1) throw new Error('throttled');
      return {};
    });
    const read = readStanding({ db, tableName: 'directory' });
    await expect(read(ada)).rejects.toThrow('throttled');
    expect((await read(ada)).memberships.size).toBe(0);
  });
});
