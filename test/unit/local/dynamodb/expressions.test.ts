import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Dynamo, items, openDynamo, thread } from './openDynamo.ts';

let dynamo: Dynamo;
beforeAll(() => {
  dynamo = openDynamo();
  dynamo.run('CreateTable', items);
  dynamo.run('CreateTable', thread);
});

const Key = { id: { S: 'a' } };
const chisel = {
  ...Key,
  n: { N: '5' },
  s: { S: 'text' },
  b: { B: 'Ymlu' },
  yes: { BOOL: true },
  none: { NULL: true },
  tags: { SS: ['red', 'blue'] },
  sizes: { NS: ['1', '2.5'] },
  parts: { L: [{ S: 'x' }, { N: '7' }, { M: { deep: { S: 'y' } } }] },
  doc: { M: { core: { N: '1' }, parts: { L: [{ S: 'z' }] } } },
};
beforeEach(() => {
  dynamo.run('PutItem', { TableName: 'Items', Item: chisel });
});

const names = { '#s': 'status', '#n': 'n' };
const values = {
  ':five': { N: '5.0' },
  ':six': { N: '6' },
  ':four': { N: '4' },
  ':text': { S: 'text' },
  ':te': { S: 'te' },
  ':x': { S: 'x' },
  ':seven': { N: '7' },
  ':red': { S: 'red' },
  ':N': { S: 'N' },
  ':tags': { SS: ['blue', 'red'] },
  ':doc': { M: { parts: { L: [{ S: 'z' }] }, core: { N: '1.0' } } },
  ':two': { N: '2' },
};
/** Only the placeholders that the expression uses: others would be an error. */
const placeholders = (expression: string) => {
  const used = <Value>(all: Record<string, Value>) => {
    const found = Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(expression));
    return found.length > 0 ? Object.fromEntries(found) : undefined;
  };
  return { ExpressionAttributeNames: used(names), ExpressionAttributeValues: used<unknown>(values) };
};
const conditional = (expression: string) => ({
  TableName: 'Items',
  Key,
  ConditionExpression: expression,
  ...placeholders(expression),
});

