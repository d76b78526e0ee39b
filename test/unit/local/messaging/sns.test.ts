import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAsyncInvocations } from '../../../../local/lambda/asyncInvocations.ts';
import { createSns } from '../../../../local/messaging/sns.ts';
import type { FunctionPort, InvokeResult } from '../../../../local/ports.ts';
import type { ResourceProvider } from '../../../../local/resources/provider.ts';
import { signedHeaders } from '../../../../scripts/signing.ts';
import { account, provision, provisionRole, startLocalEdge, temporaryFolder } from '../edge/localEdge.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const topicArn = 'arn:aws:sns:us-east-1:000000000000:news';
const start = Date.parse('2026-01-01T00:00:00Z');

/** An edge with SNS, a clock that is set, and functions that write down what they get. */
async function openSns(stateFile?: string) {
  const clock = { now: start };
  const invoked: unknown[] = [];
  const answers: Array<InvokeResult> = [];
  let invocable = true;
  let providers: readonly ResourceProvider[] = [];
  let invocations: ReturnType<typeof createAsyncInvocations> | undefined;
  const functions: FunctionPort = {
    invoke: async (arn, event) => {
      invoked.push({ arn, event });
      return answers.shift() ?? { payload: null };
    },
    isInvocableBy: (arn, principal, source) =>
      invocable && arn === functionArn && principal === 'sns.amazonaws.com' && source.startsWith(topicArn),
  };
  const local = await startLocalEdge({
    ...(stateFile !== undefined && { stateFile }),
    services: ({ context, messaging }) => {
      invocations = createAsyncInvocations(context, functions, () => clock.now);
      const sns = createSns(context, { queues: messaging.queues, functions, invocations, now: () => clock.now });
      providers = [...sns.providers, ...messaging.providers];
      return [sns.service];
    },
  });
  return {
    local,
    clock,
    invoked,
    answers,
    forbidInvoke() {
      invocable = false;
    },
    make: (type: string, properties: Record<string, unknown>) => provision(providers, type, properties),
    runDue: async () => invocations?.runDue(),
  };
}

type Sns = Awaited<ReturnType<typeof openSns>>;
let sns: Sns;
beforeEach(async () => {
  sns = await openSns();
});
afterEach(() => sns.local.close());

/** The Query protocol as SDKs speak it: the parts of the answer by name, in order. */
async function call(
  parameters: Record<string, string>,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = account,
) {
  const body = new URLSearchParams({ Version: '2010-03-31', ...parameters }).toString();
  const url = `${sns.local.client.endpoint}/`;
  const signed = signedHeaders({ url, region: 'us-east-1', service: 'sns', method: 'POST', body, credentials });
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { ...signed, 'content-type': 'application/x-www-form-urlencoded' },
  });
  const xml = await response.text();
  const all = (name: string) =>
    [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text);
  return { status: response.status, xml, all, code: all('Code')[0], message: all('Message')[0] };
}
const publish = (message: string, more: Record<string, string> = {}) =>
  call({ Action: 'Publish', TopicArn: topicArn, Message: message, ...more });
const attribute = (name: string, type: string, value: string) => ({
  'MessageAttributes.entry.1.Name': name,
  'MessageAttributes.entry.1.Value.DataType': type,
  [`MessageAttributes.entry.1.Value.${type === 'Binary' ? 'BinaryValue' : 'StringValue'}`]: value,
});

const allow = (resource: string, source = topicArn) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: resource,
      Principal: { Service: 'sns.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': source } },
    },
  ],
});

async function queue(properties: Record<string, unknown> = {}, { admits = topicArn } = {}): Promise<string> {
  const name = `q-${randomUUID()}${properties['FifoQueue'] ? '.fifo' : ''}`;
  const { ref, attributes } = await sns.make('AWS::SQS::Queue', { QueueName: name, ...properties });
  const arn = String(attributes['Arn']);
  if (admits) await sns.make('AWS::SQS::QueuePolicy', { Queues: [ref], PolicyDocument: allow(arn, admits) });
  return arn;
}
const subscribe = (endpoint: string, properties: Record<string, unknown> = {}) =>
  sns.make('AWS::SNS::Subscription', {
    TopicArn: topicArn,
    Protocol: endpoint.includes(':lambda:') ? 'lambda' : 'sqs',
    Endpoint: endpoint,
    ...properties,
  });
