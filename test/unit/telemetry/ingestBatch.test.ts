import '../platform/silent.ts';
import { describe, expect, test } from '@jest/globals';
import type { Failure } from '../../../functions/platform/failure.ts';
import { readArrival } from '../../../functions/telemetry/arrival.ts';
import { type IngestDependencies, ingestBatch, type Known } from '../../../functions/telemetry/ingestBatch.ts';
import type { DeviceProfile } from '../../../functions/telemetry/reading.ts';
import type { RoutedMessage } from '../../../functions/telemetry/routedMessage.ts';
import type { DeviceState } from '../../../functions/telemetry/stores/deviceState.ts';
import { type Faults, pipeline } from './pipeline.ts';
import { noon, profileOf, queued, routed } from './samples.ts';

const context = { getRemainingTimeInMillis: () => 1000 };
const storage: Failure = { failureClass: 'storage', reason: 'it is down' };
const always = () => true;

/** Queue messages, one per payload; trace and SQS ids count up from 1. */
const batch = (...messages: (RoutedMessage | string)[]) =>
  messages.map((message, index) => queued(message, `sqs-${index + 1}`));
const flow = (id: string, more: Partial<RoutedMessage> = {}) =>
  routed({ messageId: id, flow: 1 }, { traceId: `trace-${id}`, ...more });
const broken = (traceId: string, more: Partial<RoutedMessage> = {}) => routed(Buffer.from('{'), { traceId, ...more });

async function ingest(
  messages: (RoutedMessage | string)[],
  faults: Faults = {},
  { known, ...overrides }: { known?: Partial<Known> } & Partial<IngestDependencies> = {},
) {
  const { dependencies, kept } = pipeline(faults, known);
  const { failed } = await ingestBatch({ ...dependencies, ...overrides })(batch(...messages), context);
  return {
    ...kept,
    failed: failed.map(({ messageId }) => messageId),
    ends: kept.records.map(({ traceId, disposition }) => `${traceId} ${disposition}`),
    round: kept.retried.map(({ message }) => message.traceId),
  };
}

describe('a batch', () => {
  test('is stored: raw bytes, points, state, live, and a record that says when', async () => {
    const { archived, written, moved, shown, records, retried, deadLetters, failed } = await ingest([
      flow('1'),
      flow('2', { deviceId: 'boiler-8' }),
    ]);
    expect(archived).toEqual(['trace-1', 'trace-2']);
    expect([written, moved].map((each) => each.map(({ messageId }) => messageId))).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
    expect(shown.map(({ channels }) => channels)).toEqual([
      ['device:boiler-7', 'application:default'],
      ['device:boiler-8', 'application:default'],
    ]);
    expect(records[1]).toEqual({
      deviceId: 'boiler-8',
      messageId: '2',
      applicationId: 'default',
      traceId: 'trace-2',
      disposition: 'stored',
      receivedAt: noon,
      eventTime: noon,
      format: 'flat',
      points: 1,
      reason: undefined,
      failureClass: undefined,
      raw: { key: 'raw/x.gz', offset: 10, length: 10 },
      stages: {
        queued: noon + 5,
        started: expect.any(Number),
        decoded: expect.any(Number),
        archived: expect.any(Number),
        stored: expect.any(Number),
        state: expect.any(Number),
      },
      attempt: 0,
      clientId: 'boiler-7',
      principal: undefined,
    });
    expect([retried, deadLetters, failed]).toEqual([[], [], []]);
  });

  test('of nothing is nothing', async () => {
    expect(await ingest([])).toMatchObject({ records: [], failed: [] });
  });

  test('a message without an id gets the same one at every delivery', async () => {
    const [first] = (await ingest([routed({ flow: 1 })])).records;
    const [again] = (await ingest([routed({ flow: 1 }, { attempt: 1 })])).records;
    expect(again?.messageId).toBe(first?.messageId);
  });
});

