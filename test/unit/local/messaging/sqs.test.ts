import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createSqs } from '../../../../local/messaging/sqs.ts';
import { openStateStore } from '../../../../local/storage/stateStore.ts';
import {
  eventually,
  type LocalEdge,
  provision,
  startLocalEdge,
  temporaryFolder,
  testContext,
} from '../edge/localEdge.ts';

let local: LocalEdge;
let sqs: SQSClient;
let url: string;

beforeAll(async () => {
  local = await startLocalEdge();
  sqs = new SQSClient(local.client);
});

afterAll(async () => {
  sqs.destroy();
  await local.close();
});

const newQueue = async (properties: Record<string, unknown> = {}, name = `queue-${randomUUID()}`) =>
  (await provision(local.messaging.providers, 'AWS::SQS::Queue', { QueueName: name, ...properties })).ref;
const arnOf = (queueUrl: string) => `arn:aws:sqs:us-east-1:000000000000:${queueUrl.split('/').pop()}`;

beforeEach(async () => {
  url = await newQueue();
});

const send = (body: string, input: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...input }));
const receive = async (input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, ...input }))).Messages ?? [];
const attributes = async (queueUrl = url) =>
  (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

describe('messages', () => {
  test('come back with what was sent, and stay until they are deleted', async () => {
    const { MessageId, MD5OfMessageBody } = await send('hello');
    const [message] = await receive({ VisibilityTimeout: 0 });
    expect(message).toEqual({
      MessageId,
      MD5OfBody: MD5OfMessageBody,
      Body: 'hello',
      ReceiptHandle: expect.any(String),
    });
    const [again] = await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: String(again?.ReceiptHandle) }));
    expect(await attributes()).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  });

  test('are hidden while they are in flight, and visible again when that is over', async () => {
    await send('hello');
    const [message] = await receive();
    expect(await receive()).toEqual([]);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: String(message?.ReceiptHandle),
        VisibilityTimeout: 1,
      }),
    );
    expect(bodies(await receive({ WaitTimeSeconds: 3 }))).toEqual(['hello']);
  });

  test('become visible at once with a visibility timeout of 0, one by one or in a batch', async () => {
    await send('one');
    await send('two');
    const [one, two] = await receive();
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: String(one?.ReceiptHandle),
        VisibilityTimeout: 0,
      }),
    );
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: [{ Id: 'a', ReceiptHandle: String(two?.ReceiptHandle), VisibilityTimeout: 0 }],
      }),
    );
    expect(bodies(await receive())).toEqual(['one', 'two']);
  });

  test('with a delay come later', async () => {
    await send('later', { DelaySeconds: 1 });
    expect(await receive()).toEqual([]);
    expect((await attributes())['ApproximateNumberOfMessagesDelayed']).toBe('1');
    expect(bodies(await receive({ WaitTimeSeconds: 3 }))).toEqual(['later']);
  });

  test('wait for the delay of the queue, too', async () => {
    url = await newQueue({ DelaySeconds: 1 });
    await send('later');
    expect(await receive()).toEqual([]);
    expect(bodies(await receive({ WaitTimeSeconds: 3 }))).toEqual(['later']);
  });

  test('carry system attributes by name', async () => {
    await send('hello');
    await receive({ VisibilityTimeout: 0 });
    const [message] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'] });
    expect(message?.Attributes).toEqual({
      ApproximateReceiveCount: '2',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
    });
  });

  test('carry their own attributes, to those who ask for them', async () => {
    const given = {
      trace: { DataType: 'String', StringValue: 'abc' },
      count: { DataType: 'Number', StringValue: '7' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 255) },
    };
    await send('hello', { MessageAttributes: given });
    expect((await receive({ VisibilityTimeout: 0 }))[0]).not.toHaveProperty('MessageAttributes');
    expect((await receive({ VisibilityTimeout: 0, MessageAttributeNames: ['trace'] }))[0]?.MessageAttributes).toEqual({
      trace: given.trace,
    });
    expect((await receive({ MessageAttributeNames: ['All'] }))[0]?.MessageAttributes).toEqual(given);
  });

  test('may hold any character of Unicode that SQS allows, and no other', async () => {
    await send('größer 🌱 \t\n');
    expect(bodies(await receive())).toEqual(['größer 🌱 \t\n']);
    await expect(send('\u0000')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    await expect(send('\uFFFF')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });

  test('may have 1 MiB, and no byte more', async () => {
    await send('x'.repeat(1024 * 1024));
    await expect(send('x'.repeat(1024 * 1024 + 1))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    });
  });

  test('of a queue with a limit of its own may have that', async () => {
    url = await newQueue({ MaximumMessageSize: 1024 });
    await expect(send('x'.repeat(1025))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    expect(() => local.messaging.queues.send(arnOf(url), 'x'.repeat(1025))).toThrow(
      /Message must be shorter than 1024 bytes/,
    );
  });
});

