import { describe, expect, test } from '@jest/globals';
import type { MessageRecord } from '../../../functions/model/message.ts';
import { insertRecords } from '../../../functions/telemetry/stores/messageRecords.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { fakeTables } from './fakeTables.ts';
import { noon } from './samples.ts';

const record = (more: Partial<MessageRecord> = {}): MessageRecord => ({
  deviceId: 'boiler-7',
  messageId: 'm1',
  traceId: 't1',
  disposition: 'stored',
  receivedAt: noon,
  raw: { key: 'raw/x.gz', offset: 0, length: 9 },
  stages: { started: noon },
  attempt: 0,
  ...more,
});
const table = () => fakeTables({ messages: ['messageKey', 'entry'] });
const inserting = (db: Parameters<typeof insertRecords>[0]['db']) =>
  insertRecords({ db, tableName: 'messages', retentionDays: 30 });

describe('message records', () => {
  test('are written with the end of the last stage and the day that they expire', async () => {
    const db = table();
    expect(await inserting(db)([record()])).toEqual(new Map());
    const item = db.items.get('messages|boiler-7/m1|message') ?? {};
    const { recorded = 0 } = item['stages'] as { recorded?: number };
    expect(item).toMatchObject({ disposition: 'stored', traceId: 't1', stages: { started: noon } });
    expect(Date.now() - recorded).toBeLessThan(60_000);
    expect(item['expiresAt']).toBe(Math.floor(recorded / 1000) + 30 * 86_400);
    expect(item).not.toHaveProperty('reason');
  });

  test('of an application are spread over four partitions a day, by their keys', async () => {
    const db = table();
    const records = Array.from({ length: 100 }, (_, index) =>
      record({ messageId: `m${index}`, applicationId: 'plant', receivedAt: noon + index * 1000 }),
    );
    await inserting(db)([...records, record({ messageId: 'nobody' })]);
    const days = [...db.items.values()].flatMap(({ applicationDay }) => applicationDay ?? []);
    expect(days).toHaveLength(100);
    expect(new Set(days)).toEqual(new Set([0, 1, 2, 3].map((shard) => `plant#2026-01-31#${shard}`)));
  });

  test('take one call for 25', async () => {
    const db = table();
    await inserting(db)(Array.from({ length: 26 }, (_, index) => record({ messageId: `m${index}` })));
    expect(db.calls.map(({ input }) => input.Statements.length)).toEqual([25, 1]);
  });

  test('of an id that another publish has taken meanwhile become duplicates', async () => {
    const db = table();
    await inserting(db)([record({ traceId: 'first' })]);
    expect(await inserting(db)([record({ traceId: 'second' })])).toEqual(new Map());
    expect(db.items.get('messages|boiler-7/m1|message')).toMatchObject({ traceId: 'first' });
    expect(db.items.get('messages|boiler-7/m1|duplicate#second')).toMatchObject({
      disposition: 'duplicate',
      traceId: 'second',
    });
  });

  test('of one publish, delivered twice, are one', async () => {
    const db = table();
    for (const disposition of ['stored', 'quarantined', 'dead-lettered', 'duplicate'] as const) {
      await inserting(db)([record({ disposition })]);
      expect(await inserting(db)([record({ disposition })])).toEqual(new Map());
    }
    expect([...db.items.keys()].map((key) => key.split('|')[2])).toEqual([
      'message',
      'quarantined#t1',
      'dead-lettered#t1',
      'duplicate#t1',
    ]);
  });

  test('of what was refused stand beside the stored message of the same id', async () => {
    const db = table();
    await inserting(db)([record({ traceId: 'bad', disposition: 'quarantined', reason: 'no' }), record()]);
    expect(db.items.size).toBe(2);
  });

  test('that fail are told apart from their neighbours', async () => {
    const db = recordingClient(() => ({ Responses: [{}, { Error: { Code: 'ThrottlingError', Message: 'slow' } }] }));
    const [first, second] = [record(), record({ messageId: 'm2' })];
    const failures = await inserting(db)([first, second]);
    expect([...failures.keys()]).toEqual([second]);
    expect(failures.get(second)).toMatchObject({ failureClass: 'storage' });
  });

  test('all fail, and nothing is thrown, when DynamoDB does not answer', async () => {
    const db = recordingClient(() => {
      throw new Error('no answer');
    });
    expect((await inserting(db)([record(), record({ messageId: 'm2' })])).size).toBe(2);
  });

  test.each(['reading who was first', 'writing the duplicate'])(
    'that are contested fail when %s fails',
    async (what) => {
      const db = recordingClient(({ name }, count) => {
        if (count === 1) return { Responses: [{ Error: { Code: 'DuplicateItem' } }] };
        if (name === 'BatchGetCommand' && what.startsWith('writing')) return { Responses: {} };
        throw new Error('no answer');
      });
      const contested = record();
      expect([...(await inserting(db)([contested])).keys()]).toEqual([contested]);
    },
  );
});