describe('presence', () => {
  const state = (deviceId: string, online?: boolean): [string, DeviceState] => [
    deviceId,
    { deviceId, metrics: {}, lastSeen: noon - 1000, version: 1, ...(online !== undefined && { online }) },
  ];
  const states = new Map([state('there', true), state('gone', false), state('old')]);

  test('is asked once in a batch, about devices that are not known to be online', async () => {
    const messages = ['there', 'gone', 'old', 'new', 'gone'].map((deviceId, index) => flow(`${index}`, { deviceId }));
    const { checked, ends } = await ingest(messages, {}, { known: { states } });
    expect(checked).toEqual([['gone', 'old', 'new']]);
    expect(ends).toHaveLength(5);
  });

  test('is not asked about those that are', async () => {
    const { checked } = await ingest([flow('1', { deviceId: 'there' }), broken('bad')], {}, { known: { states } });
    expect(checked).toEqual([]);
  });

  test('is not asked about a device of which nothing was kept', async () => {
    const messages = [broken('bad'), flow('1', { deviceId: 'gone' }), flow('2', { deviceId: 'old' })];
    const { checked } = await ingest(messages, { state: (deviceId) => deviceId === 'gone' }, { known: { states } });
    expect(checked).toEqual([['old']]);
  });
});

describe('a duplicate', () => {
  test('of a message on record is kept raw and recorded, and is no second point', async () => {
    const { ends, archived, written, shown } = await ingest(
      [flow('1')],
      {},
      { known: { stored: new Map([['boiler-7/1', 'another trace']]) } },
    );
    expect(ends).toEqual(['trace-1 duplicate']);
    expect(archived).toEqual(['trace-1']);
    expect([written, shown]).toEqual([[], []]);
  });

  test('within the batch is one too', async () => {
    const { ends, written } = await ingest([flow('1'), flow('1', { traceId: 'trace-1b' })]);
    expect(ends).toEqual(['trace-1 stored', 'trace-1b duplicate']);
    expect(written).toHaveLength(1);
  });

  test('is one only of the same device', async () => {
    const { ends } = await ingest([flow('1'), flow('1', { traceId: 'trace-1b', deviceId: 'boiler-8' })]);
    expect(ends).toEqual(['trace-1 stored', 'trace-1b stored']);
  });

  test('of a first that was not stored goes round with it: it may be the one that is', async () => {
    const { ends, round } = await ingest([flow('1'), flow('1', { traceId: 'trace-1b' })], { store: () => storage });
    expect(ends).toEqual([]);
    expect(round).toEqual(['trace-1', 'trace-1b']);
  });

  test('of a first that could not be read is none', async () => {
    const bad = routed({ messageId: '1', flow: null }, { traceId: 'bad' });
    expect((await ingest([bad, flow('1')])).ends).toEqual(['bad quarantined', 'trace-1 stored']);
  });
});

describe('a second delivery', () => {
  test('of a message that is stored already writes nothing', async () => {
    const { archived, written, records, retried, failed } = await ingest(
      [flow('1')],
      {},
      { known: { stored: new Map([['boiler-7/1', 'trace-1']]) } },
    );
    expect([archived, written, records, retried, failed]).toEqual([[], [], [], [], []]);
  });

  test('in the same batch leaves one record', async () => {
    expect((await ingest([flow('1'), flow('1')])).ends).toEqual(['trace-1 stored']);
  });
});

