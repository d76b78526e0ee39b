import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect } from '@jest/globals';
import { until } from '../until.ts';
import { group } from './conforms.ts';
import { connect, uniqueName } from './target.ts';

// A queue's URL may name a host that only its emulator knows.
const sqs = connect(SQSClient, { useQueueUrlAsEndpoint: false });

group(
  'SQS',
  () => sqs.send(new ListQueuesCommand({ MaxResults: 1 })),
  ({ conforms, resource }) => {
    const queue = (what: string, Attributes: Record<string, string> = {}) =>
      resource(
        async () => {
          const QueueName = `${uniqueName(what)}${Attributes['FifoQueue'] === 'true' ? '.fifo' : ''}`;
          const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
          return QueueUrl;
        },
        (QueueUrl) => sqs.send(new DeleteQueueCommand({ QueueUrl })),
      );
    const standard = queue('standard', { VisibilityTimeout: '30' });
    const retried = queue('retried', { VisibilityTimeout: '1' });
    const deadLetters = queue('dead');
    const fifo = queue('orders', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });

    const receive = (QueueUrl: string, more: object = {}) =>
      until('a message', async () => {
        const { Messages } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, MessageSystemAttributeNames: ['All'], ...more }),
        );
        return Messages?.[0];
      });
    const remove = ({ ReceiptHandle }: Message, QueueUrl: string) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

    conforms('a message comes as it was sent, with its attributes and digest', 'SendMessage', async () => {
      const QueueUrl = await standard();
      const MessageAttributes = { place: { DataType: 'String', StringValue: 'north' } };
      const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'grüße', MessageAttributes }));
      const message = await receive(QueueUrl, { MessageAttributeNames: ['All'] });
      expect(message).toMatchObject({
        Body: 'grüße',
        MessageId: sent.MessageId,
        MD5OfBody: sent.MD5OfMessageBody,
        MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
        MessageAttributes,
        Attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
      });
      await remove(message, QueueUrl);
    });

    conforms(
      'a received message is hidden until its visibility timeout ends',
      'Amazon SQS visibility timeout',
      async () => {
        const QueueUrl = await standard();
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'once' }));
        const first = await receive(QueueUrl);
        expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).toEqual([]);
        await sqs.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first.ReceiptHandle, VisibilityTimeout: 0 }),
        );
        const second = await receive(QueueUrl);
        expect(second.MessageId).toBe(first.MessageId);
        expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
        expect(second.Attributes?.['ApproximateReceiveCount']).toBe('2');
        await remove(second, QueueUrl);
      },
    );

    conforms('a delayed message comes when its delay has passed', 'Amazon SQS message timers', async () => {
      const QueueUrl = await standard();
      const sent = Date.now();
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 2 }));
      const message = await receive(QueueUrl);
      expect(Date.now() - sent).toBeGreaterThanOrEqual(1_900);
      await remove(message, QueueUrl);
    });

    conforms('long polling returns as soon as a message arrives', 'Amazon SQS short and long polling', async () => {
      const QueueUrl = await standard();
      const started = Date.now();
      const [{ Messages: [message] = [] }] = await Promise.all([
        sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 })),
        sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' })),
      ]);
      expect(message?.Body).toBe('now');
      expect(Date.now() - started).toBeLessThan(8_000);
      if (message) await remove(message, QueueUrl);
    });

    conforms(
      'what was received too often moves to the dead-letter queue',
      'Using dead-letter queues in Amazon SQS',
      async () => {
        const [QueueUrl, target] = [await retried(), await deadLetters()];
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: target, AttributeNames: ['QueueArn'] }),
        );
        const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: 1 });
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
        const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
        await receive(QueueUrl);
        const dead = await until('the dead letter', async () => {
          await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
          return (await sqs.send(new ReceiveMessageCommand({ QueueUrl: target }))).Messages?.[0];
        });
        expect(dead).toMatchObject({ Body: 'poison', MessageId: sent.MessageId });
      },
    );

    conforms('a batch answers for each of its entries', 'SendMessageBatch', async () => {
      const QueueUrl = await standard();
      const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: `body ${Id}` }));
      const { Successful, Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      expect(Successful?.map(({ Id }) => Id).sort()).toEqual(['a', 'b']);
      expect(Failed ?? []).toEqual([]);
      const messages = [await receive(QueueUrl), await receive(QueueUrl)];
      expect(messages.map(({ Body }) => Body).sort()).toEqual(['body a', 'body b']);
      const deleted = await sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })),
        }),
      );
      expect(deleted.Successful?.map(({ Id }) => Id).sort()).toEqual(['0', '1']);
    });

    conforms('a batch with one id twice is refused', 'SendMessageBatch', async () => {
      const Entries = [1, 2].map(() => ({ Id: 'same', MessageBody: 'x' }));
      await expect(
        sqs.send(new SendMessageBatchCommand({ QueueUrl: await standard(), Entries })),
      ).rejects.toMatchObject({
        name: 'BatchEntryIdsNotDistinct',
      });
    });

    conforms('a queue that is not there is told by its error', 'GetQueueUrl', async () => {
      await expect(sqs.send(new GetQueueUrlCommand({ QueueName: uniqueName('none') }))).rejects.toMatchObject({
        name: 'QueueDoesNotExist',
      });
    });

    conforms(
      'a FIFO queue drops what was sent before, and keeps the order of a group',
      'Exactly-once processing in Amazon SQS',
      async () => {
        const QueueUrl = await fifo();
        for (const MessageBody of ['1', '2', '2', '3'])
          await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'a' }));
        const bodies: Array<string | undefined> = [];
        for (let count = 0; count < 3; count += 1) {
          const message = await receive(QueueUrl, { MaxNumberOfMessages: 1 });
          bodies.push(message.Body);
          await remove(message, QueueUrl);
        }
        expect(bodies).toEqual(['1', '2', '3']);
        expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).toEqual([]);
      },
    );

    conforms('a FIFO message without a group is refused', 'SendMessage', async () => {
      const sending = sqs.send(new SendMessageCommand({ QueueUrl: await fifo(), MessageBody: 'x' }));
      await expect(sending).rejects.toMatchObject({
        message: expect.stringContaining('MessageGroupId'),
        $metadata: { httpStatusCode: 400 },
      });
    });
  },
);
