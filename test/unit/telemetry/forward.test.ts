import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tellLive } from '../../../functions/platform/tellLive.ts';
import { backoffSeconds, sendToDeadLetters, sendToRetry } from '../../../functions/telemetry/forward.ts';
import { routedMessage } from '../../../functions/telemetry/routedMessage.ts';
import { toLiveUpdates } from '../../../functions/telemetry/stages/format.ts';
import { down, recordingClient } from '../platform/recordingClient.ts';
import { noon, routed, understood } from './samples.ts';

const failure = { failureClass: 'storage', reason: 'it is down' } as const;
const failed = (attempt: number, payload: unknown = {}) => ({ message: routed(payload, { attempt }), failure });
const retrying = (sqs: ReturnType<typeof recordingClient>) => sendToRetry({ sqs, queueUrl: 'retry' });

describe('backoff', () => {
  test('doubles from two seconds, with up to a second more', () => {
    expect([1, 2, 3, 4].map((failures) => backoffSeconds(failures, () => 0))).toEqual([2, 4, 8, 16]);
    expect(backoffSeconds(1, () => 0.99)).toBe(3);
  });

  test('is a whole number from 1 to 900 seconds, which is what SQS takes, after however many failures', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const delay = backoffSeconds(failures, () => random);
        expect(Number.isInteger(delay) && delay >= 1 && delay <= 900).toBe(true);
      }),
    );
  });
});

describe('another round', () => {
  test('carries the message, its attempt and why', async () => {
    const sqs = recordingClient();
    await retrying(sqs)([failed(2, { flow: 1 })]);
    const [entry] = sqs.calls[0]?.input.Entries ?? [];
    expect(sqs.calls[0]?.input.QueueUrl).toBe('retry');
    expect([8, 9]).toContain(entry.DelaySeconds);
    expect(routedMessage.parse(JSON.parse(entry.MessageBody))).toEqual({
      ...routed({ flow: 1 }),
      attempt: 3,
      failure: 'storage: it is down',
    });
  });

  test('is ten messages a call', async () => {
    const sqs = recordingClient();
    await retrying(sqs)(Array.from({ length: 23 }, () => failed(0)));
    expect(sqs.calls.map(({ input }) => input.Entries.length)).toEqual([10, 10, 3]);
  });

  test('is packed by bytes: no call is beyond a mebibyte', async () => {
    const sqs = recordingClient();
    await retrying(sqs)(Array.from({ length: 10 }, () => failed(0, 'x'.repeat(131_072))));
    const sizes = sqs.calls.map(({ input }) =>
      input.Entries.reduce(
        (sum: number, { MessageBody }: { MessageBody: string }) => sum + Buffer.byteLength(MessageBody),
        0,
      ),
    );
    expect(sizes).toHaveLength(2);
    expect(Math.max(...sizes)).toBeLessThan(1_048_576);
  });

  test('names those that SQS refused, in whichever call, and those alone', async () => {
    const sqs = recordingClient((_, count) =>
      count === 2 ? { Failed: [{ Id: '1', Message: 'no' }, { Id: '2' }] } : {},
    );
    const sources = Array.from({ length: 14 }, () => failed(0));
    const unsent = await retrying(sqs)(sources);
    expect([...unsent]).toEqual([
      [sources[11], 'no'],
      [sources[12], 'SQS did not say why'],
    ]);
  });

  test('names all of a call that failed, and throws nothing', async () => {
    const sources = [failed(0), failed(0)];
    expect([...(await retrying(recordingClient(down()))(sources)).keys()]).toEqual(sources);
  });

  test('of nothing is no call', async () => {
    const sqs = recordingClient();
    await retrying(sqs)([]);
    expect(sqs.calls).toEqual([]);
  });
});

describe('a dead letter', () => {
  test('has no delay, and is text that SQS takes whatever the device sent', async () => {
    const sqs = recordingClient();
    const deadLetter = {
      disposition: 'quarantined',
      failureClass: 'validation',
      reason: 'flow is "\uffff\u0000"',
      messageKey: 'boiler-7/m1',
      raw: { key: 'k', offset: 0, length: 1 },
      message: routed({}),
    } as const;
    await sendToDeadLetters({ sqs, queueUrl: 'dead' })([{ deadLetter }]);
    const [entry] = sqs.calls[0]?.input.Entries ?? [];
    expect(entry.DelaySeconds).toBeUndefined();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what SQS refuses (AWS: "SendMessage").
    expect(entry.MessageBody).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
    expect(JSON.parse(entry.MessageBody)).toEqual(deadLetter);
  });
});

describe('live updates', () => {
  const long = toLiveUpdates(
    understood({ readings: [{ time: noon, values: { note: 'x'.repeat(2048), mark: '\uffff' } }] }),
  );

  test('of a batch are one queue message', async () => {
    const sqs = recordingClient();
    await tellLive({ sqs, queueUrl: 'live' }).updates([...long, ...long]);
    expect(sqs.calls.map(({ input }) => input.QueueUrl)).toEqual(['live']);
    expect(JSON.parse(sqs.calls[0]?.input.MessageBody)).toEqual({ updates: [...long, ...long] });
    expect(sqs.calls[0]?.input.MessageBody).not.toContain('\uffff');
  });

  test('are as few as keep below a mebibyte, in their order', async () => {
    const sqs = recordingClient();
    const updates = Array.from({ length: 1000 }, (_, index) => ({
      ...(long[0] as (typeof long)[number]),
      messageId: `m${index}`,
    }));
    await tellLive({ sqs, queueUrl: 'live' }).updates(updates);
    const bodies = sqs.calls.map(({ input }) => input.MessageBody as string);
    expect(bodies).toHaveLength(3);
    expect(Math.max(...bodies.map((body) => Buffer.byteLength(body)))).toBeLessThan(1_048_576);
    expect(bodies.flatMap((body) => JSON.parse(body).updates)).toEqual(updates);
  });

  test('of nothing are no queue message', async () => {
    const sqs = recordingClient();
    await tellLive({ sqs, queueUrl: 'live' }).updates([]);
    expect(sqs.calls).toEqual([]);
  });
});