describe('a message that can not be used', () => {
  test('is quarantined with its reason, raw bytes and a dead letter, and its neighbours are stored', async () => {
    const { ends, records, archived, deadLetters } = await ingest([flow('1'), broken('bad'), flow('2')]);
    expect(ends).toEqual(['trace-1 stored', 'bad quarantined', 'trace-2 stored']);
    expect(archived).toEqual(['trace-1', 'bad', 'trace-2']);
    expect(records[1]).toMatchObject({ failureClass: 'validation', reason: expect.stringContaining('not JSON') });
    expect(deadLetters).toEqual([
      {
        disposition: 'quarantined',
        failureClass: 'validation',
        reason: records[1]?.reason,
        messageKey: `boiler-7/${records[1]?.messageId}`,
        raw: { key: 'raw/x.gz', offset: 10, length: 10 },
        message: broken('bad'),
      },
    ]);
  });

  test('because it says it is from another device is a failure of authentication', async () => {
    const { records, written } = await ingest([routed({ deviceId: 'boiler-8', flow: 1 })]);
    expect(records).toMatchObject([{ disposition: 'quarantined', failureClass: 'authentication' }]);
    expect(written).toEqual([]);
  });

  test('because the code throws at it goes round alone', async () => {
    const cursed: DeviceProfile = {
      ...profileOf(),
      get units(): never {
        throw new Error('cursed');
      },
    };
    const { ends, retried } = await ingest(
      [flow('1', { deviceId: 'cursed' }), flow('2')],
      {},
      { readProfiles: async () => (deviceId) => (deviceId === 'cursed' ? cursed : profileOf()) },
    );
    expect(ends).toEqual(['trace-2 stored']);
    expect(retried).toMatchObject([
      { message: { traceId: 'trace-1' }, failure: { failureClass: 'processing', reason: 'Error: cursed' } },
    ]);
  });

  test('is found by the id that it gives, where it gives one that can be used', async () => {
    const refused = (payload: object) => routed({ temperature: {}, ...payload }, { traceId: 'bad' });
    expect((await ingest([refused({ messageId: 'm-7' })])).records).toMatchObject([{ messageId: 'm-7' }]);
    expect((await ingest([refused({ messageId: 'no id' })])).records[0]?.messageId).toMatch(/^[0-9A-Z]{26}$/);
  });

  test('because Timestream rejects a point is quarantined alone', async () => {
    const rejected: Failure = { failureClass: 'validation', reason: 'The telemetry store rejected a point: too old' };
    const { ends, shown } = await ingest([flow('1'), flow('2')], {
      store: ({ messageId }) => (messageId === '1' ? rejected : undefined),
    });
    expect(ends).toEqual(['trace-1 quarantined', 'trace-2 stored']);
    expect(shown.map(({ messageId }) => messageId)).toEqual(['2']);
  });
});

describe('a queue message that no rule made', () => {
  test.each([
    'no JSON',
    '{}',
    JSON.stringify({ ...flow('1'), payload: '%' }),
    JSON.stringify({ ...flow('1'), receivedAt: 8.7e15 }),
  ])('is quarantined under its own name: %s', async (body) => {
    const { records, archived, ends } = await ingest([body, flow('2')]);
    expect(records[0]).toMatchObject({
      deviceId: 'unknown',
      traceId: 'sqs-1',
      failureClass: 'validation',
      reason: expect.stringMatching(/^The queue message is not/),
    });
    expect(archived).toEqual(['sqs-1', 'trace-2']);
    expect(ends[1]).toBe('trace-2 stored');
  });

  test('never becomes telemetry, even when it goes round and its text looks like some', async () => {
    const first = await ingest(['{"temperature": 21.5}'], { archive: true });
    const [again] = first.retried;
    const { records, written } = await ingest([{ ...(again?.message as RoutedMessage), attempt: 1 }]);
    expect(records).toMatchObject([{ disposition: 'quarantined', deviceId: 'unknown', traceId: 'sqs-1' }]);
    expect(written).toEqual([]);
    expect(readArrival(queued(again?.message)).bytes.toString()).toBe('{"temperature": 21.5}');
  });
});

