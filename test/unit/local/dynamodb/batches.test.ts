import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Dynamo, items, openDynamo, thread } from './openDynamo.ts';

let dynamo: Dynamo;
beforeEach(() => {
  dynamo = openDynamo();
  dynamo.run('CreateTable', items);
  dynamo.run('CreateTable', thread);
});
const id = (value: string) => ({ id: { S: value } });
const put = (value: string, more: Record<string, unknown> = {}) => ({
  PutRequest: { Item: { ...id(value), ...more } },
});
const count = () => dynamo.run('Scan', { TableName: 'Items', Select: 'COUNT' })['Count'];
const several = <Value>(length: number, make: (name: string) => Value) =>
  Array.from({ length }, (_, index) => make(`n${index}`));

// AWS: "BatchWriteItem"
describe('BatchWriteItem', () => {
  const write = (requests: unknown[]) => ({ RequestItems: { Items: requests } });

  test('puts and deletes over several tables', () => {
    dynamo.run('BatchWriteItem', write([put('a'), put('b')]));
    const answer = dynamo.run('BatchWriteItem', {
      RequestItems: {
        Items: [{ DeleteRequest: { Key: id('a') } }, put('c')],
        Thread: [{ PutRequest: { Item: { pk: { S: 'x' }, sk: { N: '1' } } } }],
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(answer).toEqual({
      UnprocessedItems: {},
      ConsumedCapacity: [
        { TableName: 'Items', CapacityUnits: 2, ReadCapacityUnits: 0, WriteCapacityUnits: 2 },
        { TableName: 'Thread', CapacityUnits: 1, ReadCapacityUnits: 0, WriteCapacityUnits: 1 },
      ],
    });
    expect(count()).toBe(2);
  });

  test.each<[title: string, requests: unknown[], message: string]>([
    ['26 items', several(26, put), 'Too many items requested for the BatchWriteItem call'],
    [
      'an item twice',
      [put('a'), { DeleteRequest: { Key: id('a') } }],
      'Provided list of item keys contains duplicates',
    ],
    [
      'an item without its key',
      [put('a'), { PutRequest: { Item: {} } }],
      'One or more parameter values were invalid: Missing the key id in the item',
    ],
    [
      'an item that is too large',
      [put('a'), put('b', { x: { S: 'x'.repeat(400 * 1024) } })],
      'Item size has exceeded the maximum allowed size',
    ],
  ])('with %s is refused and writes nothing', (_, requests, message) => {
    expect(dynamo.failure('BatchWriteItem', write(requests)).error).toBe(`ValidationException: ${message}`);
    expect(count()).toBe(0);
  });
});

// AWS: "BatchGetItem"
describe('BatchGetItem', () => {
  const get = (Keys: unknown[], given: Record<string, unknown> = {}) => ({
    RequestItems: { Items: { Keys, ...given } },
  });

  test('answers the items that are there, projected', () => {
    dynamo.run('BatchWriteItem', {
      RequestItems: { Items: [put('a', { n: { N: '1' }, x: { S: 'x' } }), put('b', { n: { N: '2' } })] },
    });
    const answer = dynamo.run(
      'BatchGetItem',
      get([id('a'), id('nobody'), id('b')], { ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'n' } }),
    );
    expect(answer).toEqual({ Responses: { Items: [{ n: { N: '1' } }, { n: { N: '2' } }] }, UnprocessedKeys: {} });
  });

  test.each<[title: string, keys: unknown[], message: string]>([
    ['101 keys', several(101, id), 'Too many items requested for the BatchGetItem call'],
    ['a key twice', [id('a'), id('a')], 'Provided list of item keys contains duplicates'],
    ['a wrong key', [{ id: { N: '1' } }], 'The provided key element does not match the schema'],
  ])('with %s is refused', (_, keys, message) => {
    expect(dynamo.failure('BatchGetItem', get(keys)).error).toBe(`ValidationException: ${message}`);
  });
});

// AWS: "Amazon DynamoDB Transactions: How it works", "TransactWriteItems"
describe('TransactWriteItems', () => {
  const transact = (...TransactItems: unknown[]) => ({ TransactItems });
  const Put = (value: string, given: Record<string, unknown> = {}) => ({
    Put: { TableName: 'Items', Item: { ...id(value), n: { N: '1' } }, ...given },
  });
  const absent = { ConditionExpression: 'attribute_not_exists(id)' };

  test('does all of its writes, at twice the units', () => {
    dynamo.run('BatchWriteItem', { RequestItems: { Items: [put('old'), put('changed', { n: { N: '1' } })] } });
    const request = transact(
      Put('new', absent),
      { Delete: { TableName: 'Items', Key: id('old') } },
      {
        Update: {
          TableName: 'Items',
          Key: id('changed'),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
      { ConditionCheck: { TableName: 'Items', Key: id('nobody'), ...absent } },
    );
    expect(dynamo.run('TransactWriteItems', { ...request, ReturnConsumedCapacity: 'TOTAL' })).toEqual({
      ConsumedCapacity: [{ TableName: 'Items', CapacityUnits: 8, ReadCapacityUnits: 0, WriteCapacityUnits: 8 }],
    });
    expect(dynamo.run('Scan', { TableName: 'Items' })['Items']).toEqual([
      { ...id('changed'), n: { N: '2' } },
      { ...id('new'), n: { N: '1' } },
    ]);
  });

  test('does none of them when a condition fails, and says which', () => {
    dynamo.run('BatchWriteItem', { RequestItems: { Items: [put('a')] } });
    expect(
      dynamo.failure(
        'TransactWriteItems',
        transact(Put('b'), Put('a', { ...absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })),
      ),
    ).toEqual({
      error:
        'TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      fields: {
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: id('a') },
        ],
      },
    });
    expect(count()).toBe(1);
  });

  test('undoes what it did when a later write is not valid', () => {
    const broken = { Update: { TableName: 'Items', Key: id('b'), UpdateExpression: 'SET a = absent' } };
    expect(dynamo.failure('TransactWriteItems', transact(Put('a'), broken)).error).toBe(
      'TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]',
    );
    expect(count()).toBe(0);
  });

  test('with the token of an earlier one does nothing again; with other items it is refused', () => {
    const request = { ...transact(Put('a', absent)), ClientRequestToken: 'token' };
    dynamo.run('TransactWriteItems', request);
    expect(dynamo.run('TransactWriteItems', request)).toEqual({});
    expect(dynamo.failure('TransactWriteItems', { ...request, ...transact(Put('b')) }).error).toMatch(
      'IdempotentParameterMismatchException',
    );
  });

  test.each<[title: string, request: unknown, message: string]>([
    [
      '101 items',
      transact(...several(101, (name) => Put(name))),
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100",
    ],
    [
      'an item twice',
      transact(Put('a'), Put('a')),
      'Transaction request cannot include multiple operations on one item',
    ],
  ])('with %s is refused', (_, request, message) => {
    expect(dynamo.failure('TransactWriteItems', request as Record<string, unknown>).error).toBe(
      `ValidationException: ${message}`,
    );
  });
});

// AWS: "DynamoDB read and write operations" (capacity unit consumption)
describe('consumed capacity', () => {
  test('counts 4 KB a read, half of it when eventually consistent, and 1 KB a write', () => {
    const Item = { ...id('a'), x: { S: 'x'.repeat(5000) } };
    const units = (operation: string, request: Record<string, unknown>) =>
      (
        dynamo.run(operation, { TableName: 'Items', ReturnConsumedCapacity: 'TOTAL', ...request })[
          'ConsumedCapacity'
        ] as { CapacityUnits: number }
      ).CapacityUnits;
    expect(units('PutItem', { Item })).toBe(5);
    expect(units('GetItem', { Key: id('a'), ConsistentRead: true })).toBe(2);
    expect(units('GetItem', { Key: id('a') })).toBe(1);
    expect(units('GetItem', { Key: id('nobody') })).toBe(0.5);
    expect(units('DeleteItem', { Key: id('a') })).toBe(5);
  });
});
