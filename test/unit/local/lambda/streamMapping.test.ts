import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTables } from '../../../../local/dynamodb/tables.ts';
import type { EventSourceMapping } from '../../../../local/lambda/eventSourceMapping.ts';
import { eventSourceMappingProvider } from '../../../../local/lambda/eventSourceMappingProvider.ts';
import type { FunctionPool } from '../../../../local/lambda/functionPool.ts';
import { createSqs } from '../../../../local/messaging/sqs.ts';
import type { InvokeResult } from '../../../../local/ports.ts';
import { items, openDynamo } from '../dynamodb/openDynamo.ts';
import { eventually, provision, testContext } from '../edge/localEdge.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:consumer';
const success: InvokeResult = { payload: null };
const thrown: InvokeResult = { payload: { errorMessage: 'no' }, functionError: 'Unhandled' };

interface Invocation {
  readonly ids: readonly string[];
  readonly numbers: readonly string[];
}

describe('an event source mapping of a stream', () => {
  let context: ReturnType<typeof testContext>;
  let sqs: Awaited<ReturnType<typeof createSqs>>;
  let dynamo: ReturnType<typeof openDynamo>;
  let mappings: EventSourceMapping[];
  let invocations: Invocation[];
  let answer: (invocation: Invocation) => InvokeResult | Promise<InvokeResult>;
  let denied: string | undefined;
  let streamArn: string;

  beforeEach(async () => {
    context = testContext();
    sqs = await createSqs(context);
    dynamo = openDynamo(context.store);
    mappings = [];
    invocations = [];
    answer = () => success;
    denied = undefined;
    dynamo.run('CreateTable', { ...items, StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
    streamArn = String(dynamo.tables.get('Items').streamArn);
  });

  afterEach(async () => {
    await Promise.all(mappings.map((mapping) => mapping.stop()));
    sqs.close();
    context.store.close();
  });

  const map = async (
    properties: Record<string, unknown> = {},
    tables: ReturnType<typeof openTables> = dynamo.tables,
  ) => {
    const provider = eventSourceMappingProvider({
      queues: sqs.queues,
      streams: tables.streams,
      iam: { isAllowed: (_, action) => action !== denied },
      functions: {
        isInvocableBy: () => true,
        async invoke(_, event) {
          const { Records: records } = event as {
            Records: { dynamodb: { Keys: { id: { S: string } }; SequenceNumber: string } }[];
          };
          const invocation = {
            ids: records.map(({ dynamodb }) => dynamodb.Keys.id.S),
            numbers: records.map(({ dynamodb }) => dynamodb.SequenceNumber),
          };
          invocations.push(invocation);
          return answer(invocation);
        },
      },
      mappings,
      poolOf: () =>
        ({ configuration: { arn: functionArn, roleArn: 'role', timeoutSeconds: 1 } }) as unknown as FunctionPool,
      context,
      limit: 10,
    });
    await provision([provider], provider.type, {
      EventSourceArn: streamArn,
      FunctionName: functionArn,
      StartingPosition: 'TRIM_HORIZON',
      ...properties,
    });
    mappings.at(-1)?.start();
  };

  const put = (...ids: string[]) => {
    for (const id of ids) dynamo.run('PutItem', { TableName: 'Items', Item: { id: { S: id } } });
  };
  const queue = async () =>
    String((await provision(sqs.providers, 'AWS::SQS::Queue', { QueueName: 'lost' })).attributes['Arn']);
  const batches = () => invocations.map(({ ids }) => ids.join(''));
  const invoked = (...expected: string[]) =>
    eventually(batches, (seen) => seen.length >= expected.length).then((seen) => expect(seen).toEqual(expected));
  const reports = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
  const failing = (...itemIdentifiers: unknown[]): InvokeResult => ({
    payload: { batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) },
  });

  test('hands over what is there in its order, at most the batch size, and what comes later', async () => {
    put('a', 'b', 'c');
    await map({ BatchSize: 2 });
    await invoked('ab', 'c');
    put('d');
    await invoked('ab', 'c', 'd');
  });

  test('looks four times a second into a stream that it has read to its end', async () => {
    put('a');
    answer = ({ ids: [first] }) => {
      if (first === 'a')
        for (const [id, at] of [
          ['b', 50],
          ['c', 100],
        ] as const)
          setTimeout(() => put(id), at);
      return success;
    };
    await map();
    await invoked('a', 'bc');
  });

  test('runs one batch at a time', async () => {
    let finish = () => {};
    answer = () =>
      new Promise((resolve) => {
        finish = () => resolve(success);
      });
    put('a');
    await map();
    await invoked('a');
    put('b');
    put('c');
    await new Promise((resolve) => setImmediate(resolve));
    expect(batches()).toEqual(['a']);
    finish();
    await invoked('a', 'bc');
    finish();
  });

  test('LATEST begins with what comes after the mapping was made', async () => {
    put('a');
    await map({ StartingPosition: 'LATEST' });
    put('b');
    await invoked('b');
  });

  test('gathers within its window, and no longer than until a batch is full', async () => {
    await map({ BatchSize: 3, MaximumBatchingWindowInSeconds: 1 });
    const began = Date.now();
    put('a');
    put('b');
    await invoked('ab');
    expect(Date.now() - began).toBeGreaterThanOrEqual(950);
    put('c', 'd', 'e');
    await invoked('ab', 'cde');
  });

  test('goes on after a restart where it had come to, not where it began', async () => {
    put('a', 'b');
    await map({ BatchSize: 1 });
    await invoked('a', 'b');
    await mappings[0]?.stop();
    put('c');
    const again = openTables(context);
    await map({ StartingPosition: 'TRIM_HORIZON' }, again);
    await invoked('a', 'b', 'c');
  });

  test('a batch that was not finished comes again after a restart', async () => {
    let began = () => {};
    const started = new Promise<void>((resolve) => {
      began = resolve;
    });
    answer = () => {
      began();
      return new Promise<InvokeResult>(() => {});
    };
    put('a');
    await map();
    await started;
    // Its process is gone; nothing stops it in order.
    mappings.pop();
    answer = () => success;
    await map({}, openTables(context));
    await invoked('a', 'a');
  });

  test('a batch that fails holds up what comes after, and comes whole', async () => {
    answer = () => (invocations.length < 3 ? thrown : success);
    put('a', 'b');
    await map({ BatchSize: 2 });
    put('c');
    await invoked('ab', 'ab', 'ab', 'c');
  });

  test('from the first that is reported as failed on all come again', async () => {
    answer = ({ numbers }) => (invocations.length === 1 ? failing(numbers[2], numbers[1]) : success);
    put('a', 'b', 'c');
    await map(reports);
    await invoked('abc', 'bc');
  });

  test.each([
    ['an unknown number', '1'],
    ['an empty one', ''],
    ['none', null],
  ])('all come again for %s', async (_, identifier) => {
    answer = () => (invocations.length === 1 ? failing(identifier) : success);
    put('a', 'b');
    await map(reports);
    await invoked('ab', 'ab');
  });

  // AWS: "Control which events Lambda sends to your function"
  describe('with filters', () => {
    const filtered = (...patterns: object[]) => ({
      FilterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
    });
    const idIs = (...ids: string[]) => ({ dynamodb: { Keys: { id: { S: ids } } } });

    test('hands over what satisfies one of them, and passes over the rest', async () => {
      put('a', 'b', 'c', 'd', 'e');
      await map({ BatchSize: 2, ...filtered(idIs('b'), idIs('c', 'e')) });
      await invoked('bc', 'e');
      put('f', 'b');
      dynamo.run('DeleteItem', { TableName: 'Items', Key: { id: { S: 'c' } } });
      await invoked('bc', 'e', 'c');
    });

    test('counts in a window only what it hands over', async () => {
      await map({ BatchSize: 2, MaximumBatchingWindowInSeconds: 1, ...filtered({ eventName: ['INSERT'] }) });
      const began = performance.now();
      put('a');
      for (let at = 0; at < 5; at += 1) {
        dynamo.run('DeleteItem', { TableName: 'Items', Key: { id: { S: 'x' } } });
        dynamo.run('DeleteItem', { TableName: 'Items', Key: { id: { S: 'a' } } });
      }
      await invoked('a');
      expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
    });

    test('does not look again, after a restart, at what it passed over', async () => {
      put('a', 'b');
      await map(filtered(idIs('c')));
      const passed = context.store.db.prepare('SELECT sequence FROM lambda_checkpoint');
      await eventually(
        () => passed.get()?.['sequence'],
        (sequence) => sequence === dynamo.tables.streams.latest(streamArn),
      );
      await mappings.at(-1)?.stop();
      await map(filtered(idIs('a', 'c')));
      put('c');
      await invoked('c');
    });
  });

  test('splits what fails, until one alone is given up, and loses nothing else', async () => {
    answer = ({ ids }) => (ids.includes('c') ? thrown : success);
    put('a', 'b', 'c', 'd');
    await map({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 });
    await invoked('abcd', 'ab', 'cd', 'c', 'c', 'd');
  });

  test('tells its destination what it gave up, and goes on', async () => {
    const lost = await queue();
    answer = ({ ids }) => (ids.includes('a') ? thrown : success);
    put('a');
    await map({ MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: lost } } });
    await invoked('a', 'a');
    put('b');
    await invoked('a', 'a', 'b');
    const [message] = sqs.queues.receive(lost, 1);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      requestContext: { functionArn, condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      responseContext: { functionError: 'Unhandled' },
      DDBStreamBatchInfo: {
        startSequenceNumber: invocations[0]?.numbers[0],
        endSequenceNumber: invocations[0]?.numbers[0],
        batchSize: 1,
        streamArn,
      },
    });
  });

  test('passes over what is older than its maximum age', async () => {
    const lost = await queue();
    put('old', 'new');
    context.store.db.prepare('UPDATE ddb_stream_record SET at = at - 120000 WHERE sequence = 1').run();
    await map({ MaximumRecordAgeInSeconds: 60, DestinationConfig: { OnFailure: { Destination: lost } } });
    await invoked('new');
    expect(JSON.parse(sqs.queues.receive(lost, 1)[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RecordAgeExceeded' },
    });
  });

  test.each([
    ['StartingPosition', { StartingPosition: 'AT_TIMESTAMP' }, /TRIM_HORIZON and LATEST/],
    ['ParallelizationFactor', { ParallelizationFactor: 2 }, /one shard/],
    ['ScalingConfig', { ScalingConfig: { MaximumConcurrency: 2 } }, /of a stream has none/],
    ['MaximumRecordAgeInSeconds', { MaximumRecordAgeInSeconds: 1 }, /60 to 604800/],
    ['MaximumRetryAttempts', { MaximumRetryAttempts: 10_001 }, /-1 to 10000/],
    ['DestinationConfig', { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sns:x' } } }, /no standard SQS/],
    [
      'FilterCriteria',
      { FilterCriteria: { Filters: [{ Pattern: '{"a": [{"cidr": "::/0"}]}' }] } },
      /cidr is not honoured/,
    ],
    ['FilterCriteria', { FilterCriteria: { Filters: [{ Pattern: 'INSERT' }] } }, /the pattern INSERT: /],
    ['FilterCriteria', { FilterCriteria: { Filters: Array(6).fill({ Pattern: '{"a": [1]}' }) } }, /takes 5 filters/],
  ])('%s that can not be honoured is refused', async (_, properties, reason) => {
    await expect(map(properties)).rejects.toThrow(reason);
  });

  test.each(['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'])(
    'a role that may not call %s is refused',
    async (action) => {
      denied = `dynamodb:${action}`;
      await expect(map()).rejects.toThrow(`may not call dynamodb:${action} on ${streamArn}`);
    },
  );

  test('a role that may not send to the destination is refused', async () => {
    denied = 'sqs:SendMessage';
    const Destination = await queue();
    await expect(map({ DestinationConfig: { OnFailure: { Destination } } })).rejects.toThrow('sqs:SendMessage');
  });
});