describe('when a dependency is down', () => {
  const messages = [flow('1'), broken('bad'), flow('2', { deviceId: 'boiler-8' })];

  test('the archive: everything goes round, for nothing ends without its raw bytes', async () => {
    const { records, round, deadLetters } = await ingest(messages, { archive: true });
    expect([records, deadLetters]).toEqual([[], []]);
    expect(round).toEqual(['trace-1', 'bad', 'trace-2']);
  });

  test('the archive, even at the last attempt', async () => {
    expect((await ingest([flow('1', { attempt: 9 })], { archive: true })).round).toEqual(['trace-1']);
  });

  test('the telemetry store: what is new goes round, what can not be used is recorded all the same', async () => {
    const { ends, round, shown, moved } = await ingest(messages, { store: () => storage });
    expect(ends).toEqual(['bad quarantined']);
    expect(round).toEqual(['trace-1', 'trace-2']);
    expect([shown, moved]).toEqual([[], []]);
  });

  test('the profiles, or the records to compare with: as the store', async () => {
    expect(await ingest(messages, { profiles: true })).toMatchObject({
      records: [],
      round: ['trace-1', 'bad', 'trace-2'],
      written: [],
    });
    expect(await ingest(messages, { known: true })).toMatchObject({
      ends: ['bad quarantined'],
      round: ['trace-1', 'trace-2'],
      written: [],
    });
  });

  test('the state of one device: its messages go round, those of others end', async () => {
    const { ends, round } = await ingest(messages, { state: (deviceId) => deviceId === 'boiler-8' });
    expect(ends).toEqual(['trace-1 stored', 'bad quarantined']);
    expect(round).toEqual(['trace-2']);
  });

  test('the live queue: what is new goes round', async () => {
    expect(await ingest(messages, { live: true })).toMatchObject({
      ends: ['bad quarantined'],
      round: ['trace-1', 'trace-2'],
    });
  });

  test('the live queue, at the last attempt: what is stored stays stored, and its record says that nobody saw it', async () => {
    const { records, deadLetters } = await ingest([flow('1', { attempt: 4 })], { live: true });
    expect(records).toMatchObject([{ disposition: 'stored', reason: expect.stringContaining('live queue') }]);
    expect(deadLetters).toEqual([]);
  });

  test('the queue of presence: what it was to hear of goes round, but for the last attempt', async () => {
    expect(await ingest([flow('1'), flow('2', { attempt: 4 })], { presence: true })).toMatchObject({
      round: ['trace-1'],
      records: [{ traceId: 'trace-2', disposition: 'stored', reason: expect.stringContaining('presence queue') }],
    });
  });

  test('the table of records: what has no record goes round', async () => {
    const { round, failed } = await ingest(messages, { records: ({ traceId }) => traceId !== 'trace-1' });
    expect(round).toEqual(['bad', 'trace-2']);
    expect(failed).toEqual([]);
  });

  test('the dead letters: what belongs there goes round, and has no record yet', async () => {
    const { ends, round } = await ingest(messages, { deadLetters: always });
    expect(ends).toEqual(['trace-1 stored', 'trace-2 stored']);
    expect(round).toEqual(['bad']);
  });

  test('the retry queue: SQS keeps those that it did not take, and no other', async () => {
    const { failed, round } = await ingest(messages, {
      store: () => storage,
      retry: ({ traceId }) => traceId === 'trace-2',
    });
    expect(failed).toEqual(['sqs-3']);
    expect(round).toEqual(['trace-1']);
  });

  test('the next round says why', async () => {
    const { retried } = await ingest([flow('1')], { store: () => storage });
    expect(retried).toMatchObject([{ message: { attempt: 0 }, failure: storage }]);
  });
});