const bodies = (arn: string) => sns.local.messaging.queues.receive(arn, 10).map(({ body }) => body);

describe('a standard topic', () => {
  beforeEach(async () => {
    expect((await sns.make('AWS::SNS::Topic', { TopicName: 'news' })).ref).toBe(topicArn);
  });

  // AWS: "Fanout Amazon SNS notifications to Amazon SQS queues"
  test('wraps what it gives to a queue', async () => {
    const arn = await queue();
    const { ref } = await subscribe(arn);
    const { all } = await publish('hello', { Subject: 'Hi', ...attribute('site', 'String', 'A') });
    expect(bodies(arn).map((body) => JSON.parse(body))).toEqual([
      {
        Type: 'Notification',
        MessageId: all('MessageId')[0],
        TopicArn: topicArn,
        Subject: 'Hi',
        Message: 'hello',
        Timestamp: '2026-01-01T00:00:00.000Z',
        SignatureVersion: '1',
        Signature: expect.any(String),
        SigningCertURL: expect.any(String),
        UnsubscribeURL: expect.stringContaining(ref),
        MessageAttributes: { site: { Type: 'String', Value: 'A' } },
      },
    ]);
  });

  // AWS: "Amazon SNS raw message delivery"
  test('gives it as it is with raw delivery, attributes and all', async () => {
    const arn = await queue();
    await subscribe(arn, { RawMessageDelivery: true });
    await publish('hello', attribute('bytes', 'Binary', 'eA=='));
    expect(sns.local.messaging.queues.receive(arn, 1)).toMatchObject([
      { body: 'hello', messageAttributes: { bytes: { DataType: 'Binary', BinaryValue: 'eA==' } } },
    ]);
  });

  test('gives each protocol its own text of a structured message', async () => {
    const arn = await queue();
    await subscribe(arn, { RawMessageDelivery: true });
    await publish(JSON.stringify({ default: 'all', sqs: 'queues' }), { MessageStructure: 'json' });
    expect(bodies(arn)).toEqual(['queues']);
    expect(await publish('{}', { MessageStructure: 'json' })).toMatchObject({ status: 400, code: 'InvalidParameter' });
  });

  test('keeps from a subscription what its filter policy does not accept', async () => {
    const [byAttribute, byBody] = [await queue(), await queue()];
    await subscribe(byAttribute, { RawMessageDelivery: true, FilterPolicy: { site: ['A'] } });
    await subscribe(byBody, {
      RawMessageDelivery: true,
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: { level: [{ numeric: ['>', 3] }] },
    });
    await publish('{"level":1}', attribute('site', 'String', 'A'));
    await publish('{"level":5}', attribute('site', 'String', 'B'));
    expect(bodies(byAttribute)).toEqual(['{"level":1}']);
    expect(bodies(byBody)).toEqual(['{"level":5}']);
  });

  // AWS: "Invoking Lambda functions with Amazon SNS notifications"
  test('invokes a function', async () => {
    const { ref } = await subscribe(functionArn);
    await publish('hello');
    await sns.runDue();
    expect(sns.invoked).toEqual([
      {
        arn: functionArn,
        event: {
          Records: [
            expect.objectContaining({
              EventSource: 'aws:sns',
              EventVersion: '1.0',
              EventSubscriptionArn: ref,
              Sns: expect.objectContaining({
                Message: 'hello',
                Subject: null,
                TopicArn: topicArn,
                MessageAttributes: {},
              }),
            }),
          ],
        },
      },
    ]);
  });

  // AWS: "Amazon SNS dead-letter queues"
  test('gives a dead-letter queue what it may not deliver', async () => {
    const [closed, dead] = [await queue({}, { admits: `${topicArn}-other` }), await queue()];
    const RedrivePolicy = { deadLetterTargetArn: dead };
    await subscribe(closed, { RawMessageDelivery: true, RedrivePolicy });
    await subscribe(functionArn, { RedrivePolicy });
    sns.forbidInvoke();
    await publish('hello');
    expect(bodies(closed)).toEqual([]);
    const letters = bodies(dead);
    expect(letters[0]).toBe('hello');
    expect(JSON.parse(String(letters[1]))).toMatchObject({ Message: 'hello' });
  });

  test('says in the log what is lost', async () => {
    await subscribe(await queue({}, { admits: '' }));
    await publish('hello');
    expect(sns.local.context.logged).toEqual([
      expect.stringMatching(/lost.*not authorized to perform: sqs:SendMessage/),
    ]);
  });

  // Amazon SNS API reference: PublishBatch
  test('takes up to ten messages at once, each for itself', async () => {
    const arn = await queue();
    await subscribe(arn, { RawMessageDelivery: true });
    const entry = (index: number, id: string, message: string) => ({
      [`PublishBatchRequestEntries.member.${index}.Id`]: id,
      [`PublishBatchRequestEntries.member.${index}.Message`]: message,
    });
    const batch = (entries: Record<string, string>) => call({ Action: 'PublishBatch', TopicArn: topicArn, ...entries });
    const { all } = await batch({ ...entry(1, 'a', 'one'), ...entry(2, 'b', ''), ...entry(3, 'c', 'three') });
    expect(all('Id')).toEqual(['a', 'c', 'b']);
    expect(all('Code')).toEqual(['InvalidParameter']);
    expect(bodies(arn)).toEqual(['one', 'three']);
    expect(await batch({})).toMatchObject({ code: 'EmptyBatchRequest' });
    expect(await batch({ ...entry(1, 'a', 'x'), ...entry(2, 'a', 'x') })).toMatchObject({
      code: 'BatchEntryIdsNotDistinct',
    });
    expect(await batch(entry(1, 'a b', 'x'))).toMatchObject({ code: 'InvalidBatchEntryId' });
    const eleven = Array.from({ length: 11 }, (_, index) => entry(index + 1, `id${index}`, 'x'));
    expect(await batch(Object.assign({}, ...eleven))).toMatchObject({ code: 'TooManyEntriesInBatchRequest' });
    expect(await batch({ ...entry(1, 'a', 'x'.repeat(200_000)), ...entry(2, 'b', 'x'.repeat(200_000)) })).toMatchObject(
      {
        code: 'BatchRequestTooLong',
      },
    );
  });

  test.each<[title: string, parameters: Record<string, string>, status: number, code: string]>([
    ['an empty message', { Message: '' }, 400, 'InvalidParameter'],
    ['a message above 256 KB', { Message: 'x'.repeat(262_145) }, 400, 'InvalidParameter'],
    ['a subject of two lines', { Subject: 'a\nb' }, 400, 'InvalidParameter'],
    ['an unknown attribute type', attribute('a', 'Date', 'x'), 400, 'ParameterValueInvalid'],
    ['a number that is none', attribute('a', 'Number', 'x'), 400, 'ParameterValueInvalid'],
    ['an array that is none', attribute('a', 'String.Array', 'x'), 400, 'ParameterValueInvalid'],
    ['another topic', { TopicArn: `${topicArn}-other` }, 404, 'NotFound'],
    ['a phone number', { PhoneNumber: '+1' }, 400, 'InvalidParameter'],
    ['another operation', { Action: 'CreateTopic' }, 400, 'InvalidAction'],
  ])('refuses %s', async (_, parameters, status, code) => {
    expect(await publish('hello', parameters)).toMatchObject({ status, code });
  });

  test('is published to by roles that may', async () => {
    const arn = await provisionRole(sns.local.iam, 'Publisher', [
      { Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn },
    ]);
    const other = await provisionRole(sns.local.iam, 'Other', []);
    const as = (role: string) =>
      call({ Action: 'Publish', TopicArn: topicArn, Message: 'x' }, sns.local.iam.assumeRole(role, 'test'));
    expect(await as(arn)).toMatchObject({ status: 200 });
    expect(await as(other)).toMatchObject({
      status: 403,
      code: 'AuthorizationError',
      message: expect.stringContaining('is not authorized to perform: sns:Publish'),
    });
  });

  test.each<[property: string, properties: () => Promise<Record<string, unknown>>]>([
    ['Protocol', async () => ({ Protocol: 'email', Endpoint: 'a@example.com' })],
    ['Endpoint', async () => ({ Endpoint: `${topicArn}-none` })],
    ['Endpoint', async () => ({ Endpoint: await queue({ FifoQueue: true }) })],
    ['TopicArn', async () => ({ TopicArn: `${topicArn}-none` })],
    ['Region', async () => ({ Region: 'eu-west-1' })],
    ['RawMessageDelivery', async () => ({ Protocol: 'lambda', RawMessageDelivery: true })],
    ['RedrivePolicy', async () => ({ RedrivePolicy: { deadLetterTargetArn: 'none' } })],
    ['FilterPolicyScope', async () => ({ FilterPolicyScope: 'Subject' })],
    ['FilterPolicy', async () => ({ FilterPolicy: { a: [{ wildcard: '*' }] } })],
  ])('a subscription is refused for its %s', async (property, properties) => {
    await expect(subscribe(await queue(), await properties())).rejects.toMatchObject({ name: 'NotHonoured', property });
  });

  test('has no policy for users', async () => {
    const statement = { Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn, Principal: { AWS: '*' } };
    await expect(
      sns.make('AWS::SNS::TopicPolicy', {
        Topics: [topicArn],
        PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
      }),
    ).rejects.toMatchObject({ property: 'PolicyDocument' });
  });
});