describe('long polling', () => {
  test('answers as soon as a message comes', async () => {
    const began = Date.now();
    const waiting = receive({ WaitTimeSeconds: 20 });
    await eventually(async () => {
      await send('hello');
      return true;
    });
    expect(bodies(await waiting)).toEqual(['hello']);
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  test('answers nothing when its time is over', async () => {
    const began = Date.now();
    expect(await receive({ WaitTimeSeconds: 1 })).toEqual([]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(950);
  });
});

describe('batches', () => {
  const entries = (number: number, body = 'x') =>
    Array.from({ length: number }, (_, index) => ({ Id: `e${index}`, MessageBody: body }));
  const sendBatch = (Entries: ReturnType<typeof entries>) =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));

  test('of 10 are sent, received and deleted', async () => {
    expect((await sendBatch(entries(10))).Successful).toHaveLength(10);
    const messages = await receive();
    expect(messages).toHaveLength(10);
    const Entries = messages.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: String(ReceiptHandle),
    }));
    expect((await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))).Successful).toHaveLength(10);
    expect((await attributes())['ApproximateNumberOfMessagesNotVisible']).toBe('0');
  });

  test.each([
    ['of 11', entries(11), 'TooManyEntriesInBatchRequest'],
    ['of none', [], 'EmptyBatchRequest'],
    ['above 1 MiB in all', entries(2, 'x'.repeat(524_289)), 'BatchRequestTooLong'],
    ['with an id twice', [...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
    ['with an id of other characters', [{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
    ['with an id of 81 characters', [{ Id: 'a'.repeat(81), MessageBody: 'x' }], 'InvalidBatchEntryId'],
  ])('%s are refused', async (_, given, name) => {
    await expect(sendBatch(given)).rejects.toMatchObject({ name, Code: `AWS.SimpleQueueService.${name}` });
  });

  test('of exactly 1 MiB are taken', async () => {
    expect((await sendBatch(entries(2, 'x'.repeat(524_288)))).Successful).toHaveLength(2);
  });

  test('fail by entry', async () => {
    const { Successful, Failed } = await sendBatch([...entries(1), { Id: 'bad', MessageBody: '\u0001' }]);
    expect(Successful).toHaveLength(1);
    expect(Failed).toEqual([expect.objectContaining({ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true })]);
  });
});

describe('what SQS refuses', () => {
  test.each<[string, Partial<SendMessageCommandInput>]>([
    ['a delay above 900 s', { DelaySeconds: 901 }],
    ['a negative delay', { DelaySeconds: -1 }],
    ['an attribute of an unknown type', { MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } }],
    ['an attribute without a value', { MessageAttributes: { a: { DataType: 'String', StringValue: '' } } }],
    [
      '11 attributes',
      {
        MessageAttributes: Object.fromEntries(
          Array.from({ length: 11 }, (_, index) => [`a${index}`, { DataType: 'String', StringValue: 'x' }]),
        ),
      },
    ],
  ])('%s', async (_, input) => {
    await expect(send('hello', input)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('a queue that is not there', async () => {
    await expect(receive({ QueueUrl: `${url}-not` })).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      message: 'The specified queue does not exist.',
    });
  });

  test('to receive 11 messages, and an attribute that nobody knows', async () => {
    await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(
      sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['Size' as never] })),
    ).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  // AWS: "High throughput for FIFO queues in Amazon SQS"
  test.each([
    ['DeduplicationScope', 'messageGroup'],
    ['FifoThroughputLimit', 'perMessageGroupId'],
  ])('high throughput of a FIFO queue, by name: %s = %s', async (name, value) => {
    const Attributes = { FifoQueue: 'true', [name]: value };
    const refused = { name: 'InvalidAttributeValue', message: expect.stringContaining(`${name}: ${value}`) };
    await expect(
      sqs.send(new CreateQueueCommand({ QueueName: `${randomUUID()}.fifo`, Attributes })),
    ).rejects.toMatchObject(refused);
    const QueueUrl = await newQueue({ FifoQueue: true }, `${randomUUID()}.fifo`);
    await expect(
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { [name]: value } })),
    ).rejects.toMatchObject(refused);
  });

  test('operations that are not honoured, by name', async () => {
    await expect(sqs.send(new TagQueueCommand({ QueueUrl: url, Tags: { a: 'b' } }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: 'sqs: TagQueue is not honoured by the local cloud.',
    });
  });
});

