import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  RejectedRecordsException,
  ThrottlingException,
  TimestreamWriteClient,
  ValidationException,
} from '@aws-sdk/client-timestream-write';
import { describe, expect, test } from '@jest/globals';
import { noop } from 'cockatiel';
import type { Aggregated } from '../../../functions/telemetry/stages/aggregate.ts';
import { writeTelemetry } from '../../../functions/telemetry/stores/telemetryStore.ts';
import { type Call, recordingClient } from '../platform/recordingClient.ts';
import { noon, understood } from './samples.ts';

const metadata = { $metadata: {}, message: 'refused' };
const rejected = (...RejectedRecords: { RecordIndex: number; Reason?: string; ExistingVersion?: number }[]) =>
  new RejectedRecordsException({ ...metadata, RejectedRecords });
const writeWith = (timestream: ReturnType<typeof recordingClient>) =>
  writeTelemetry({ timestream, database: 'db', table: 'points', breaker: noop });
const message = (messageId: string, more: Partial<Aggregated> = {}) => understood({ messageId, ...more });
const points = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ time: noon + index, values: { flow: index } }));
const recordsOf = (call: Call | undefined) => call?.input.Records ?? [];

describe('writing telemetry', () => {
  test('is at most 100 records a call, each of them once', async () => {
    const timestream = recordingClient();
    await writeWith(timestream)([
      message('a', { readings: points(150) }),
      message('b', { deviceId: 'other', readings: points(120) }),
    ]);
    expect(timestream.calls.map((call) => recordsOf(call).length)).toEqual([100, 100, 70]);
    expect(timestream.calls[0]?.input).toMatchObject({
      DatabaseName: 'db',
      TableName: 'points',
      CommonAttributes: { MeasureName: 'telemetry', MeasureValueType: 'MULTI', TimeUnit: 'MILLISECONDS' },
    });
  });

  test('of nothing is no call', async () => {
    const timestream = recordingClient();
    await writeWith(timestream)([]);
    expect(timestream.calls).toEqual([]);
  });

  test('to a cloud that has no Timestream is a fault that may pass: messages are tried again, then dead-lettered', async () => {
    const cloud = createServer((request, response) => {
      request.resume();
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'UnknownOperationException' }));
    });
    await new Promise<void>((resolve) => cloud.listen(0, '127.0.0.1', resolve));
    const timestream = new TimestreamWriteClient({
      endpoint: `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 2,
    });
    try {
      const write = writeTelemetry({ timestream, database: 'db', table: 'points', breaker: noop });
      const failures = await write([message('a'), message('b')]);
      expect([...failures.values()]).toEqual([
        { failureClass: 'storage', reason: expect.stringMatching(/^telemetry store: /) },
        { failureClass: 'storage', reason: expect.stringMatching(/^telemetry store: /) },
      ]);
    } finally {
      timestream.destroy();
      cloud.close();
    }
  });

  test('a rejected record fails its message alone, for good, and says why', async () => {
    const timestream = recordingClient(() => {
      throw rejected({ RecordIndex: 1, Reason: 'outside the retention' });
    });
    const [good, bad] = [message('a'), message('b', { deviceId: 'other' })];
    expect([...(await writeWith(timestream)([good, bad]))]).toEqual([
      [bad, { failureClass: 'validation', reason: expect.stringContaining('outside the retention') }],
    ]);
  });

  test('a point that was superseded already is no failure', async () => {
    const timestream = recordingClient(() => {
      throw rejected({ RecordIndex: 0, ExistingVersion: noon + 1 });
    });
    expect(await writeWith(timestream)([message('a')])).toEqual(new Map());
  });

  test('a store that is busy fails the messages of that call, for now', async () => {
    const timestream = recordingClient((_, count) => {
      if (count === 1) throw new ThrottlingException({ ...metadata, Message: 'slow down' });
      return {};
    });
    const [first, second] = [message('a', { readings: points(100) }), message('b', { deviceId: 'other' })];
    const failures = await writeWith(timestream)([first, second]);
    expect([...failures.keys()]).toEqual([first]);
    expect(failures.get(first)?.failureClass).toBe('storage');
  });

  test('a record that spoils its whole call fails its message alone', async () => {
    const timestream = recordingClient((call) => {
      const spoilt = recordsOf(call).some(
        ({ Dimensions }: { Dimensions: { Value: string }[] }) => Dimensions[0]?.Value === 'bad',
      );
      if (spoilt) throw new ValidationException({ ...metadata, Message: 'not well-formed' });
      return {};
    });
    const messages = ['a', 'bad', 'c'].map((deviceId) => message(deviceId, { deviceId }));
    expect([...(await writeWith(timestream)(messages)).keys()].map(({ deviceId }) => deviceId)).toEqual(['bad']);
  });

  test('messages of one device, event time and millisecond of arrival are one record: the greater id has the last word', async () => {
    const timestream = recordingClient();
    await writeWith(timestream)([
      message('b', { readings: [{ time: noon, values: { flow: 2, level: 2 } }] }),
      message('a', { readings: [{ time: noon, values: { flow: 1, state: 'on' } }] }),
      message('c', { receivedAt: noon + 1 }),
    ]);
    const [tied, ...rest] = recordsOf(timestream.calls[0]);
    expect(rest).toHaveLength(1);
    expect(tied.MeasureValues).toEqual([
      { Name: 'flow', Value: '2', Type: 'DOUBLE' },
      { Name: 'state', Value: 'on', Type: 'VARCHAR' },
      { Name: 'level', Value: '2', Type: 'DOUBLE' },
    ]);
  });

  test('a rejected record of tied messages fails them all', async () => {
    const timestream = recordingClient(() => {
      throw rejected({ RecordIndex: 0, Reason: 'too old' });
    });
    expect((await writeWith(timestream)([message('a'), message('b')])).size).toBe(2);
  });
});
