import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventSourceMapping } from '../../../../local/lambda/eventSourceMapping.ts';
import { eventSourceMappingProvider } from '../../../../local/lambda/eventSourceMappingProvider.ts';
import type { FunctionPool } from '../../../../local/lambda/functionPool.ts';
import { createSqs } from '../../../../local/messaging/sqs.ts';
import type { InvokeResult } from '../../../../local/ports.ts';
import { AwsError, type AwsRequest } from '../../../../local/service.ts';
import { eventually, provision, testContext } from '../edge/localEdge.ts';

interface Record_ {
  readonly messageId: string;
  readonly body: string;
}

interface Batch {
  readonly records: readonly Record_[];
  readonly bodies: readonly string[];
  finish(result: InvokeResult): void;
}

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:consumer';
const success: InvokeResult = { payload: null };
const thrown: InvokeResult = { payload: { errorType: 'Error', errorMessage: 'no' }, functionError: 'Unhandled' };
const failing = (...identifiers: unknown[]): InvokeResult => ({
  payload: { batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) },
});

const deleteQueue: AwsRequest = {
  service: 'sqs',
  region: 'us-east-1',
  operation: 'DeleteQueue',
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.alloc(0),
  principal: { kind: 'account', arn: '' },
};

describe('an event source mapping of a queue', () => {
  let context: ReturnType<typeof testContext>;
  let sqs: Awaited<ReturnType<typeof createSqs>>;
  let mappings: EventSourceMapping[];
  let batches: Batch[];
  /** Answers a batch at once; by default batches stay open until a test finishes them. */
  let answer: ((batch: Batch) => void) | undefined;
  let allowed: boolean;

  beforeEach(async () => {
    context = testContext();
    sqs = await createSqs(context);
    mappings = [];
    batches = [];
    answer = (batch) => batch.finish(success);
    allowed = true;
  });

  afterEach(async () => {
    for (const batch of batches) batch.finish(success);
    await Promise.all(mappings.map((mapping) => mapping.stop()));
    sqs.close();
    context.store.close();
  });

  const queue = async (name: string, properties: Record<string, unknown> = {}) =>
    String(
      (await provision(sqs.providers, 'AWS::SQS::Queue', { QueueName: name, VisibilityTimeout: 1, ...properties }))
        .attributes['Arn'],
    );

  const map = async (
    queueArn: string,
    properties: Record<string, unknown> = {},
    { limit = 10, timeoutSeconds = 1 } = {},
  ) => {
    const provider = eventSourceMappingProvider({
      queues: sqs.queues,
      iam: { isAllowed: () => allowed },
      functions: {
        isInvocableBy: () => true,
        invoke: (_, event) =>
          new Promise((finish) => {
            const { Records: records } = event as { Records: Record_[] };
            const batch = { records, bodies: records.map(({ body }) => body), finish };
            batches.push(batch);
            answer?.(batch);
          }),
      },
      mappings,
      poolOf: () =>
        ({ configuration: { arn: functionArn, roleArn: 'role', timeoutSeconds } }) as unknown as FunctionPool,
      context,
      limit,
    });
    await provision([provider], provider.type, { EventSourceArn: queueArn, FunctionName: functionArn, ...properties });
    mappings.at(-1)?.start();
  };

  const send = (arn: string, ...bodies: string[]) =>
    bodies.forEach((body) => {
      sqs.queues.send(arn, body);
    });
  const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => String(from + index));
  const attribute = (arn: string, name: string) => {
    const store = context.store.db.prepare(
      'SELECT count(*) AS count FROM sqs_entry WHERE queue = ? AND (handle IS NULL) = ?',
    );
    return (store.get(arn.split(':').at(-1) ?? '', name === 'visible' ? 1 : 0) as { count: number }).count;
  };
  const left = (arn: string) => attribute(arn, 'visible') + attribute(arn, 'inFlight');

  test('hands a message over as Lambda does, and deletes it after success', async () => {
    const arn = await queue('orders');
    await map(arn);
    send(arn, '{"a":1}');
    const [batch] = await eventually(
      () => batches,
      ({ length }) => length === 1,
    );
    expect(batch?.records[0]).toEqual({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: '{"a":1}',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: arn,
      awsRegion: 'us-east-1',
    });
    await eventually(
      () => left(arn),
      (count) => count === 0,
    );
  });

  test('takes what is there together, at most the batch size', async () => {
    const arn = await queue('orders');
    send(arn, ...numbers(12));
    await map(arn, { BatchSize: 5 });
    await eventually(
      () => batches.flatMap(({ bodies }) => bodies),
      ({ length }) => length === 12,
    );
    expect(batches.map(({ bodies }) => bodies.length)).toEqual([5, 5, 2]);
  });

  test('collects a batch of more than 10 within its window', async () => {
    const arn = await queue('orders', { VisibilityTimeout: 30 });
    await map(arn, { BatchSize: 100, MaximumBatchingWindowInSeconds: 1 });
    const began = Date.now();
    send(arn, ...numbers(15));
    send(arn, ...numbers(10, 15));
    await eventually(
      () => batches.length,
      (count) => count > 0,
    );
    expect(Date.now() - began).toBeGreaterThanOrEqual(950);
    expect(batches.map(({ bodies }) => bodies)).toEqual([numbers(25)]);
  });

  test('does not wait for the end of the window once a batch is full', async () => {
    const arn = await queue('orders', { VisibilityTimeout: 30 });
    await map(arn, { BatchSize: 10, MaximumBatchingWindowInSeconds: 300 });
    send(arn, ...numbers(10));
    await eventually(
      () => batches.length,
      (count) => count === 1,
    );
  });

  test('keeps what the function reports as failed, and that alone', async () => {
    const arn = await queue('orders');
    answer = (batch) =>
      batch.finish(failing(...batch.records.filter(({ body }) => body === 'bad').map(({ messageId }) => messageId)));
    send(arn, 'good', 'bad', 'fine');
    await map(arn, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await eventually(
      () => batches.length,
      (count) => count === 2,
    );
    expect(batches.map(({ bodies }) => bodies)).toEqual([['good', 'bad', 'fine'], ['bad']]);
    expect(left(arn)).toBe(1);
  });

  test.each([
    ['a function that throws', thrown, []],
    ['an unknown identifier', failing('nobody'), ['ReportBatchItemFailures']],
    ['an empty identifier', failing(''), ['ReportBatchItemFailures']],
    ['an identifier that is null', failing(null), ['ReportBatchItemFailures']],
    ['a wrong key', { payload: { batchItemFailures: [{ id: 'x' }] } }, ['ReportBatchItemFailures']],
  ])('sees the whole batch again after the visibility timeout, for %s', async (_, result, types) => {
    const arn = await queue('orders');
    answer = (batch) => batch.finish(batches.length === 1 ? result : success);
    send(arn, 'one', 'two');
    await map(arn, { FunctionResponseTypes: types });
    const began = Date.now();
    await eventually(() => batches.length > 1);
    expect(Date.now() - began).toBeGreaterThanOrEqual(900);
    // Not always in one batch: each message is visible again at its own millisecond.
    const again = () => batches.slice(1).flatMap(({ bodies }) => bodies);
    await eventually(() => again().length === 2);
    expect(again().sort()).toEqual(['one', 'two']);
    await eventually(
      () => left(arn),
      (count) => count === 0,
    );
  });

  test.each([
    ['null', null],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['a list that is null', { batchItemFailures: null }],
  ])('takes %s for success', async (_, payload) => {
    const arn = await queue('orders');
    answer = (batch) => batch.finish({ payload });
    send(arn, 'one');
    await map(arn, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await eventually(() => batches.length === 1 && left(arn) === 0);
  });

  test('without ReportBatchItemFailures, what the function answers means nothing', async () => {
    const arn = await queue('orders');
    answer = (batch) => batch.finish(failing(batch.records[0]?.messageId));
    send(arn, 'one');
    await map(arn);
    await eventually(() => batches.length === 1 && left(arn) === 0);
  });

  test('runs no more batches at once than its maximum concurrency', async () => {
    const arn = await queue('orders', { VisibilityTimeout: 30 });
    answer = undefined;
    send(arn, ...numbers(5));
    await map(arn, { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await eventually(
      () => batches.length,
      (count) => count === 2,
    );
    expect(sqs.queues.available(arn)).toBe(3);
    batches[0]?.finish(success);
    await eventually(
      () => batches.length,
      (count) => count === 3,
    );
    expect(sqs.queues.available(arn)).toBe(2);
  });

  test('lets no message wait for a slow batch', async () => {
    const arn = await queue('orders', { VisibilityTimeout: 30 });
    answer = undefined;
    await map(arn, { BatchSize: 10 });
    send(arn, 'slow');
    await eventually(
      () => batches.length,
      (count) => count === 1,
    );
    send(arn, 'next');
    await eventually(
      () => batches.length,
      (count) => count === 2,
      10_000,
    );
    expect(batches[1]?.bodies).toEqual(['next']);
  });

  test('moves poison to the dead-letter queue after the receives that it may have', async () => {
    const dead = await queue('orders-dlq');
    const arn = await queue('orders', { RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 2 } });
    answer = (batch) => batch.finish(thrown);
    send(arn, 'poison');
    await map(arn);
    await eventually(
      () => left(dead),
      (count) => count === 1,
    );
    expect(batches.map(({ bodies }) => bodies)).toEqual([['poison'], ['poison']]);
    expect(left(arn)).toBe(0);
  });

  test('halves a batch that is above the payload quota', async () => {
    const arn = await queue('orders', { VisibilityTimeout: 30 });
    answer = (batch) => batch.finish(success);
    send(arn, ...numbers(4));
    const invoked = batches;
    const refusing = invoked.push.bind(invoked);
    invoked.push = (batch) => {
      if (batch.bodies.length > 2) throw new AwsError('RequestTooLargeException', 'too large', 413);
      return refusing(batch);
    };
    await map(arn);
    await eventually(() => left(arn) === 0);
    expect(batches.map(({ bodies }) => bodies)).toEqual([
      ['0', '1'],
      ['2', '3'],
    ]);
  });

  test('gives back what it had collected when it stops', async () => {
    const arn = await queue('orders', { VisibilityTimeout: 30 });
    await map(arn, { BatchSize: 100, MaximumBatchingWindowInSeconds: 300 });
    send(arn, 'one');
    await eventually(
      () => sqs.queues.available(arn),
      (count) => count === 0,
    );
    await mappings[0]?.stop();
    expect(sqs.queues.available(arn)).toBe(1);
    expect(batches).toEqual([]);
  });

  test('takes at once what an earlier process had in flight', async () => {
    const arn = await queue('orders', { VisibilityTimeout: 30 });
    send(arn, 'left behind');
    sqs.queues.receive(arn, 10);
    await map(arn);
    await eventually(
      () => batches.length,
      (count) => count === 1,
      10_000,
    );
    expect(batches[0]?.bodies).toEqual(['left behind']);
  });

  test('outlives its queue', async () => {
    const arn = await queue('orders');
    await map(arn);
    send(arn, 'last');
    await sqs.service.handle({
      ...deleteQueue,
      body: Buffer.from(JSON.stringify({ QueueUrl: 'http://localhost/0/orders' })),
    });
    await eventually(() => context.logged.some((line) => line.includes('The specified queue does not exist.')));
  });

  test('that is disabled takes nothing', async () => {
    const arn = await queue('orders');
    await map(arn, { Enabled: false });
    expect(mappings).toEqual([]);
  });

  test.each([
    ['a batch above 10 without a window', { BatchSize: 11 }, 'BatchSize'],
    ['a batch above 10000', { BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }, 'BatchSize'],
    ['a window above 300 s', { MaximumBatchingWindowInSeconds: 301 }, 'MaximumBatchingWindowInSeconds'],
    ['a maximum concurrency of 1', { ScalingConfig: { MaximumConcurrency: 1 } }, 'ScalingConfig.MaximumConcurrency'],
    ['filters', { FilterCriteria: { Filters: [{ Pattern: '{"body": ["a"]}' }] } }, 'FilterCriteria'],
    ['what is no queue', { EventSourceArn: 'arn:aws:kinesis:us-east-1:0:stream/s' }, 'EventSourceArn'],
  ])('refuses %s', async (_, properties, property) => {
    await expect(map(await queue('orders'), properties)).rejects.toMatchObject({ name: 'NotHonoured', property });
  });

  test('refuses a visibility timeout below the timeout of the function', async () => {
    await expect(map(await queue('orders'), {}, { timeoutSeconds: 2 })).rejects.toThrow(
      'queue visibility timeout: 1 seconds is less than function timeout: 2 seconds',
    );
  });

  test('refuses a function whose role may not read the queue', async () => {
    allowed = false;
    await expect(map(await queue('orders'))).rejects.toThrow(/may not call sqs:ReceiveMessage/);
  });
});
