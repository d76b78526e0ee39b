import '../platform/silent.ts';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { archiveEvents } from '../../../functions/events/archiveEvents.ts';
import { notificationOf, notify } from '../../../functions/events/notify.ts';
import { onceById } from '../../../functions/events/onceById.ts';
import { tellWatchers } from '../../../functions/events/tellWatchers.ts';
import type { LiveChange } from '../../../functions/live/protocol.ts';
import type { Event } from '../../../functions/model/event.ts';
import type { BatchHandler } from '../../../functions/platform/sqsHandler.ts';
import { memoryDb } from '../platform/memoryDb.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { queued } from '../telemetry/samples.ts';
import { envelopeWith, offline } from './samples.ts';

const delivered = (...events: Partial<Event>[]) =>
  events.map((more, index) => queued(envelopeWith(more), `sqs-${index}`));
const handle = async (handler: BatchHandler, records: readonly SQSRecord[]) =>
  (await handler(records, { getRemainingTimeInMillis: () => 1000 })).failed;

describe('those who watch', () => {
  const told = async (...events: Partial<Event>[]) => {
    const all: LiveChange[] = [];
    const tell = async (changes: readonly LiveChange[]) => void all.push(...changes);
    expect(await handle(tellWatchers({ tell }), delivered(...events))).toEqual([]);
    return all;
  };

  test('are told of a device in its channel, its room’s and its application’s', async () => {
    expect(await told({})).toEqual([
      {
        channels: ['device:boiler-7', 'room:hall', 'application:plant'],
        kind: 'event',
        applicationId: 'plant',
        deviceId: 'boiler-7',
        roomId: 'hall',
        at: offline.at,
        data: offline,
      },
    ]);
  });

  test('are told of a room, and of a device that is in none', async () => {
    const [room, device] = await told(
      { entity: 'room:hall', metadata: undefined, data: {} },
      { metadata: undefined, data: {} },
    );
    expect(room).toMatchObject({ channels: ['room:hall', 'application:plant'], roomId: 'hall' });
    expect(room).not.toHaveProperty('deviceId');
    expect(device).toMatchObject({ channels: ['device:boiler-7', 'application:plant'] });
  });

  test('what is no event goes to the dead letters, and its neighbours are told', async () => {
    const odd = queued('{"type":"event"}', 'odd');
    const tell = async () => {};
    expect(await handle(tellWatchers({ tell }), [odd, ...delivered({})])).toEqual([odd]);
  });
});

