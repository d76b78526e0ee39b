import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Dynamo, items, openDynamo, thread } from './openDynamo.ts';

let dynamo: Dynamo;
beforeEach(() => {
  dynamo = openDynamo();
  dynamo.run('CreateTable', items);
  dynamo.run('CreateTable', thread);
  dynamo.run('PutItem', {
    TableName: 'Items',
    Item: { id: { S: 'a' }, version: { N: '1' }, name: { S: 'old' }, parts: { L: [{ S: 'x' }] } },
  });
});
const execute = (Statement: string, ...Parameters: unknown[]) =>
  dynamo.run('ExecuteStatement', { Statement, Parameters });
const failure = (Statement: string, ...Parameters: unknown[]) =>
  dynamo.failure('ExecuteStatement', { Statement, Parameters });
const item = (id: string) => dynamo.run('GetItem', { TableName: 'Items', Key: { id: { S: id } } })['Item'];

// AWS: "PartiQL insert statements for DynamoDB"
describe('INSERT', () => {
  test.each<[statement: string, parameters: unknown[], stored: unknown]>([
    [`INSERT INTO "Items" VALUE {'id': ?, 'n': ?}`, [{ S: 'b' }, { N: '1.0' }], { id: { S: 'b' }, n: { N: '1' } }],
    [`INSERT INTO Items value {'id':'b','n':1,'t':'it''s'}`, [], { id: { S: 'b' }, n: { N: '1' }, t: { S: "it's" } }],
    [
      `insert into "Items" value {'id': 'b', 'status': ?}`,
      [{ M: { deep: { BOOL: true } } }],
      { id: { S: 'b' }, status: { M: { deep: { BOOL: true } } } },
    ],
  ])('%s stores the item', (statement, parameters, stored) => {
    expect(execute(statement, ...parameters)).toEqual({ Items: [] });
    expect(item('b')).toEqual(stored);
  });

  test('of a key that is there fails and changes nothing', () => {
    expect(failure(`INSERT INTO "Items" VALUE {'id': 'a', 'name': 'new'}`).error).toBe(
      'DuplicateItemException: Duplicate primary key exists in table',
    );
    expect(item('a')).toMatchObject({ name: { S: 'old' } });
  });
});

// AWS: "PartiQL update statements for DynamoDB"
describe('UPDATE', () => {
  test.each<[statement: string, parameters: unknown[], changed: unknown]>([
    [
      `UPDATE "Items" SET name=? SET version=? WHERE id=? AND version=?`,
      [{ S: 'new' }, { N: '2' }, { S: 'a' }, { N: '1' }],
      { name: { S: 'new' }, version: { N: '2' } },
    ],
    [`UPDATE "Items" SET version = version + 1 WHERE id = 'a'`, [], { version: { N: '2' } }],
    [
      `UPDATE Items SET parts = list_append(parts, ?) WHERE id = 'a'`,
      [{ L: [{ S: 'y' }] }],
      { parts: { L: [{ S: 'x' }, { S: 'y' }] } },
    ],
    [
      `UPDATE Items SET added = ?, parts[0] = 'z' WHERE "id" = 'a' AND attribute_type(name, ?)`,
      [{ NULL: true }, { S: 'S' }],
      { added: { NULL: true }, parts: { L: [{ S: 'z' }] } },
    ],
    [`UPDATE Items SET first = 'now' WHERE id = 'a' AND first IS MISSING`, [], { first: { S: 'now' } }],
    [`UPDATE Items SET name = 'new' WHERE id = 'a' AND (version = 2 OR name = 'old')`, [], { name: { S: 'new' } }],
  ])('%s changes the item', (statement, parameters, changed) => {
    execute(statement, ...parameters);
    expect(item('a')).toMatchObject(changed as object);
  });

  test('REMOVE takes attributes away', () => {
    execute(`UPDATE "Items" REMOVE name REMOVE parts[0] WHERE id = 'a'`);
    expect(item('a')).toEqual({ id: { S: 'a' }, version: { N: '1' }, parts: { L: [] } });
  });

  test('whose WHERE fails changes nothing, and gives the item back when asked', () => {
    const request = { Statement: `UPDATE "Items" SET version=5 WHERE id='a' AND version=?`, Parameters: [{ N: '7' }] };
    expect(dynamo.failure('ExecuteStatement', request)).toEqual({
      error: 'ConditionalCheckFailedException: The conditional request failed',
      fields: {},
    });
    expect(
      dynamo.failure('ExecuteStatement', { ...request, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }).fields,
    ).toEqual({ Item: item('a') });
    expect(item('a')).toMatchObject({ version: { N: '1' } });
  });

  test('never makes an item', () => {
    expect(failure(`UPDATE "Items" SET name='new' WHERE id='nobody'`).error).toBe(
      'ConditionalCheckFailedException: The conditional request failed',
    );
    expect(item('nobody')).toBeUndefined();
  });
});

// AWS: "PartiQL delete statements for DynamoDB"
describe('DELETE', () => {
  test('deletes the item, and an item that is not there without complaint', () => {
    execute(`DELETE FROM "Items" WHERE id = 'a'`);
    expect(item('a')).toBeUndefined();
    expect(execute(`DELETE FROM "Items" WHERE id = 'a' AND name = 'old'`)).toEqual({ Items: [] });
  });

  test('whose WHERE fails deletes nothing', () => {
    expect(failure(`DELETE FROM "Items" WHERE id = 'a' AND name = 'new'`).error).toBe(
      'ConditionalCheckFailedException: The conditional request failed',
    );
    expect(item('a')).toBeDefined();
  });
});