describe('queues', () => {
  test('are found by name, and made and deleted by the API', async () => {
    const name = 'made-by-hand';
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '7' } }),
    );
    expect(QueueUrl).toBe(`${local.client.endpoint}/000000000000/${name}`);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl).toBe(QueueUrl);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: name }))).QueueUrls).toEqual([QueueUrl]);
    expect(await attributes(QueueUrl)).toMatchObject({
      VisibilityTimeout: '7',
      QueueArn: arnOf(name),
      MessageRetentionPeriod: '345600',
    });
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: name }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  test('give attributes by name only', async () => {
    expect((await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url }))).Attributes).toBeUndefined();
    expect(
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['DelaySeconds'] }))).Attributes,
    ).toEqual({ DelaySeconds: '0' });
  });

  test('take new attributes within their ranges', async () => {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '0' } }));
    await send('hello');
    expect(await receive()).toHaveLength(1);
    expect(await receive()).toHaveLength(1);
    await expect(
      sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { VisibilityTimeout: '43201' } })),
    ).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
  });

  test('are purged of all messages, in flight and delayed ones too', async () => {
    await send('in flight');
    await receive();
    await send('visible');
    await send('delayed', { DelaySeconds: 100 });
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await attributes()).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
    });
  });

  test('move a message to their dead-letter queue after its receives', async () => {
    const dead = await newQueue();
    url = await newQueue({
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: arnOf(dead), maxReceiveCount: 2 },
    });
    const { MessageId } = await send('poison');
    expect(await receive()).toHaveLength(1);
    expect(await receive()).toHaveLength(1);
    expect(await receive()).toEqual([]);
    expect(await receive({ QueueUrl: dead })).toEqual([expect.objectContaining({ MessageId, Body: 'poison' })]);
  });

  test('count receives by queue: a dead-letter queue with one of its own gives a message as often as it says', async () => {
    const last = await newQueue({ VisibilityTimeout: 0 });
    const between = await newQueue({
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: arnOf(last), maxReceiveCount: 1 },
    });
    url = await newQueue({
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: arnOf(between), maxReceiveCount: 2 },
    });
    await send('poison');
    const counts = [];
    for (const QueueUrl of [url, url, url, between, between, last]) {
      const [message] = await receive({ QueueUrl, MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
      counts.push(message?.Attributes?.['ApproximateReceiveCount']);
    }
    expect(counts).toEqual(['1', '2', undefined, '3', undefined, '4']);
  });

  // AWS: "FIFO queue delivery logic in Amazon SQS"
  test('that are FIFO keep the order of a group, of which nothing comes while some is in flight, and drop duplicates', async () => {
    url = await newQueue({ FifoQueue: true, ContentBasedDeduplication: true }, 'ordered.fifo');
    for (const body of ['a1', 'a2', 'a2']) await send(body, { MessageGroupId: 'a' });
    await send('b1', { MessageGroupId: 'b' });
    const first = await receive({ MaxNumberOfMessages: 1 });
    expect(bodies(first)).toEqual(['a1']);
    expect(bodies(await receive())).toEqual(['b1']);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: String(first[0]?.ReceiptHandle) }));
    expect(bodies(await receive())).toEqual(['a2']);
    await expect(send('no group')).rejects.toMatchObject({ name: 'MissingParameter' });
    expect(() => local.messaging.queues.send(arnOf(url), 'no group')).toThrow(/MessageGroupId/);
  });

  test('that are FIFO come by several of a group, and back in their order', async () => {
    url = await newQueue({ FifoQueue: true, ContentBasedDeduplication: true }, 'groups.fifo');
    for (const body of ['a1', 'b1', 'a2', 'a3']) await send(body, { MessageGroupId: body.slice(0, 1) });
    const taken = await receive();
    expect(bodies(taken)).toEqual(['a1', 'a2', 'a3', 'b1']);
    const [a1, ...others] = taken.map(({ ReceiptHandle }) => String(ReceiptHandle));
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: a1 }));
    for (const ReceiptHandle of others) {
      expect(bodies(await receive())).toEqual([]);
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
      if (ReceiptHandle === others[1]) break;
    }
    expect(bodies(await receive())).toEqual(['a2', 'a3']);
  });
});

