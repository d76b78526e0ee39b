import { randomUUID } from 'node:crypto';
import { type MessageAttributeValue, PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from '@jest/globals';
import { until } from '../until.ts';
import { group } from './conforms.ts';
import { connect, output } from './target.ts';

const sns = connect(SNSClient);
const sqs = connect(SQSClient, { useQueueUrlAsEndpoint: false });
const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
const number = (value: number): MessageAttributeValue => ({ DataType: 'Number', StringValue: String(value) });

// Topic, queues and filter policies are those of the suite's own stack; each test tells its messages by a run id of its own.
group(
  'SNS',
  () =>
    sns.send(new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:000000000000:conformance-none', Message: '{}' })),
  ({ conforms }) => {
    const publish = (body: object, MessageAttributes: Record<string, MessageAttributeValue> = {}) =>
      sns.send(new PublishCommand({ TopicArn: output('TopicArn'), Message: JSON.stringify(body), MessageAttributes }));
    const take = async (name: string): Promise<Message[]> => {
      const QueueUrl = output(`${name}QueueUrl`);
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
        }),
      );
      for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return Messages;
    };
    /** Publishes the candidates, then one that passes, and gives those of this run that came up to it. */
    const delivered = async (
      name: string,
      candidates: (run: string) => Promise<unknown>[],
      last: (run: string) => Promise<unknown>,
    ) => {
      const run = randomUUID();
      for (const sent of candidates(run)) await sent;
      await last(run);
      const labels: string[] = [];
      await until(`the last message in ${name}`, async () => {
        for (const { Body = '{}' } of await take(name)) {
          const message = JSON.parse(Body);
          if (message.run === run) labels.push(message.label);
        }
        return labels.includes('last');
      });
      return labels.filter((label) => label !== 'last').sort();
    };

    conforms(
      'a filter policy compares message attributes: every key, any of its values',
      'Amazon SNS message filtering',
      async () => {
        const send = (run: string) => (label: string, attributes: Record<string, MessageAttributeValue>) =>
          publish({ run, label }, attributes);
        const labels = await delivered(
          'Alarms',
          (run) => [
            send(run)('equal', { kind: text('alarm'), level: number(3) }),
            send(run)('prefix', { kind: text('alarm-fire'), level: number(5) }),
            send(run)('other kind', { kind: text('notice'), level: number(4) }),
            send(run)('out of range', { kind: text('alarm'), level: number(5.5) }),
            send(run)('a key missing', { kind: text('alarm') }),
            send(run)('a key that must not be', { kind: text('alarm'), level: number(4), silent: text('yes') }),
            send(run)('number as text', { kind: text('alarm'), level: text('4') }),
          ],
          (run) => send(run)('last', { kind: text('alarm'), level: number(4) }),
        );
        expect(labels).toEqual(['equal', 'prefix']);
      },
    );

    conforms('a filter policy looks into the message body', 'Amazon SNS subscription filter policy scope', async () => {
      const send = (run: string) => (label: string, room: unknown) => publish({ run, label, room });
      const labels = await delivered(
        'Rooms',
        (run) => [
          send(run)('anything but', { id: 'hall', floor: 0 }),
          send(run)('what it denies', { id: 'attic', floor: 2 }),
          send(run)('a key missing', { id: 'hall' }),
          send(run)('no object', 'hall'),
        ],
        (run) => send(run)('last', { id: 'kitchen', floor: 1 }),
      );
      expect(labels).toEqual(['anything but']);
    });

    conforms(
      'without raw delivery a message comes in an envelope',
      'Amazon SNS message delivery to Amazon SQS',
      async () => {
        const run = randomUUID();
        const { MessageId } = await publish({ run }, { kind: text('note') });
        const envelope = await until('the envelope', async () =>
          (await take('Wrapped'))
            .map(({ Body = '{}' }) => JSON.parse(Body))
            .find(({ Message }) => Message?.includes(run)),
        );
        expect(envelope).toMatchObject({
          Type: 'Notification',
          MessageId,
          TopicArn: output('TopicArn'),
          Message: JSON.stringify({ run }),
          MessageAttributes: { kind: { Type: 'String', Value: 'note' } },
        });
      },
    );

    conforms('raw delivery keeps body and attributes', 'Amazon SNS raw message delivery', async () => {
      const run = randomUUID();
      await publish({ run }, { kind: text('alarm'), level: number(4) });
      const message = await until('the message', async () =>
        (await take('Alarms')).find(({ Body }) => Body?.includes(run)),
      );
      expect(message.Body).toBe(JSON.stringify({ run }));
      expect(message.MessageAttributes).toMatchObject({ kind: text('alarm'), level: number(4) });
    });

    conforms('a batch tells each message by its id', 'PublishBatch', async () => {
      const entry = (Id: string) => ({ Id, Message: '{}' });
      const { Successful, Failed } = await sns.send(
        new PublishBatchCommand({ TopicArn: output('TopicArn'), PublishBatchRequestEntries: [entry('a'), entry('b')] }),
      );
      expect(Successful?.map(({ Id }) => Id)).toEqual(['a', 'b']);
      expect(Failed ?? []).toEqual([]);
    });

    conforms('a topic that is not there is NotFound', 'Publish', async () => {
      const TopicArn = `${output('TopicArn')}-none`;
      await expect(sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toMatchObject({
        name: expect.stringMatching(/^NotFound(Exception)?$/),
        $metadata: { httpStatusCode: 404 },
      });
    });
  },
);
