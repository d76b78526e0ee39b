import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { conflict } from '../../../../functions/platform/http/problem.ts';
import { changesBetween } from '../../../../functions/platform/records/audit.ts';
import { changeTogether } from '../../../../functions/platform/records/change.ts';
import { recordingClient } from '../recordingClient.ts';

const write = {
  item: { Delete: { TableName: 'devices', Key: { deviceId: 'a' } } },
  refusal: () => conflict('Changed.'),
};
const subject = { applicationId: 'one', actor: 'user:ada', operation: 'deleteDevice', entity: 'device:a' };
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

describe('a change', () => {
  test('and its entry in the audit table are one transaction', async () => {
    const db = recordingClient();
    await changeTogether({ db, auditTable: 'audit' })([write], [subject]);
    const [deletion, entry] = db.calls[0]?.input.TransactItems ?? [];
    expect(deletion).toEqual(write.item);
    expect(entry.Put).toMatchObject({
      TableName: 'audit',
      Item: { ...subject, auditId: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/) },
      ConditionExpression: 'attribute_not_exists(auditId)',
    });
  });

  test('whose condition does not hold is refused in its own words', async () => {
    const db = recordingClient(() => {
      throw cancelled('ConditionalCheckFailed', 'None');
    });
    await expect(changeTogether({ db, auditTable: 'audit' })([write], [subject])).rejects.toThrow('Changed.');
  });

  test('that met another’s is tried again, and in the end refused', async () => {
    const db = recordingClient((_, count) => {
      if (count < 3) throw cancelled('TransactionConflict', 'None');
      return {};
    });
    await changeTogether({ db, auditTable: 'audit' })([write], [subject]);
    expect(db.calls).toHaveLength(3);
    const busy = recordingClient(() => {
      throw cancelled('TransactionConflict', 'None');
    });
    await expect(changeTogether({ db: busy, auditTable: 'audit' })([write], [subject])).rejects.toMatchObject({
      status: 409,
    });
  });
});

test('the audit shows what differs, and no bookkeeping', () => {
  expect(
    changesBetween(
      { name: 'old', metadata: { floor: 1 }, roomId: 'hall', version: 1, updatedAt: 'x' },
      { name: 'new', metadata: { floor: 1 }, deviceType: 'boiler', version: 2, updatedAt: 'y' },
    ),
  ).toEqual({ name: { from: 'old', to: 'new' }, roomId: { from: 'hall' }, deviceType: { to: 'boiler' } });
});