describe('the registry', () => {
  const profiles = (more: Partial<DeviceProfile>): Partial<IngestDependencies> => ({
    readProfiles: async () => () => profileOf(more),
  });

  test('learns of a device by its first valid message, and by no other', async () => {
    expect((await ingest([flow('1'), flow('2'), broken('bad', { deviceId: 'new' })])).welcomed).toEqual(['boiler-7']);
    expect((await ingest([flow('1')], {}, profiles({ status: 'registered' }))).welcomed).toEqual(['boiler-7']);
    expect((await ingest([flow('1')], {}, profiles({ status: 'active' }))).welcomed).toEqual([]);
  });

  test('that does not answer sends the message round again', async () => {
    const { ends, round } = await ingest([flow('1'), flow('2', { deviceId: 'b' })], { registry: (id) => id === 'b' });
    expect(ends).toEqual(['trace-1 stored']);
    expect(round).toEqual(['trace-2']);
  });

  test('has the messages of a disabled device quarantined, the reason said, their bytes kept, none of them shown', async () => {
    const { records, archived, written, shown, welcomed, deadLetters } = await ingest(
      [flow('1')],
      {},
      profiles({ status: 'disabled', applicationId: 'plant' }),
    );
    expect(records).toMatchObject([
      {
        messageId: '1',
        applicationId: 'plant',
        disposition: 'quarantined',
        failureClass: 'authentication',
        reason: expect.stringContaining("'boiler-7' is disabled"),
      },
    ]);
    expect(archived).toEqual(['trace-1']);
    expect(deadLetters).toHaveLength(1);
    expect([written, shown, welcomed]).toEqual([[], [], []]);
  });

  test('says whose a message is, also of one that was refused; nobody says it of what no rule made', async () => {
    const { records } = await ingest([broken('bad'), 'no JSON'], {}, profiles({ applicationId: 'plant' }));
    expect(records.map(({ applicationId }) => applicationId)).toEqual(['plant', undefined]);
  });
});

describe('the last attempt', () => {
  const last = { attempt: 4 };

  test('that fails is dead-lettered, with a record, the reason and a dead letter', async () => {
    const { records, deadLetters, retried } = await ingest([flow('1', last), flow('2')], { store: () => storage });
    expect(records).toMatchObject([
      { traceId: 'trace-1', disposition: 'dead-lettered', failureClass: 'storage', reason: 'it is down', attempt: 4 },
    ]);
    expect(deadLetters).toMatchObject([
      { disposition: 'dead-lettered', messageKey: 'boiler-7/1', message: { traceId: 'trace-1' } },
    ]);
    expect(retried).toMatchObject([{ message: { traceId: 'trace-2' } }]);
  });

  test('that succeeds is stored like any other', async () => {
    expect((await ingest([flow('1', last)])).ends).toEqual(['trace-1 stored']);
  });

  test('goes round once more when the dead letters are down', async () => {
    expect(await ingest([flow('1', last)], { store: () => storage, deadLetters: always })).toMatchObject({
      records: [],
      round: ['trace-1'],
    });
  });
});

describe('a gateway', () => {
  const profiles: Partial<IngestDependencies> = {
    readProfiles: async () => (deviceId) => profileOf({ gatewayId: deviceId === 'child' ? 'gate-1' : undefined }),
  };

  test('publishes for its child', async () => {
    const { ends, records } = await ingest([flow('1', { deviceId: 'child', gatewayId: 'gate-1' })], {}, profiles);
    expect(ends).toEqual(['trace-1 stored']);
    expect(records).toMatchObject([{ deviceId: 'child' }]);
  });

  test.each([
    ['of another gateway', 'child', 'gate-2'],
    ['of no gateway', 'boiler-7', 'gate-1'],
  ])(
    'that publishes for a device %s is on record itself, and the device is not touched',
    async (_, deviceId, gatewayId) => {
      const { records, moved, written, shown, deadLetters } = await ingest(
        [flow('1', { deviceId, gatewayId })],
        {},
        profiles,
      );
      expect(records).toMatchObject([
        { deviceId: gatewayId, disposition: 'quarantined', failureClass: 'authentication' },
      ]);
      expect([moved, written, shown]).toEqual([[], [], []]);
      // As it came: once the registry names the gateway, it can be sent in again.
      expect(deadLetters).toMatchObject([{ message: { deviceId, gatewayId } }]);
    },
  );

  test('is not asked for when a device publishes itself', async () => {
    const { ends } = await ingest([flow('1', { deviceId: 'child' })], {}, profiles);
    expect(ends).toEqual(['trace-1 stored']);
  });
});
