import '../platform/silent.ts';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { recordEvents } from '../../../functions/events/recordEvents.ts';
import { directoryKeys } from '../../../functions/platform/records/directory.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { openRegistry } from '../provisioning/registry.ts';
import { noon, queued } from '../telemetry/samples.ts';

const overheated = {
  data: {
    type: 'object',
    required: ['temperature'],
    properties: {
      temperature: { type: 'number', unit: 'Cel', minimum: 100 },
      valve: { enum: ['open', 'shut'] },
    },
  },
};

let registry: ReturnType<typeof openRegistry>;
let sqs: ReturnType<typeof recordingClient>;
beforeEach(async () => {
  registry = openRegistry();
  sqs = recordingClient();
  const times = { createdAt: '2026-01-31T12:00:00.000Z', updatedAt: '2026-01-31T12:00:00.000Z' };
  const thingModel = { title: 'Boiler', events: { overheated, 'lid-opened': {} } };
  await registry.db.send(
    new PutCommand({
      TableName: 'directory',
      Item: {
        ...directoryKeys.deviceType('plant', 'boiler'),
        ...{ applicationId: 'plant', typeName: 'boiler', thingModel, version: 1, ...times },
      },
    }),
  );
  await registry.put({ deviceType: 'boiler', roomId: 'hall', metadata: { location: 'north' } });
});

const message = (event: string, payload: string, traceId = 'trace', messageId?: string | string[]) =>
  queued({
    payload: Buffer.from(payload).toString('base64'),
    deviceId: 'boiler-7',
    clientId: 'boiler-7',
    principal: 'c'.repeat(64),
    receivedAt: noon,
    traceId,
    event,
    ...(messageId !== undefined && { messageId }),
  });
const tell = async (...records: ReturnType<typeof message>[]) => {
  const record = recordEvents({ db: registry.db, sqs, tables: registry.tables, deadLetterQueueUrl: 'dead' });
  return (await record(records, { getRemainingTimeInMillis: () => 1000 })).failed;
};
const letters = () => sqs.calls.map(({ input }) => JSON.parse(input.MessageBody));

describe('what a device tells of', () => {
  test('is an event of its type, with what the device is and where', async () => {
    expect(await tell(message('overheated', '{"temperature": 131}'))).toEqual([]);
    expect(await registry.all('events')).toEqual([
      {
        eventId: expect.stringMatching(/^[0-9A-Z]{26}$/),
        at: new Date(noon).toISOString(),
        applicationId: 'plant',
        entity: 'device:boiler-7',
        actor: 'device:boiler-7',
        type: 'device.event',
        data: { roomId: 'hall', name: 'overheated', data: { temperature: 131 } },
        metadata: { deviceType: 'boiler', roomId: 'hall', location: 'north' },
      },
    ]);
    expect(letters()).toEqual([]);
  });

  test('is one event, however often its message is delivered', async () => {
    const twice = message('lid-opened', '');
    await tell(twice, twice);
    await tell(twice);
    expect(await registry.all('events')).toHaveLength(1);
    await tell(message('lid-opened', '', 'another'));
    expect(await registry.all('events')).toHaveLength(2);
  });

  test('is one event, however often the device sends it with the same message id', async () => {
    const first = message('lid-opened', '', 'one', 'm-1');
    expect(await tell(first, message('lid-opened', '', 'two', 'm-1'))).toEqual([]);
    expect(await tell(first)).toEqual([]);
    expect(await registry.all('events')).toHaveLength(1);
    const week = 7 * 86_400;
    const [mark] = await registry.all('ephemeral');
    expect(Math.abs(mark?.['expiresAt'] - (Date.now() / 1000 + week))).toBeLessThan(60);
    await tell(message('lid-opened', '', 'three', 'm-2'), message('overheated', '{"temperature":131}', 'four', 'm-1'));
    expect(await registry.all('events')).toHaveLength(3);
  });

  test('is taken when it was refused before, and comes again with the same message id', async () => {
    await registry.put({ deviceType: 'boiler', status: 'disabled' });
    await tell(message('lid-opened', '', 'one', 'm-1'));
    await registry.put({ deviceType: 'boiler' });
    await tell(message('lid-opened', '', 'two', 'm-1'));
    const types = (await registry.all('events')).map(({ type }) => type).toSorted();
    expect(types).toEqual(['device.event', 'device.eventRefused']);
  });

  test.each([
    ['has characters that it may not have', 'm 1', /The user property messageId must be 1 to 128 letters/],
    ['is given twice', ['m-1', 'm-2'], /The user property messageId must be given once\./],
  ])('is refused when its message id %s', async (_, messageId, reason) => {
    await tell(message('lid-opened', '', 'trace', messageId));
    expect(letters()).toMatchObject([{ reason: expect.stringMatching(reason), message: { messageId } }]);
  });

  test.each([
    ['an event that its type has not', 'exploded', '{}', /has no event 'exploded'. It has overheated, lid-opened/],
    ['data that are not JSON', 'overheated', '{', /not JSON/],
    ['data that lack something', 'overheated', '{}', /must have required property 'temperature'/],
    ['data out of their range', 'overheated', '{"temperature": 20}', /\/temperature: must be >= 100/],
    ['another word than those expected', 'overheated', '{"temperature": 120, "valve": "ajar"}', /\["open","shut"\]/],
    ['too much', 'lid-opened', JSON.stringify('x'.repeat(65_536)), /at most 65536 are taken/],
  ])('is refused with the reason when it is %s', async (_, event, payload, reason) => {
    expect(await tell(message(event, payload))).toEqual([]);
    expect(await registry.all('events')).toMatchObject([
      { type: 'device.eventRefused', data: { name: event, reason: expect.stringMatching(reason) } },
    ]);
    expect(letters()).toMatchObject([{ reason: expect.stringMatching(reason), message: { event, traceId: 'trace' } }]);
  });

  test.each([
    ['has no type', {}, /no device type/],
    ['is disabled', { deviceType: 'boiler', status: 'disabled' as const }, /disabled/],
    ['is of a type that is gone', { deviceType: 'kettle' }, /no device type/],
  ])('is refused when the device %s', async (_, device, reason) => {
    await registry.put(device);
    await tell(message('lid-opened', ''));
    expect(letters()).toMatchObject([{ reason: expect.stringMatching(reason) }]);
  });

  test('is refused when nobody registered the device', async () => {
    registry = openRegistry();
    await tell(message('lid-opened', ''));
    expect(await registry.all('events')).toMatchObject([{ applicationId: 'default', type: 'device.eventRefused' }]);
  });

  test('comes again when it could not be written', async () => {
    const broken = recordEvents({
      db: recordingClient(() => {
        throw new Error('down');
      }),
      sqs,
      tables: registry.tables,
      deadLetterQueueUrl: 'dead',
    });
    const one = message('lid-opened', '');
    expect((await broken([one], { getRemainingTimeInMillis: () => 1000 })).failed).toEqual([one]);
  });
});