describe('people', () => {
  const open = (answer?: Parameters<typeof recordingClient>[0]) => {
    const db = memoryDb({ name: 'ephemeral', keys: ['id'] });
    const sns = recordingClient(answer);
    const once = onceById({ db, tableName: 'ephemeral' });
    return { db, sns, once, handler: notify({ sns, topicArn: 'topic', once }) };
  };

  test('are notified once of an event that comes twice', async () => {
    const { sns, handler } = open();
    expect(await handle(handler, delivered({}))).toEqual([]);
    expect(await handle(handler, delivered({}))).toEqual([]);
    expect(sns.calls).toHaveLength(1);
  });

  test('are notified when the first attempt failed', async () => {
    const { sns, handler } = open((_, count) => {
      if (count === 1) throw new Error('down');
      return {};
    });
    const records = delivered({});
    expect(await handle(handler, records)).toEqual(records);
    expect(await handle(handler, records)).toEqual([]);
    expect(sns.calls).toHaveLength(2);
  });

  test('who notifies and dies lets the next one in when the lease is over, not before', async () => {
    const { once } = open();
    const work: string[] = [];
    const dies = new Promise<never>(() => {});
    const note = (name: string) => async (ids: readonly string[]) => {
      work.push(...ids.map((id) => `${id} ${name}`));
      return new Map();
    };
    void once(['id'], () => dies, 1000);
    const early = await once(['id', 'other'], note('early'), 61_000);
    expect([...early]).toEqual([['id', expect.objectContaining({ message: 'id is under way elsewhere' })]]);
    expect(await once(['id', 'other'], note('later'), 61_001)).toEqual(new Map());
    expect(await once(['id', 'other'], note('again'), 200_000)).toEqual(new Map());
    expect(work).toEqual(['other early', 'id later']);
  });

  test('read a text that says what, when, where and why, in a subject of what SNS takes', () => {
    const { subject, message } = notificationOf(
      envelopeWith({ entity: `device:${'b'.repeat(120)}`, data: { reason: 'silent' } }),
    );
    expect(subject).toMatch(/^WARNING: device\.offline of device:b{30,}/);
    expect(subject?.length).toBeLessThan(100);
    const { default: program, email, sms } = JSON.parse(message);
    expect(JSON.parse(program)).toMatchObject({ id: offline.eventId, type: 'event' });
    expect(email).toContain('where: north wing');
    expect(email).toContain('reason: "silent"');
    expect(sms).toMatch(/^WARNING/);
  });

  test('are notified of a batch in one call; who is not is so when it comes again, alone', async () => {
    const { sns, handler, db } = open((_, count) => (count === 1 ? { Failed: [{ Id: '1', SenderFault: false }] } : {}));
    const records = delivered({}, { eventId: '01KGA3Y6R00000000000000002' }, { eventId: '01KGA3Y6R00000000000000003' });
    expect(await handle(handler, [...records, ...records.slice(0, 1)])).toEqual([records[1]]);
    expect(db.calls).toEqual(['BatchExecuteStatement', 'BatchExecuteStatement']);
    expect(await handle(handler, records)).toEqual([]);
    const entries = sns.calls.map(({ input }) => input.PublishBatchRequestEntries);
    expect(entries.map(({ length }) => length)).toEqual([3, 1]);
    expect(entries[0][0]).toMatchObject({
      Subject: expect.stringMatching(/^WARNING/),
      MessageStructure: 'json',
      MessageAttributes: { applicationId: { DataType: 'String', StringValue: 'plant' } },
    });
  });
});

describe('the archive', () => {
  const archived = async (...batches: SQSRecord[][]) => {
    const s3 = recordingClient();
    for (const batch of batches) expect(await handle(archiveEvents({ s3, bucket: 'bucket' }), batch)).toEqual([]);
    return s3.calls.map(({ input }) => ({
      key: input.Key as string,
      lines: gunzipSync(input.Body).toString().trimEnd().split('\n'),
    }));
  };
  const next = { eventId: '01KGA3Y6R00000000000000002' };

  test('has an object for each day on which something happened, by UTC', async () => {
    const objects = await archived(
      delivered({ at: '2026-01-31T23:59:59.999Z' }, { ...next, at: '2026-02-01T00:00:00.000Z' }),
    );
    expect(objects.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^events\/dt=2026-01-31\/[0-9a-f]{32}\.ndjson\.gz$/),
      expect.stringMatching(/^events\/dt=2026-02-01\//),
    ]);
    expect(objects.map(({ lines }) => lines.map((line) => JSON.parse(line).id))).toEqual([
      [offline.eventId],
      [next.eventId],
    ]);
  });

  test('writes the same events into the same object, in whatever order and however often they come', async () => {
    const [one, two] = await archived(delivered({}, next), delivered(next, {}, next));
    expect(two).toEqual(one);
    expect(one?.lines).toHaveLength(2);
  });

  test('brings back only those that were not written', async () => {
    const s3 = recordingClient(({ input }) => {
      if (input.Key.includes('2026-02-01')) throw new Error('down');
    });
    const records = delivered({}, { ...next, at: '2026-02-01T00:00:00.000Z' });
    expect(await handle(archiveEvents({ s3, bucket: 'bucket' }), records)).toEqual([records[1]]);
  });
});
