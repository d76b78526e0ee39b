import '../platform/silent.ts';
import { describe, expect, test } from '@jest/globals';
import { publishEvents } from '../../../functions/events/publishEvents.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { eventWith, offline, streamed } from './samples.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `event-${index}`);
const records = (count: number) => ids(count).map((eventId, index) => streamed(eventWith({ eventId }), index + 1));

function open(answer?: Parameters<typeof recordingClient>[0]) {
  const sns = recordingClient(answer);
  const sqs = recordingClient();
  const publish = publishEvents({ sns, sqs, topicArn: 'topic', deadLetterQueueUrl: 'dead' });
  const published = () =>
    sns.calls.flatMap(({ input }) =>
      input.PublishBatchRequestEntries.map(({ Message }: { Message: string }) => JSON.parse(Message).id),
    );
  return { sns, sqs, publish, published };
}

describe('what the stream of the events table brings', () => {
  test('is published in its order, ten a call, with attributes to filter by', async () => {
    const { sns, publish, published } = open();
    expect(await publish(records(12))).toBeUndefined();
    expect(sns.calls.map(({ input }) => input.PublishBatchRequestEntries.length)).toEqual([10, 2]);
    expect(published()).toEqual(ids(12));
    expect(sns.calls[0]?.input.PublishBatchRequestEntries[0].MessageAttributes).toMatchObject({
      eventType: { DataType: 'String', StringValue: 'device.offline' },
      severity: { DataType: 'String', StringValue: 'warning' },
    });
  });

  test('stays within the bytes of a call', async () => {
    const { sns, publish } = open();
    const large = ['a', 'b', 'c', 'd'].map((eventId) =>
      streamed(eventWith({ eventId, data: { text: 'x'.repeat(99_000) } })),
    );
    await publish(large);
    expect(sns.calls.map(({ input }) => input.PublishBatchRequestEntries.length)).toEqual([2, 2]);
  });

  test('is not published when it was changed or deleted by hand', async () => {
    const { sns, publish } = open();
    expect(await publish([streamed(offline, 1, 'MODIFY'), streamed(offline, 2, 'REMOVE')])).toBeUndefined();
    expect(sns.calls).toEqual([]);
  });

  test('comes again from the first on that SNS failed on, and nothing after it is published before', async () => {
    const { publish, published } = open(() => ({
      Failed: [
        { Id: '7', SenderFault: false, Code: 'InternalError' },
        { Id: '3', SenderFault: false, Code: 'InternalError' },
      ],
    }));
    expect(await publish(records(12))).toMatchObject({ dynamodb: { SequenceNumber: '4' } });
    expect(published()).toHaveLength(10);
  });

  test('goes to the dead letters with the reason when SNS refuses it for good, and the others go on', async () => {
    const { sqs, publish, published } = open((_, count) =>
      count === 1 ? { Failed: [{ Id: '0', SenderFault: true, Code: 'InvalidParameter', Message: 'too long' }] } : {},
    );
    expect(await publish(records(12))).toBeUndefined();
    expect(published()).toHaveLength(12);
    expect(sqs.calls.map(({ input }) => JSON.parse(input.MessageBody))).toMatchObject([
      { reason: 'InvalidParameter: too long', keys: { eventId: { S: 'event-0' } } },
    ]);
  });

  test('goes to the dead letters when it is no event, and the others are published', async () => {
    const { sqs, publish, published } = open();
    expect(await publish([streamed({ eventId: 'odd', type: 7 }, 1), streamed(offline, 2)])).toBeUndefined();
    expect(published()).toEqual([offline.eventId]);
    expect(JSON.parse(sqs.calls[0]?.input.MessageBody).reason).toMatch(/^not an event/);
  });
});
