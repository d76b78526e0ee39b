import { describe, expect, test } from '@jest/globals';
import { accountFor } from '../../../../scripts/fleet/accountFor.ts';
import { openLedger } from '../../../../scripts/fleet/ledger.ts';
import type { MessageEntry, MessageRecords } from '../../../../scripts/fleet/messageRecords.ts';

/** The messages table, as far as the account looks at it. */
function recordsOf(entries: readonly MessageEntry[]): MessageRecords {
  return {
    get: async (keys) => entries.filter(({ messageKey, entry }) => entry === 'message' && keys.includes(messageKey)),
    list: async (key) => entries.filter(({ messageKey }) => messageKey === key),
    listByDevice: async (deviceId) => entries.filter(({ messageKey }) => messageKey.startsWith(`${deviceId}/`)),
  };
}

const entry = (messageKey: string, disposition: MessageEntry['disposition'], more: Partial<MessageEntry> = {}) => ({
  messageKey,
  entry: disposition === 'stored' ? 'message' : `${disposition}#t1`,
  disposition,
  ...more,
});

const published = async (...messageIds: (string | undefined)[]) => {
  const ledger = openLedger();
  for (const messageId of messageIds) await ledger.record({ deviceId: 'a', messageId }, Promise.resolve());
  return ledger;
};

const soon = () => Date.now() + 150;

describe('the account of a run', () => {
  test('counts each message by the end it came to', async () => {
    const ledger = await published('1', '2', '3');
    const records = recordsOf([
      entry('a/1', 'stored'),
      entry('a/2', 'dead-lettered', { reason: 'Timestream did not answer' }),
      entry('a/3', 'quarantined', { reason: 'temperature: not a number' }),
    ]);
    const account = await accountFor(ledger, records, soon());
    expect(account).toMatchObject({ stored: 1, duplicate: 0, quarantined: 1, 'dead-lettered': 1, missing: 0 });
    expect([...account.reasons]).toEqual([
      ['Timestream did not answer', 1],
      ['temperature: not a number', 1],
    ]);
  });

  test('an id that was sent twice is one stored and one duplicate', async () => {
    const ledger = await published('1', '1');
    const records = recordsOf([entry('a/1', 'stored'), entry('a/1', 'duplicate', { entry: 'duplicate#t2' })]);
    expect(await accountFor(ledger, records, soon())).toMatchObject({ stored: 1, duplicate: 1, missing: 0 });
  });

  test('a repeated delivery that nobody sent does not make up for a missing one', async () => {
    const ledger = await published('1', '1', '2');
    const records = recordsOf([
      entry('a/1', 'stored'),
      entry('a/1', 'duplicate', { entry: 'duplicate#t2' }),
      entry('a/1', 'duplicate', { entry: 'duplicate#t3' }),
    ]);
    expect(await accountFor(ledger, records, soon())).toMatchObject({ stored: 1, duplicate: 1, missing: 1 });
  });

  test('payloads without an id are found among the records of their device', async () => {
    const ledger = await published('1', undefined, undefined);
    const records = recordsOf([
      entry('a/1', 'stored'),
      entry('a/made-1', 'quarantined', { reason: 'not JSON' }),
      entry('a/made-2', 'quarantined', { reason: 'not JSON' }),
    ]);
    const account = await accountFor(ledger, records, soon());
    expect(account).toMatchObject({ stored: 1, quarantined: 2, missing: 0 });
    expect(account.reasons.get('not JSON')).toBe(2);
  });

  test('a record without an end is missing when the deadline has passed', async () => {
    const account = await accountFor(await published('1', '2'), recordsOf([entry('a/1', undefined)]), soon());
    expect(account).toMatchObject({ stored: 0, missing: 2 });
  });

  test('waits for records that come late', async () => {
    const entries: MessageEntry[] = [];
    setTimeout(() => entries.push(entry('a/1', 'stored')), 120);
    expect(await accountFor(await published('1'), recordsOf(entries), Date.now() + 5_000)).toMatchObject({
      missing: 0,
    });
  });
});

test('the ledger counts what the broker refused, by its reason', async () => {
  const ledger = openLedger();
  await ledger.record({ deviceId: 'a', messageId: '1' }, Promise.reject(new Error('NotAuthorized')));
  expect(ledger).toMatchObject({ published: 1, acknowledged: 0 });
  expect([...ledger.refusals]).toEqual([['NotAuthorized', 1]]);
});
