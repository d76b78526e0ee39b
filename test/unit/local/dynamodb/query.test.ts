import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Body } from '../../../../local/dynamodb/operations.ts';
import { type Dynamo, items, openDynamo, thread } from './openDynamo.ts';

let dynamo: Dynamo;
beforeAll(() => {
  dynamo = openDynamo();
  dynamo.run('CreateTable', thread);
  const put = (pk: string, sk: string, more: Record<string, unknown> = {}) =>
    dynamo.run('PutItem', { TableName: 'Thread', Item: { pk: { S: pk }, sk: { N: sk }, ...more } });
  for (const sk of ['10', '9', '-1', '100', '0.5']) put('a', sk, { note: { S: `note ${sk}` } });
  for (const [sk, score] of [
    ['1', '30'],
    ['2', '4'],
    ['3', '4'],
    ['4', '200'],
  ] as const)
    put('b', sk, { owner: { S: 'ann' }, score: { N: score }, note: { S: 'n' } });
  put('c', '1', { owner: { S: 'bob' }, score: { N: '7' } });
  put('c', '2', { owner: { S: 'bob' } });
});

const query = (condition: string, values: Record<string, unknown>, given: Body = {}): Body => ({
  TableName: 'Thread',
  KeyConditionExpression: condition,
  ExpressionAttributeValues: values,
  ...given,
});
const keys = (answer: Body) =>
  (answer['Items'] as Array<{ pk: { S: string }; sk: { N: string } }>).map(({ pk, sk }) => `${pk.S}${sk.N}`);
const a = { ':p': { S: 'a' } };
const ann = { ':o': { S: 'ann' } };

// AWS: "Querying tables in DynamoDB", "Key condition expressions for the Query operation"
describe('a query', () => {
  test.each<[condition: string, values: Record<string, unknown>, found: string[]]>([
    ['pk = :p', {}, ['a-1', 'a0.5', 'a9', 'a10', 'a100']],
    ['(pk = :p) AND (sk > :n)', { ':n': { N: '9.0' } }, ['a10', 'a100']],
    ['pk = :p AND sk >= :n', { ':n': { N: '9' } }, ['a9', 'a10', 'a100']],
    ['pk = :p AND sk < :n', { ':n': { N: '9' } }, ['a-1', 'a0.5']],
    ['sk <= :n AND pk = :p', { ':n': { N: '9' } }, ['a-1', 'a0.5', 'a9']],
    ['pk = :p and sk between :n and :m', { ':n': { N: '0' }, ':m': { N: '10' } }, ['a0.5', 'a9', 'a10']],
    ['pk = :p AND sk = :n', { ':n': { N: '1e1' } }, ['a10']],
    ['pk = :p AND sk = :n', { ':n': { N: '11' } }, []],
  ])('%s with %j answers in the order of the range key: %j', (condition, values, found) => {
    expect(keys(dynamo.run('Query', query(condition, { ...a, ...values })))).toEqual(found);
  });

  test('backwards turns the order around', () => {
    expect(keys(dynamo.run('Query', query('pk = :p', a, { ScanIndexForward: false })))).toEqual([
      'a100',
      'a10',
      'a9',
      'a0.5',
      'a-1',
    ]);
  });

  test('of a text range key takes a prefix', () => {
    dynamo.run('CreateTable', {
      TableName: 'Text',
      AttributeDefinitions: [
        { AttributeName: 'p', AttributeType: 'S' },
        { AttributeName: 'r', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'p', KeyType: 'HASH' },
        { AttributeName: 'r', KeyType: 'RANGE' },
      ],
    });
    for (const r of ['ab', 'abc', 'ab\u{10ffff}z', 'ac', 'aa'])
      dynamo.run('PutItem', { TableName: 'Text', Item: { p: { S: 'x' }, r: { S: r } } });
    const answer = dynamo.run('Query', {
      TableName: 'Text',
      KeyConditionExpression: 'p = :p AND begins_with(r, :r)',
      ExpressionAttributeValues: { ':p': { S: 'x' }, ':r': { S: 'ab' } },
    });
    expect((answer['Items'] as Array<{ r: { S: string } }>).map(({ r }) => r.S)).toEqual([
      'ab',
      'abc',
      'ab\u{10ffff}z',
    ]);
  });

  test('counts what it looked at and what its filter left', () => {
    const filtered = query(
      'pk = :p',
      { ...a, ':t': { S: 'note 10' } },
      { FilterExpression: 'begins_with(note, :t)', ProjectionExpression: 'note' },
    );
    expect(dynamo.run('Query', filtered)).toEqual({
      Items: [{ note: { S: 'note 10' } }, { note: { S: 'note 100' } }],
      Count: 2,
      ScannedCount: 5,
    });
    expect(dynamo.run('Query', { ...filtered, ProjectionExpression: undefined, Select: 'COUNT' })).toEqual({
      Count: 2,
      ScannedCount: 5,
    });
  });
});