// AWS: "Amazon SNS message delivery for FIFO topics", "Message deduplication for FIFO topics"
describe('a FIFO topic', () => {
  const fifo = { TopicArn: `${topicArn}.fifo`, MessageGroupId: 'g' };
  const make = (properties: Record<string, unknown> = {}) =>
    sns.make('AWS::SNS::Topic', { TopicName: 'news.fifo', FifoTopic: true, ...properties });

  test('keeps the order, and drops for five minutes what it had, over a restart too', async () => {
    const { path, remove } = temporaryFolder();
    await sns.local.close();
    sns = await openSns(join(path, 'state.db'));
    await make({ ContentBasedDeduplication: true });
    const arn = await queue({ FifoQueue: true, QueueName: 'q.fifo' }, { admits: fifo.TopicArn });
    await subscribe(arn, { TopicArn: fifo.TopicArn, RawMessageDelivery: true });
    const first = await publish('one', fifo);
    await publish('two', fifo);
    expect(first.all('SequenceNumber')[0]).toMatch(/^\d{20}$/);

    await sns.local.close();
    sns = await openSns(join(path, 'state.db'));
    await make({ ContentBasedDeduplication: true });
    await queue({ FifoQueue: true, QueueName: 'q.fifo' }, { admits: fifo.TopicArn });
    await subscribe(arn, { TopicArn: fifo.TopicArn, RawMessageDelivery: true });
    sns.clock.now = start + 299_000;
    expect((await publish('one', fifo)).all('MessageId')).toEqual(first.all('MessageId'));
    const taken = ['one', 'two'].map(() => {
      const [message] = sns.local.messaging.queues.receive(arn, 1);
      if (message) sns.local.messaging.queues.delete(arn, message.receiptHandle);
      return message?.body;
    });
    expect(taken).toEqual(['one', 'two']);
    sns.clock.now = start + 301_000;
    expect((await publish('one', fifo)).all('MessageId')).not.toEqual(first.all('MessageId'));
    remove();
  });

  test('needs a group and a deduplication id, and has no functions as subscribers', async () => {
    await make();
    expect(await publish('x', { TopicArn: fifo.TopicArn })).toMatchObject({
      message: expect.stringMatching(/MessageGroupId/),
    });
    expect(await publish('x', fifo)).toMatchObject({ message: expect.stringMatching(/ContentBasedDeduplication/) });
    expect(await publish('x', { ...fifo, MessageDeduplicationId: '1' })).toMatchObject({ status: 200 });
    await expect(subscribe(functionArn, { TopicArn: fifo.TopicArn })).rejects.toMatchObject({ property: 'Protocol' });
    await expect(make({ TopicName: 'news' })).rejects.toMatchObject({ property: 'TopicName' });
  });
});

test('what a function has not had yet comes after a restart', async () => {
  const { path, remove } = temporaryFolder();
  await sns.local.close();
  sns = await openSns(join(path, 'state.db'));
  await sns.make('AWS::SNS::Topic', {
    TopicName: 'news',
    Subscription: [{ Protocol: 'lambda', Endpoint: functionArn }],
  });
  await publish('hello');
  await sns.local.close();
  sns = await openSns(join(path, 'state.db'));
  await sns.runDue();
  await sns.runDue();
  expect(sns.invoked).toHaveLength(1);
  remove();
});