// AWS: "Condition and filter expressions, operators, and functions"
describe('a condition expression', () => {
  test.each<[expression: string, holds: boolean]>([
    ['n = :five', true],
    [':five = n', true],
    ['n <> :five', false],
    ['absent = :five', false],
    ['absent <> :five', true],
    ['s = :five', false],
    ['n < :six AND n > :four', true],
    ['n <= :five and n >= :five', true],
    ['s < :five', false],
    ['n BETWEEN :four AND :six', true],
    ['n BETWEEN :five AND :six AND s = :text', true],
    ['n IN (:four, :five)', true],
    ['n IN (:four)', false],
    ['NOT n = :five', false],
    ['NOT n = :five OR s = :text', true],
    ['n = :four AND s = :text OR n = :five', true],
    ['n = :four AND (s = :text OR n = :five)', false],
    ['attribute_exists(n)', true],
    ['attribute_exists(doc.core)', true],
    ['attribute_exists(parts[5])', false],
    ['attribute_not_exists(#s)', true],
    ['attribute_type(#n, :N)', true],
    ['begins_with(s, :te)', true],
    ['begins_with(s, :x)', false],
    ['contains(s, :x)', true],
    ['contains(tags, :red)', true],
    ['contains(parts, :seven)', true],
    ['contains(parts, :red)', false],
    ['size(s) < :five', true],
    ['size(tags) = :two', true],
    ['size(doc) = :two', true],
    ['size(n) = :two', false],
    ['parts[1] = :seven', true],
    ['tags = :tags', true],
    ['doc = :doc', true],
  ])('%s: %j', (expression, holds) => {
    const request = conditional(expression);
    if (holds) expect(dynamo.run('DeleteItem', request)).toEqual({});
    else
      expect(dynamo.failure('DeleteItem', request).error).toBe(
        'ConditionalCheckFailedException: The conditional request failed',
      );
  });

  test('that fails gives the item back when asked', () => {
    const request = { ...conditional('n = :four'), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    expect(dynamo.failure('DeleteItem', request).fields['Item']).toMatchObject({ id: { S: 'a' }, n: { N: '5' } });
    expect(dynamo.failure('DeleteItem', conditional('n = :four')).fields).toEqual({});
  });

  test('sees an item that is not there as one without attributes', () => {
    const request = {
      ...conditional('attribute_exists(id)'),
      Key: { id: { S: 'nobody' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    expect(dynamo.failure('DeleteItem', request)).toEqual({
      error: 'ConditionalCheckFailedException: The conditional request failed',
      fields: {},
    });
    expect(
      dynamo.run('PutItem', {
        TableName: 'Items',
        Item: { id: { S: 'new' } },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    ).toEqual({});
  });

  test.each<[expression: string, message: string]>([
    ['n = ', 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="'],
    ['n == :five', 'Invalid ConditionExpression: Syntax error; token: "=", near: "== :five"'],
    ['n = 5', 'Invalid ConditionExpression: Syntax error; token: "5", near: "= 5"'],
    ["s = 'text'", 'Invalid ConditionExpression: Syntax error; token: "\'"'],
    ['n-1 = :five', 'Invalid ConditionExpression: Syntax error; token: "-", near: "n-1"'],
    ['n = :five extra', 'Invalid ConditionExpression: Syntax error; token: "extra", near: ":five extra"'],
    ['', 'Invalid ConditionExpression: The expression can not be empty;'],
    ['status = :five', 'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status'],
    ['doc.name = :five', 'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name'],
    ['starts_with(s, :te)', 'Invalid ConditionExpression: Invalid function name; function: starts_with'],
    ['ATTRIBUTE_EXISTS(n)', 'Invalid ConditionExpression: Invalid function name; function: ATTRIBUTE_EXISTS'],
    ['n IS MISSING', 'Invalid ConditionExpression: Syntax error; token: "IS", near: "n IS MISSING"'],
    [
      'n BETWEEN :six AND :four',
      'Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {N:4}',
    ],
    [
      '#unknown = :five',
      'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #unknown',
    ],
    [
      'n = :unknown',
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :unknown',
    ],
  ])('%s is refused as AWS words it', (expression, message) => {
    expect(dynamo.failure('DeleteItem', conditional(expression)).error).toContain(`ValidationException: ${message}`);
  });

  test.each<[given: Record<string, unknown>, message: string]>([
    [
      { ExpressionAttributeNames: { '#a': 'a', '#b': 'b' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
    ],
    [
      { ExpressionAttributeValues: { ':a': { N: '1' } } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}',
    ],
    [{ ExpressionAttributeValues: {} }, 'ExpressionAttributeValues must not be empty'],
    [{ ExpressionAttributeNames: {} }, 'ExpressionAttributeNames must not be empty'],
    [
      { ExpressionAttributeValues: { ':a': { N: 'b' } } },
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: b for key :a',
    ],
    [{ Expected: {} }, 'The local cloud does not honour Expected.'],
    [{ ReturnValues: 'ALL_NEW' }, 'ReturnValues can only be ALL_OLD or NONE'],
    [
      { ReturnValues: 'hi' },
      "1 validation error detected: Value 'hi' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
    ],
  ])('with %j is refused as AWS words it', (given, message) => {
    expect(dynamo.failure('DeleteItem', { TableName: 'Items', Key, ...given }).error).toBe(
      `ValidationException: ${message}`,
    );
  });
});

const update = (expression: string, given: Record<string, unknown> = {}) => ({
  TableName: 'Items',
  Key,
  UpdateExpression: expression,
  ReturnValues: 'ALL_NEW',
  ...placeholders(expression),
  ...given,
});
const updated = (expression: string, given: Record<string, unknown> = {}) =>
  dynamo.run('UpdateItem', update(expression, given))['Attributes'] as Record<string, unknown>;

// AWS: "Update expressions"
describe('an update expression', () => {
  const value = (wire: unknown, ...more: unknown[]) => ({
    ExpressionAttributeValues: Object.fromEntries([wire, ...more].map((each, index) => [`:v${index}`, each])),
  });

  test.each<[expression: string, given: Record<string, unknown>, attribute: string, outcome: unknown]>([
    ['SET s = :v0', value({ S: 'new' }), 's', { S: 'new' }],
    ['SET #s = :v0', { ...value({ S: 'on' }), ExpressionAttributeNames: { '#s': 'status' } }, 'status', { S: 'on' }],
    ['SET n = n + :v0', value({ N: '1' }), 'n', { N: '6' }],
    ['SET n = n - :v0', value({ N: '0.1' }), 'n', { N: '4.9' }],
    [
      'SET big = :v0 + :v1',
      value({ N: '12345678901234567890123456789012345677' }, { N: '1' }),
      'big',
      { N: '12345678901234567890123456789012345678' },
    ],
    ['SET twin = n', {}, 'twin', { N: '5' }],
    ['SET n = if_not_exists(n, :v0)', value({ N: '9' }), 'n', { N: '5' }],
    ['SET spare = if_not_exists(spare, :v0) + :v1', value({ N: '9' }, { N: '1' }), 'spare', { N: '10' }],
    [
      'SET parts = list_append(:v0, parts)',
      value({ L: [{ S: 'w' }] }),
      'parts',
      { L: [{ S: 'w' }, ...chisel.parts.L] },
    ],
    ['SET parts[0] = :v0', value({ S: 'X' }), 'parts', { L: [{ S: 'X' }, ...chisel.parts.L.slice(1)] }],
    ['SET parts[99] = :v0', value({ S: 'end' }), 'parts', { L: [...chisel.parts.L, { S: 'end' }] }],
    [
      'SET parts[2].deep = :v0',
      value({ S: 'Y' }),
      'parts',
      { L: [...chisel.parts.L.slice(0, 2), { M: { deep: { S: 'Y' } } }] },
    ],
    ['SET doc.added = :v0', value({ N: '2' }), 'doc', { M: { ...chisel.doc.M, added: { N: '2' } } }],
    ['REMOVE s', {}, 's', undefined],
    ['REMOVE doc.core', {}, 'doc', { M: { parts: { L: [{ S: 'z' }] } } }],
    ['REMOVE parts[0], parts[1]', {}, 'parts', { L: [chisel.parts.L[2]] }],
    ['REMOVE parts[9]', {}, 'parts', chisel.parts],
    ['ADD n :v0', value({ N: '-7' }), 'n', { N: '-2' }],
    ['ADD hits :v0', value({ N: '1' }), 'hits', { N: '1' }],
    ['ADD tags :v0', value({ SS: ['red', 'green'] }), 'tags', { SS: ['red', 'blue', 'green'] }],
    ['ADD sizes :v0', value({ NS: ['2.50', '3'] }), 'sizes', { NS: ['1', '2.5', '3'] }],
    ['DELETE tags :v0', value({ SS: ['red', 'black'] }), 'tags', { SS: ['blue'] }],
    ['DELETE tags :v0', value({ SS: ['red', 'blue'] }), 'tags', undefined],
    ['set s = :v0 remove n', value({ S: 'lower case' }), 's', { S: 'lower case' }],
  ])('%s (%j) makes %s %j', (expression, given, attribute, outcome) => {
    expect(updated(expression, given)[attribute]).toEqual(outcome);
  });

  test('reads the item as it was, in whatever order it is written', () => {
    expect(updated('SET a = n, n = :six, c = n')).toMatchObject({ a: { N: '5' }, n: { N: '6' }, c: { N: '5' } });
    expect(updated('REMOVE s SET t = s')).toMatchObject({ t: { S: 'text' } });
  });

  test('makes the item when there is none', () => {
    const key = { id: { S: 'fresh' } };
    expect(updated('ADD n :five', { Key: key })).toEqual({ ...key, n: { N: '5' } });
    dynamo.run('DeleteItem', { TableName: 'Items', Key: key });
  });

  test.each<[returnValues: string, attributes: unknown]>([
    ['NONE', undefined],
    ['ALL_OLD', chisel],
    ['UPDATED_OLD', { n: { N: '5' }, doc: { M: { core: { N: '1' } } } }],
    ['UPDATED_NEW', { n: { N: '6' }, doc: { M: { core: { N: '6' } } }, fresh: { N: '6' } }],
  ])('answers %s with %j', (ReturnValues, attributes) => {
    const { Attributes } = dynamo.run(
      'UpdateItem',
      update('SET n = :six, doc.core = :six, fresh = :six', { ReturnValues }),
    );
    expect(Attributes).toEqual(attributes);
  });

  test.each<[expression: string, given: Record<string, unknown>, message: string]>([
    [
      'SET id = :v0',
      value({ S: 'b' }),
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    ],
    ['SET n = absent', {}, 'The provided expression refers to an attribute that does not exist in the item'],
    [
      'SET n = absent + :v0',
      value({ N: '1' }),
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    ['SET n = s + :v0', value({ N: '1' }), 'An operand in the update expression has an incorrect data type'],
    [
      'SET n = n + :v0',
      value({ S: '1' }),
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    ['SET n = n + n + n', {}, 'Invalid UpdateExpression: Syntax error; token: "+", near: "n + n"'],
    [
      'SET l = list_append(parts, :v0)',
      value({ S: 'x' }),
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: list_append, operand type: S',
    ],
    ['SET l = append(parts, parts)', {}, 'Invalid UpdateExpression: Invalid function name; function: append'],
    [
      'ADD s :v0',
      value({ S: 'x' }),
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    ['ADD s :v0', value({ N: '1' }), 'An operand in the update expression has an incorrect data type'],
    [
      'DELETE n :v0',
      value({ N: '1' }),
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER',
    ],
    [
      'SET absent.a = :v0',
      value({ N: '1' }),
      'The document path provided in the update expression is invalid for update',
    ],
    ['REMOVE absent.a', {}, 'The document path provided in the update expression is invalid for update'],
    ['SET s[0] = :v0', value({ N: '1' }), 'The document path provided in the update expression is invalid for update'],
    [
      'SET doc = :v0, doc.core = :v0',
      value({ N: '1' }),
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [doc], path two: [doc, core]',
    ],
    [
      'SET parts[0] = :v0 REMOVE parts[0]',
      value({ N: '1' }),
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [parts, [0]], path two: [parts, [0]]',
    ],
    [
      'SET x.a = :v0, x[1] = :v0',
      value({ N: '1' }),
      'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [x, a], path two: [x, [1]]',
    ],
    [
      'SET a = :v0 SET b = :v0',
      value({ N: '1' }),
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    ['PUT a = :v0', value({ N: '1' }), 'Invalid UpdateExpression: Syntax error; token: "PUT", near: "PUT a"'],
    ['SET a :v0', value({ N: '1' }), 'Invalid UpdateExpression: Syntax error; token: ":v0", near: "a :v0"'],
    [
      'SET ttl = :v0',
      value({ N: '1' }),
      'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: ttl',
    ],
    [
      'SET big = :v0 + :v1',
      value({ N: '1e30' }, { N: '1e-30' }),
      'Attempting to store more than 38 significant digits in a Number',
    ],
    [
      'SET big = :v0',
      value({ S: 'x'.repeat(400 * 1024) }),
      'Item size to update has exceeded the maximum allowed size',
    ],
  ])('%s (%#) is refused as AWS words it', (expression, given, message) => {
    expect(dynamo.failure('UpdateItem', update(expression, given)).error).toBe(`ValidationException: ${message}`);
    expect(dynamo.run('GetItem', { TableName: 'Items', Key })['Item']).toEqual(chisel);
  });
});

// AWS: "Projection expressions"
describe('a projection expression', () => {
  test.each<[expression: string, kept: unknown]>([
    ['n, s', { n: { N: '5' }, s: { S: 'text' } }],
    ['absent', {}],
    ['doc.core', { doc: { M: { core: { N: '1' } } } }],
    ['doc.core, doc.parts[0]', { doc: chisel.doc }],
    ['parts[2].deep', { parts: { L: [{ M: { deep: { S: 'y' } } }] } }],
    ['parts[2], parts[0]', { parts: { L: [{ M: { deep: { S: 'y' } } }, { S: 'x' }].reverse() } }],
    ['s.core', {}],
  ])('%s keeps %j', (expression, kept) => {
    expect(dynamo.run('GetItem', { TableName: 'Items', Key, ProjectionExpression: expression })['Item']).toEqual(kept);
  });
});

// AWS: "Supported data types and naming rules in Amazon DynamoDB", "AttributeValue", "Quotas in Amazon DynamoDB"
describe('an item', () => {
  const put = (item: unknown, table = 'Items') => ({ TableName: table, Item: item });

  test('comes back as it was put, with its numbers in plain form', () => {
    dynamo.run(
      'PutItem',
      put({
        id: { S: 'n' },
        n: { N: '1.50e1' },
        deep: { L: [{ M: { n: { N: '-0.0' } } }] },
        set: { NS: ['1.0', '2e0'] },
      }),
    );
    expect(dynamo.run('GetItem', { TableName: 'Items', Key: { id: { S: 'n' } } })).toEqual({
      Item: { id: { S: 'n' }, n: { N: '15' }, deep: { L: [{ M: { n: { N: '0' } } }] }, set: { NS: ['1', '2'] } },
    });
  });

  test.each<[item: Record<string, unknown>, message: string]>([
    [{ id: {} }, 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes'],
    [
      { id: { S: 'a', N: '1' } },
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [
      { ...Key, a: { NULL: false } },
      'One or more parameter values were invalid: Null attribute value types must have the value of true',
    ],
    [{ ...Key, a: { SS: [] } }, 'One or more parameter values were invalid: An string set  may not be empty'],
    [{ ...Key, a: { NS: [] } }, 'One or more parameter values were invalid: An number set  may not be empty'],
    [{ ...Key, a: { BS: [] } }, 'One or more parameter values were invalid: Binary sets should not be empty'],
    [
      { ...Key, a: { SS: ['a', 'a'] } },
      'One or more parameter values were invalid: Input collection [a, a] contains duplicates.',
    ],
    [{ ...Key, a: { NS: ['1', '1.0'] } }, 'Input collection contains duplicates'],
    [{ ...Key, a: { L: [{ N: 'b' }] } }, 'The parameter cannot be converted to a numeric value: b'],
    [{ a: { S: 'x' } }, 'One or more parameter values were invalid: Missing the key id in the item'],
    [{ id: { N: '1' } }, 'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N'],
    [
      { id: { S: '' } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
    [
      { id: { S: 'x'.repeat(2049) } },
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [{ ...Key, a: { S: 'x'.repeat(400 * 1024) } }, 'Item size has exceeded the maximum allowed size'],
    [
      { pk: { S: 'a' }, sk: { N: '1' }, owner: { N: '1' } },
      'One or more parameter values were invalid: Type mismatch for Index Key owner Expected: S Actual: N IndexName: byOwner',
    ],
  ])('%# is refused as AWS words it', (item, message) => {
    expect(dynamo.failure('PutItem', put(item, 'pk' in item ? 'Thread' : 'Items')).error).toBe(
      `ValidationException: ${message}`,
    );
  });

  test.each<[key: unknown]>([[{}], [{ id: { N: '1' } }], [{ id: { S: 'a' }, more: { S: 'b' } }], [undefined]])(
    'asked for by the key %j does not match the schema',
    (key) => {
      expect(dynamo.failure('GetItem', { TableName: 'Items', Key: key }).error).toBe(
        'ValidationException: The provided key element does not match the schema',
      );
    },
  );

  test('of an unknown table is not found', () => {
    expect(dynamo.failure('GetItem', { TableName: 'Nothing', Key }).error).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: Nothing not found',
    );
  });

  test('that is replaced or deleted is answered when asked', () => {
    expect(dynamo.run('PutItem', { ...put({ ...Key, n: { N: '1' } }), ReturnValues: 'ALL_OLD' })).toEqual({
      Attributes: chisel,
    });
    expect(dynamo.run('DeleteItem', { TableName: 'Items', Key, ReturnValues: 'ALL_OLD' })).toEqual({
      Attributes: { ...Key, n: { N: '1' } },
    });
    expect(dynamo.run('DeleteItem', { TableName: 'Items', Key, ReturnValues: 'ALL_OLD' })).toEqual({});
  });
});
