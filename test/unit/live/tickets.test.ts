import { expect, test } from '@jest/globals';
import { issueTicket, useTicket } from '../../../functions/live/tickets.ts';
import { recordingClient } from '../platform/recordingClient.ts';

const holder = { userId: 'u1', isPlatformAdmin: false, sessionId: 's1', authorizedUntil: 1900 };
const now = Date.parse('2026-01-31T12:00:00.000Z');

test('a ticket is kept by its hash, for a minute', async () => {
  const db = recordingClient();
  const { ticket, expiresAt } = await issueTicket({ db, tableName: 'ephemeral' })(holder, now);
  expect(expiresAt).toBe('2026-01-31T12:01:00.000Z');
  expect(db.calls[0]?.input.Item).toEqual({
    id: expect.stringMatching(/^ticket#/),
    ...holder,
    expiresAt: now / 1000 + 60,
  });
  expect(JSON.stringify(db.calls)).not.toContain(ticket);
});

test('a ticket is used by deleting it, while it lasts', async () => {
  const kept = recordingClient();
  const { ticket } = await issueTicket({ db: kept, tableName: 'ephemeral' })(holder, now);
  const { Item } = kept.calls[0]?.input ?? {};
  const db = recordingClient(() => ({ Attributes: Item }));
  expect(await useTicket({ db, tableName: 'ephemeral' })(ticket, now + 59_000)).toEqual(holder);
  expect(db.calls).toMatchObject([
    {
      name: 'DeleteCommand',
      input: {
        Key: { id: Item.id },
        ConditionExpression: 'expiresAt > :now',
        ExpressionAttributeValues: { ':now': now / 1000 + 59 },
        ReturnValues: 'ALL_OLD',
      },
    },
  ]);
});

test('what is no ticket is nobody’s; a fault is a fault', async () => {
  const failing = (name: string) =>
    recordingClient(() => {
      throw Object.assign(new Error(name), { name });
    });
  const use = (name: string) => useTicket({ db: failing(name), tableName: 'ephemeral' })('x');
  expect(await use('ConditionalCheckFailedException')).toBeUndefined();
  await expect(use('ProvisionedThroughputExceededException')).rejects.toThrow();
});