// AWS: "Paginating table query results in DynamoDB"
describe('paging', () => {
  const pages = (request: Body) => {
    const found: string[][] = [];
    let start: unknown;
    do {
      const page = dynamo.run('Query', { ...request, ExclusiveStartKey: start });
      found.push(keys(page));
      start = page['LastEvaluatedKey'];
    } while (start !== undefined);
    return found;
  };

  test('a full page has a last key, even when nothing follows', () => {
    expect(pages(query('pk = :p', a, { Limit: 5 }))).toEqual([['a-1', 'a0.5', 'a9', 'a10', 'a100'], []]);
    expect(pages(query('pk = :p', a, { Limit: 2 }))).toEqual([['a-1', 'a0.5'], ['a9', 'a10'], ['a100']]);
  });

  test('the limit counts what is looked at, not what the filter leaves', () => {
    const page = dynamo.run(
      'Query',
      query('pk = :p', { ...a, ':t': { S: 'note 100' } }, { FilterExpression: 'note = :t', Limit: 2 }),
    );
    expect(page).toEqual({
      Items: [],
      Count: 0,
      ScannedCount: 2,
      LastEvaluatedKey: { pk: { S: 'a' }, sk: { N: '0.5' } },
    });
  });

  test('an index pages through equal range keys, with the keys of both in the last key', () => {
    const request = query('#o = :o', ann, {
      IndexName: 'byOwner',
      Limit: 2,
      ExpressionAttributeNames: { '#o': 'owner' },
    });
    expect(pages(request)).toEqual([['b2', 'b3'], ['b1', 'b4'], []]);
    expect(pages({ ...request, ScanIndexForward: false, Limit: 3 })).toEqual([['b4', 'b1', 'b3'], ['b2']]);
    expect(dynamo.run('Query', { ...request, Limit: 1 })['LastEvaluatedKey']).toEqual({
      pk: { S: 'b' },
      sk: { N: '2' },
      owner: { S: 'ann' },
      score: { N: '4' },
    });
  });

  test('a page ends at one megabyte', () => {
    for (const sk of [1, 2, 3])
      dynamo.run('PutItem', {
        TableName: 'Thread',
        Item: { pk: { S: 'large' }, sk: { N: String(sk) }, x: { S: 'x'.repeat(390 * 1024) } },
      });
    for (const sk of [4, 5])
      dynamo.run('PutItem', { TableName: 'Thread', Item: { pk: { S: 'large' }, sk: { N: String(sk) } } });
    expect(pages(query('pk = :p', { ':p': { S: 'large' } }))).toEqual([
      ['large1', 'large2', 'large3'],
      ['large4', 'large5'],
    ]);
  });

  test('of any size finds every item once, in order, forwards and backwards', () => {
    const own = openDynamo();
    own.run('CreateTable', thread);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        fc.uuid(),
        (numbers, Limit, ScanIndexForward, pk) => {
          for (const n of numbers)
            own.run('PutItem', { TableName: 'Thread', Item: { pk: { S: pk }, sk: { N: String(n) } } });
          const found: number[] = [];
          let ExclusiveStartKey: unknown;
          do {
            const page = own.run(
              'Query',
              query('pk = :p', { ':p': { S: pk } }, { Limit, ScanIndexForward, ExclusiveStartKey }),
            );
            found.push(...(page['Items'] as Array<{ sk: { N: string } }>).map(({ sk }) => Number(sk.N)));
            ExclusiveStartKey = page['LastEvaluatedKey'];
          } while (ExclusiveStartKey !== undefined);
          expect(found).toEqual(numbers.sort((x, y) => (ScanIndexForward ? x - y : y - x)));
        },
      ),
      { numRuns: 40 },
    );
  });
});