describe('a queue of the template', () => {
  const redrive = (target: string, maxReceiveCount: unknown) =>
    newQueue({ RedrivePolicy: { deadLetterTargetArn: target, maxReceiveCount } });

  test('loses what the template no longer says', async () => {
    const name = 'changing';
    await newQueue(
      { VisibilityTimeout: 99, RedrivePolicy: { deadLetterTargetArn: arnOf(url), maxReceiveCount: 1 } },
      name,
    );
    const changed = await attributes(await newQueue({ DelaySeconds: 3 }, name));
    expect(changed).toMatchObject({ VisibilityTimeout: '30', DelaySeconds: '3' });
    expect(changed).not.toHaveProperty('RedrivePolicy');
  });

  test('needs a dead-letter queue that is there, and that allows it', async () => {
    await expect(redrive('arn:aws:sqs:us-east-1:000000000000:nowhere', 3)).rejects.toThrow(/there is no queue/);
    await expect(redrive(arnOf(url), 0)).rejects.toThrow(/maxReceiveCount must be 1 to 1000/);
    const closed = await newQueue({ RedriveAllowPolicy: { redrivePermission: 'denyAll' } });
    await expect(redrive(arnOf(closed), 3)).rejects.toThrow(/does not allow this queue/);
  });

  test('has a policy that denies requests without TLS, and no other', async () => {
    const policy = (statement: object) =>
      provision(local.messaging.providers, 'AWS::SQS::QueuePolicy', {
        Queues: [url],
        PolicyDocument: { Statement: [statement] },
      });
    await policy({
      Effect: 'Deny',
      Action: 'sqs:*',
      Principal: '*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    await expect(
      policy({ Sid: 'Open', Effect: 'Allow', Action: 'sqs:*', Principal: '*', Resource: '*' }),
    ).rejects.toMatchObject({ property: 'PolicyDocument' });
  });
});

describe('after the process was killed', () => {
  /** State on disk as a kill leaves it: committed, and never closed. */
  const restarted = async (before: (queueUrl: string) => Promise<void>) => {
    const folder = temporaryFolder();
    const stateFile = join(folder.path, 'state.db');
    const first = await startLocalEdge({ stateFile });
    sqs.destroy();
    sqs = new SQSClient(first.client);
    url = (await provision(first.messaging.providers, 'AWS::SQS::Queue', { QueueName: 'kept', VisibilityTimeout: 1 }))
      .ref;
    await before(url);
    await first.edge.close();
    const second = await startLocalEdge({ stateFile });
    sqs.destroy();
    sqs = new SQSClient(second.client);
    url = `${second.client.endpoint}/000000000000/kept`;
    closing.push(async () => {
      await second.close();
      first.messaging.close();
      folder.remove();
    });
  };
  const closing: Array<() => Promise<void>> = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    sqs.destroy();
    sqs = new SQSClient(local.client);
  });

  test('what was acknowledged is there, in its order, and what was deleted is not', async () => {
    await restarted(async () => {
      for (const body of ['one', 'two', 'three', 'four', 'five']) await send(body);
      const [one] = await receive({ MaxNumberOfMessages: 1 });
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: String(one?.ReceiptHandle) }));
    });
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'kept' }))).QueueUrl).toBe(url);
    expect(bodies(await receive())).toEqual(['two', 'three', 'four', 'five']);
  });

  test('messages in flight come back when their time is over, with their count, and delayed ones later', async () => {
    await restarted(async () => {
      await send('in flight', { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } });
      await receive();
      await send('delayed', { DelaySeconds: 2 });
    });
    const [message] = await receive({
      WaitTimeSeconds: 5,
      VisibilityTimeout: 30,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    expect(message).toMatchObject({
      Body: 'in flight',
      Attributes: { ApproximateReceiveCount: '2' },
      MessageAttributes: { a: { StringValue: 'b' } },
    });
    expect(bodies(await receive({ WaitTimeSeconds: 5 }))).toEqual(['delayed']);
  });

  // AWS: "Using the message deduplication ID in Amazon SQS"
  test.each([
    ['by its id', 'one'],
    ['by its content', undefined],
  ])('a FIFO message is known %s for five minutes', async (_, deduplicationId) => {
    const store = openStateStore(':memory:');
    let now = Date.now();
    const open = () => createSqs(testContext({ store }), () => now);
    const service = await open();
    const { attributes: made } = await provision(service.providers, 'AWS::SQS::Queue', {
      QueueName: 'once.fifo',
      FifoQueue: true,
      ContentBasedDeduplication: true,
    });
    const arn = String(made['Arn']);
    const deliver = ({ queues }: typeof service, body: string, groupId = 'g') =>
      queues.deliver(arn, { body, groupId, deduplicationId });
    deliver(service, 'x');
    service.close();
    const again = await open();
    now += 299_000;
    deliver(again, 'x', 'other');
    expect(again.queues.available(arn)).toBe(1);
    now += 1_000;
    deliver(again, 'x');
    expect(again.queues.available(arn)).toBe(2);
    again.close();
  });

  test('messages past their retention are gone', async () => {
    const store = openStateStore(':memory:');
    const first = await createSqs(testContext({ store }));
    const { attributes: made } = await provision(first.providers, 'AWS::SQS::Queue', {
      QueueName: 'short',
      MessageRetentionPeriod: 60,
    });
    first.queues.send(String(made['Arn']), 'old');
    first.close();
    store.write(() => store.db.exec("UPDATE sqs_entry SET message = json_set(message, '$.sentTimestamp', 1000)"));
    const second = await createSqs(testContext({ store }));
    expect(second.queues.available(String(made['Arn']))).toBe(0);
    expect(store.db.prepare('SELECT count(*) AS count FROM sqs_entry').get()).toEqual({ count: 0 });
    second.close();
    store.close();
  });
});
