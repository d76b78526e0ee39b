import '../platform/silent.ts';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { readDevices } from '../../../functions/devices/readDevices.ts';
import { type Call, recordingClient } from '../platform/recordingClient.ts';
import { noon } from '../telemetry/samples.ts';

const state = {
  deviceId: 'boiler-7',
  item: 'state',
  applicationId: 'default',
  deviceType: 'boiler',
  lastSeen: noon,
  version: 3,
  metrics: { flow: { value: 3, time: noon - 1000, receivedAt: noon, messageId: 'm1', unit: 'L/min' } },
};
const entry = {
  messageKey: 'boiler-7/m1',
  entry: 'message',
  deviceId: 'boiler-7',
  messageId: 'm1',
  traceId: 't1',
  disposition: 'stored',
  receivedAt: noon,
  eventTime: noon - 1000,
  points: 1,
  format: 'flat',
  raw: { key: 'raw/x.gz', offset: 0, length: 9 },
  stages: { started: noon, recorded: noon + 9 },
  attempt: 0,
  clientId: 'boiler-7',
};

async function get(
  routeKey: string,
  answer: (call: Call) => unknown,
  { query, ...pathParameters }: (Record<string, string> & { query?: never }) | { query?: Record<string, string> } = {},
) {
  const db = recordingClient(answer);
  const event = { routeKey, pathParameters, queryStringParameters: query } as unknown as APIGatewayProxyEventV2;
  const outcome = await readDevices({ db, devicesTable: 'devices', messagesTable: 'messages' })(event);
  // biome-ignore lint/suspicious/noExplicitAny: an answer's body is what the tests look into.
  return { body: outcome.body as any, calls: db.calls };
}
const none = () => ({});

describe('GET /api/devices', () => {
  const list = (answer: (call: Call) => unknown, query?: Record<string, string>) =>
    get('GET /api/devices', answer, query && { query });

  test('lists devices with their newest values, times as ISO 8601', async () => {
    const { body } = await list(() => ({ Items: [state] }));
    expect(body).toEqual({
      devices: [
        {
          deviceId: 'boiler-7',
          deviceType: 'boiler',
          lastSeen: '2026-01-31T12:00:00.000Z',
          latest: { flow: { value: 3, unit: 'L/min', time: '2026-01-31T11:59:59.000Z' } },
        },
      ],
    });
  });

  test('asks the index of the application for states alone, 25 unless told', async () => {
    const { calls } = await list(none);
    expect(calls).toMatchObject([
      {
        name: 'QueryCommand',
        input: {
          IndexName: 'byApplication',
          Limit: 25,
          ExpressionAttributeValues: { ':application': 'default', ':state': 'state' },
        },
      },
    ]);
  });

  test('a cursor leads from page to page, to the very key where the last one ended', async () => {
    const LastEvaluatedKey = { applicationId: 'default', deviceId: 'boiler-7', item: 'state' };
    const first = await list(() => ({ Items: [state], LastEvaluatedKey }), { limit: '1' });
    expect(first.calls[0]?.input.Limit).toBe(1);
    const { body, calls } = await list(none, { next: first.body.next });
    expect(calls[0]?.input.ExclusiveStartKey).toEqual(LastEvaluatedKey);
    expect(body).toEqual({ devices: [] });
  });

  test.each([
    { limit: '0' },
    { limit: '101' },
    { limit: 'many' },
    { limit: '1.5' },
    { next: 'made up' },
    { next: btoa('[1]') },
  ])('%j is a 400 that says what is wrong', async (query) => {
    await expect(list(none, query as unknown as Record<string, string>)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(Object.keys(query)[0] ?? ''),
    });
  });

  test('a cursor of another list is a 400, for DynamoDB does not take it', async () => {
    const refuse = () => {
      throw Object.assign(new Error('The provided starting key is invalid'), { name: 'ValidationException' });
    };
    await expect(list(refuse, { next: btoa('{"deviceId":"x"}') })).rejects.toMatchObject({ status: 400 });
    await expect(list(refuse)).rejects.not.toHaveProperty('status');
  });
});

describe('GET /api/devices/{deviceId}', () => {
  test('shows one device', async () => {
    const { body, calls } = await get('GET /api/devices/{deviceId}', () => ({ Item: state }), { deviceId: 'boiler-7' });
    expect(body.latest.flow.value).toBe(3);
    expect(calls[0]?.input).toEqual({ TableName: 'devices', Key: { deviceId: 'boiler-7', item: 'state' } });
  });

  test('is a 404 of a device that has sent nothing', async () => {
    await expect(get('GET /api/devices/{deviceId}', none, { deviceId: 'nobody' })).rejects.toMatchObject({
      status: 404,
      message: expect.stringContaining("'nobody'"),
    });
  });
});

describe('GET /api/devices/{deviceId}/messages', () => {
  test('lists its messages, newest first', async () => {
    const { deviceId, messageId, disposition, receivedAt, eventTime, points } = entry;
    const projected = { deviceId, messageId, disposition, receivedAt, eventTime, points };
    const { body, calls } = await get('GET /api/devices/{deviceId}/messages', () => ({ Items: [projected] }), {
      deviceId: 'boiler-7',
    });
    expect(calls[0]?.input).toMatchObject({ IndexName: 'byDevice', ScanIndexForward: false });
    expect(body).toEqual({
      messages: [
        {
          deviceId: 'boiler-7',
          messageId: 'm1',
          disposition: 'stored',
          points: 1,
          receivedAt: '2026-01-31T12:00:00.000Z',
          eventTime: '2026-01-31T11:59:59.000Z',
        },
      ],
    });
  });
});

describe('GET /api/messages/{deviceId}/{messageId}', () => {
  const passport = (answer: (call: Call) => unknown) =>
    get('GET /api/messages/{deviceId}/{messageId}', answer, { deviceId: 'boiler-7', messageId: 'm1' });

  test('shows all that came under the id: where its bytes are, and when each stage ended', async () => {
    const duplicate = { ...entry, entry: 'duplicate#t2', traceId: 't2', disposition: 'duplicate' };
    const { body, calls } = await passport(() => ({ Items: [entry, duplicate] }));
    expect(calls[0]?.input.ExpressionAttributeValues).toEqual({ ':key': 'boiler-7/m1' });
    expect(body.entries.map(({ disposition }: { disposition: string }) => disposition)).toEqual([
      'stored',
      'duplicate',
    ]);
    expect(body.entries[0]).toMatchObject({
      raw: { key: 'raw/x.gz', offset: 0, length: 9 },
      stages: { started: '2026-01-31T12:00:00.000Z', recorded: '2026-01-31T12:00:00.009Z' },
    });
  });

  test('goes on where there are more than a page of them', async () => {
    const { body } = await passport(() => ({
      Items: [entry],
      LastEvaluatedKey: { messageKey: 'boiler-7/m1', entry: 'message' },
    }));
    expect(body.next).toEqual(expect.any(String));
  });

  test('is a 404 where nothing is on record', async () => {
    await expect(passport(none)).rejects.toMatchObject({ status: 404 });
  });
});

test('another route is a 404', async () => {
  await expect(get('GET /api/elsewhere', none)).rejects.toMatchObject({ status: 404 });
});