// AWS: "Using Global Secondary Indexes in DynamoDB"
describe('a global secondary index', () => {
  const byOwner = (owner: string, given: Body = {}) =>
    query(
      '#o = :o',
      { ':o': { S: owner } },
      { IndexName: 'byOwner', ExpressionAttributeNames: { '#o': 'owner' }, ...given },
    );

  test('holds only items that have its keys', () => {
    expect(keys(dynamo.run('Query', byOwner('bob')))).toEqual(['c1']);
    expect(keys(dynamo.run('Query', byOwner('bob', { IndexName: 'keys' })))).toEqual(['c1', 'c2']);
  });

  test('follows every write', () => {
    const own = openDynamo();
    own.run('CreateTable', thread);
    const Key = { pk: { S: 'x' }, sk: { N: '1' } };
    const found = (owner: string) => keys(own.run('Query', byOwner(owner))).length;
    own.run('PutItem', { TableName: 'Thread', Item: { ...Key, owner: { S: 'ann' }, score: { N: '1' } } });
    own.run('UpdateItem', {
      TableName: 'Thread',
      Key,
      UpdateExpression: 'SET #o = :o',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':o': { S: 'bob' } },
    });
    expect([found('ann'), found('bob')]).toEqual([0, 1]);
    own.run('UpdateItem', { TableName: 'Thread', Key, UpdateExpression: 'REMOVE score' });
    expect([found('ann'), found('bob')]).toEqual([0, 0]);
    own.run('PutItem', { TableName: 'Thread', Item: { ...Key, owner: { S: 'ann' }, score: { N: '1' } } });
    own.run('DeleteItem', { TableName: 'Thread', Key });
    expect([found('ann'), found('bob')]).toEqual([0, 0]);
  });

  test('of keys only answers keys, and refuses to be asked for more', () => {
    const request = byOwner('bob', { IndexName: 'keys' });
    expect(dynamo.run('Query', request)['Items']).toEqual([
      { pk: { S: 'c' }, sk: { N: '1' }, owner: { S: 'bob' } },
      { pk: { S: 'c' }, sk: { N: '2' }, owner: { S: 'bob' } },
    ]);
    expect(dynamo.failure('Query', { ...request, Select: 'ALL_ATTRIBUTES' }).error).toBe(
      'ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index keys because its projection type is not ALL',
    );
    expect(dynamo.failure('Query', { ...request, ProjectionExpression: 'pk, note' }).error).toBe(
      'ValidationException: One or more parameter values were invalid: Global secondary index keys does not project [note]',
    );
  });

  test('needs its own permission', () => {
    const resource = 'arn:aws:dynamodb:us-east-1:000000000000:table/Thread/index/byOwner';
    expect(dynamo.permissions('Query', byOwner('ann'))).toEqual([{ action: 'dynamodb:Query', resource }]);
  });
});