describe('a statement is refused', () => {
  test.each<[statement: string, parameters: unknown[], message: string]>([
    [
      `SELECT * FROM "Items"`,
      [],
      'ValidationException: The local cloud honours INSERT, UPDATE and DELETE in PartiQL, not SELECT.',
    ],
    [
      `EXISTS (SELECT 1)`,
      [],
      'ValidationException: The local cloud honours INSERT, UPDATE and DELETE in PartiQL, not EXISTS.',
    ],
    [
      `INSERT INTO "Items" VALUE {'id': ?}`,
      [],
      "ValidationException: Number of parameters in request and statement don't match.",
    ],
    [
      `INSERT INTO "Items" VALUE {'id': 'b'}`,
      [{ S: 'b' }],
      "ValidationException: Number of parameters in request and statement don't match.",
    ],
    [
      `INSERT INTO "Items" VALUE {'n': 1}`,
      [],
      'ValidationException: One or more parameter values were invalid: Missing the key id in the item',
    ],
    [
      `INSERT INTO "Items" VALUE {id: 'b'}`,
      [],
      'ValidationException: Invalid statement: Syntax error; token: "id", near: "{id:"',
    ],
    [
      `INSERT INTO "Nothing" VALUE {'id': 'b'}`,
      [],
      'ResourceNotFoundException: Requested resource not found: Table: Nothing not found',
    ],
    [
      `UPDATE "Items" SET id='b' WHERE id='a'`,
      [],
      'ValidationException: One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    ],
    [
      `UPDATE "Items" SET name=absent WHERE id='a'`,
      [],
      'ValidationException: The provided expression refers to an attribute that does not exist in the item',
    ],
    [
      `UPDATE "Items" SET name='b' WHERE name='old'`,
      [],
      'ValidationException: Where clause does not contain a mandatory equality on all key attributes',
    ],
    [
      `UPDATE "Thread" SET name='b' WHERE pk='a'`,
      [],
      'ValidationException: Where clause does not contain a mandatory equality on all key attributes',
    ],
    [
      `UPDATE "Items" WHERE id='a'`,
      [],
      'ValidationException: Invalid statement: Syntax error; token: "WHERE", near: ""Items" WHERE id"',
    ],
    [
      `UPDATE "Items" SET name='b' WHERE id='a' RETURNING ALL OLD *`,
      [],
      'ValidationException: The local cloud does not honour RETURNING.',
    ],
  ])('%s', (statement, parameters, message) => {
    expect(failure(statement, ...parameters).error).toContain(message);
  });
});

// AWS: "Running batch operations with PartiQL for DynamoDB", "BatchStatementError", "IAM security policies with PartiQL for DynamoDB"
describe('a batch of statements', () => {
  const batch = (...Statements: unknown[]) =>
    dynamo.run('BatchExecuteStatement', { Statements, ReturnConsumedCapacity: 'TOTAL' });

  test('answers each by itself, with the item that stood against it when asked', () => {
    const answer = batch(
      { Statement: `INSERT INTO "Items" VALUE {'id': ?}`, Parameters: [{ S: 'b' }] },
      { Statement: `INSERT INTO "Items" VALUE {'id': ?}`, Parameters: [{ S: 'a' }] },
      {
        Statement: `UPDATE "Items" SET version=2 WHERE id='a' AND version=9`,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
      { Statement: `UPDATE "Items" SET version=2 WHERE id='a' AND version=1` },
      { Statement: `UPDATE "Nothing" SET version=2 WHERE id='a'` },
      { Statement: `SELECT * FROM "Items"` },
    );
    expect(answer).toEqual({
      Responses: [
        { TableName: 'Items' },
        { Error: { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' } },
        {
          Error: {
            Code: 'ConditionalCheckFailed',
            Message: 'The conditional request failed',
            Item: expect.objectContaining({ version: { N: '1' } }),
          },
        },
        { TableName: 'Items' },
        { Error: { Code: 'ResourceNotFound', Message: 'Requested resource not found: Table: Nothing not found' } },
        {
          Error: {
            Code: 'ValidationError',
            Message: 'The local cloud honours INSERT, UPDATE and DELETE in PartiQL, not SELECT.',
          },
        },
      ],
      ConsumedCapacity: [{ TableName: 'Items', CapacityUnits: 2, ReadCapacityUnits: 0, WriteCapacityUnits: 2 }],
    });
    expect([item('a'), item('b')]).toEqual([expect.objectContaining({ version: { N: '2' } }), { id: { S: 'b' } }]);
  });

  test('takes 25 statements and no more', () => {
    const insert = (_: unknown, index: number) => ({
      Statement: `INSERT INTO "Items" VALUE {'id': ?}`,
      Parameters: [{ S: `n${index}` }],
    });
    expect(batch(...Array.from({ length: 25 }, insert))['Responses']).toHaveLength(25);
    expect(dynamo.failure('BatchExecuteStatement', { Statements: Array.from({ length: 26 }, insert) }).error).toBe(
      "ValidationException: 1 validation error detected: Value at 'statements' failed to satisfy constraint: Member must have length less than or equal to 25",
    );
  });

  test('needs the PartiQL permission of each statement on its table, once', () => {
    const resource = (table: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`;
    const Statements = [
      { Statement: `INSERT INTO "Items" VALUE {'id': 'b'}` },
      { Statement: `INSERT INTO "Items" VALUE {'id': 'c'}` },
      { Statement: `UPDATE "Thread" SET a=1 WHERE pk='a' AND sk=1` },
      { Statement: 'not a statement' },
    ];
    expect(dynamo.permissions('BatchExecuteStatement', { Statements })).toEqual([
      { action: 'dynamodb:PartiQLInsert', resource: resource('Items') },
      { action: 'dynamodb:PartiQLUpdate', resource: resource('Thread') },
    ]);
  });
});