describe('a query is refused as AWS words it', () => {
  const n = { ':n': { N: '1' } };
  test.each<[condition: string, values: Record<string, unknown>, message: string, given?: Body]>([
    ['sk = :n', n, 'Query condition missed key schema element: pk', {}],
    ['pk > :p', a, 'Query key condition not supported', {}],
    ['pk = :p AND note = :n', { ...a, ...n }, 'Query condition missed key schema element: sk', {}],
    ['pk = :p AND pk = :p', a, 'KeyConditionExpressions must only contain one condition per key', {}],
    [
      'pk = :n',
      n,
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
      {},
    ],
    [
      'pk = :p AND begins_with(sk, :n)',
      { ...a, ...n },
      'Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      {},
    ],
    ['pk = :p AND sk <> :n', { ...a, ...n }, 'Invalid operator used in KeyConditionExpression: <>', {}],
    ['pk = :p OR sk = :n', { ...a, ...n }, 'Invalid operator used in KeyConditionExpression: OR', {}],
    ['pk = :p AND contains(sk, :n)', { ...a, ...n }, 'Invalid operator used in KeyConditionExpression: contains', {}],
    ['pk.a = :p', a, 'KeyConditionExpressions cannot have conditions on nested attributes', {}],
    [
      'pk = :p AND sk BETWEEN :n AND :m',
      { ...a, ':n': { N: '2' }, ':m': { N: '1' } },
      'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}',
      {},
    ],
    ['pk = :p', a, 'The table does not have the specified index: nothing', { IndexName: 'nothing' }],
    [
      'score = :n',
      n,
      'Consistent reads are not supported on global secondary indexes',
      { IndexName: 'byOwner', ConsistentRead: true },
    ],
    [
      'pk = :p',
      { ...a, ...n },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
      { FilterExpression: 'sk > :n' },
    ],
    ['pk = :p', a, 'The provided starting key is invalid', { ExclusiveStartKey: { pk: { S: 'a' } } }],
    [
      'pk = :p',
      a,
      'The provided starting key is outside query boundaries based on provided conditions',
      { ExclusiveStartKey: { pk: { S: 'b' }, sk: { N: '1' } } },
    ],
    [
      'pk = :p',
      a,
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
      { Limit: 0 },
    ],
    ['pk = :p', a, 'The local cloud does not honour QueryFilter.', { QueryFilter: {} }],
    ['pk = :p', { ...a, ...n }, 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:n}', {}],
  ])('%s (%#)', (condition, values, message, given) => {
    expect(dynamo.failure('Query', query(condition, values, given)).error).toBe(`ValidationException: ${message}`);
  });

  test('without a key condition', () => {
    expect(dynamo.failure('Query', { TableName: 'Thread' }).error).toBe(
      'ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  });
});

// AWS: "Scanning tables in DynamoDB"
describe('a scan', () => {
  test('reads every item, page by page, and may filter by the key', () => {
    const own = openDynamo();
    own.run('CreateTable', items);
    for (const id of ['a', 'b', 'c']) own.run('PutItem', { TableName: 'Items', Item: { id: { S: id } } });
    const first = own.run('Scan', { TableName: 'Items', Limit: 2 });
    expect(first).toMatchObject({ Count: 2, LastEvaluatedKey: { id: { S: 'b' } } });
    expect(own.run('Scan', { TableName: 'Items', ExclusiveStartKey: first['LastEvaluatedKey'] })).toEqual({
      Items: [{ id: { S: 'c' } }],
      Count: 1,
      ScannedCount: 1,
    });
    expect(
      own.run('Scan', {
        TableName: 'Items',
        FilterExpression: 'id > :a',
        ExpressionAttributeValues: { ':a': { S: 'a' } },
      }),
    ).toMatchObject({ Count: 2, ScannedCount: 3 });
  });

  test('in segments is refused: each would read everything', () => {
    expect(dynamo.failure('Scan', { TableName: 'Thread', Segment: 0, TotalSegments: 2 }).error).toBe(
      'ValidationException: The local cloud does not honour Segment.',
    );
  });
});
