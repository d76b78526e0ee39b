import { describe, expect, test } from '@jest/globals';
import { compileFilterPolicy, type FilterPolicyScope } from '../../../../local/messaging/filterPolicy.ts';

const text = (value: string) => ({ DataType: 'String', StringValue: value });
const number = (value: number) => ({ DataType: 'Number', StringValue: String(value) });
const list = (...values: unknown[]) => ({ DataType: 'String.Array', StringValue: JSON.stringify(values) });

type Attribute = ReturnType<typeof text>;

const byAttributes = (rules: unknown, attribute?: Attribute) =>
  compileFilterPolicy(
    { it: rules },
    'MessageAttributes',
  )({
    message: '',
    attributes: { other: text('x'), ...(attribute && { it: attribute }) },
  });
const byBody = (policy: unknown, message: unknown) =>
  compileFilterPolicy(
    policy,
    'MessageBody',
  )({
    message: typeof message === 'string' ? message : JSON.stringify(message),
    attributes: {},
  });

// AWS: "String value matching", "Numeric value matching", "Key matching"
describe('of message attributes', () => {
  test.each<[rules: unknown, attribute: Attribute | undefined, accepted: boolean]>([
    [['rugby', 'tennis'], text('rugby'), true],
    [['rugby', 'tennis'], text('Rugby'), false],
    [['rugby'], undefined, false],
    [['rugby'], list('tennis', 'rugby'), true],
    [['rugby'], list('baseball'), false],
    [[true], list(true), true],
    [[null], list(null), true],
    [[{ 'anything-but': ['rugby', 'tennis'] }], text('baseball'), true],
    [[{ 'anything-but': ['rugby', 'tennis'] }], text('rugby'), false],
    [[{ 'anything-but': ['rugby', 'tennis'] }], list('rugby', 'baseball'), true],
    [[{ 'anything-but': 'rugby' }], list('rugby'), false],
    [[{ 'anything-but': { prefix: 'order-' } }], text('order-1'), false],
    [[{ 'anything-but': { prefix: 'order-' } }], text('data-1'), true],
    [[{ 'anything-but': { suffix: 'ball' } }], text('baseball'), false],
    [[{ 'anything-but': [100, 500] }], number(101), true],
    [[{ 'anything-but': [100, 500] }], number(100), false],
    [[{ prefix: 'bas' }], text('baseball'), true],
    [[{ prefix: 'bas' }], text('rugby'), false],
    [[{ suffix: 'ball' }], text('baseball'), true],
    [[{ suffix: 'ball' }], number(5), false],
    [[{ 'equals-ignore-case': 'tennis' }], text('TENNIS'), true],
    [[{ numeric: ['=', 301.5] }], { DataType: 'Number', StringValue: '3.015e2' }, true],
    [[{ numeric: ['>', 0, '<=', 150] }], number(150), true],
    [[{ numeric: ['>', 0, '<=', 150] }], number(0), false],
    [[{ numeric: ['<', 5] }], text('4'), false],
    [[{ exists: true }], text('x'), true],
    [[{ exists: true }], undefined, false],
    [[{ exists: false }], undefined, true],
    [[{ exists: false }], text('x'), false],
    [[{ exists: false }, 'rugby'], text('rugby'), true],
    [['eA=='], { DataType: 'Binary', StringValue: 'eA==' }, false],
  ])('%j of %j: %s', (rules, attribute, accepted) => {
    expect(byAttributes(rules, attribute)).toBe(accepted);
  });

  test('every name has to be satisfied', () => {
    const accepts = compileFilterPolicy({ a: ['1'], b: ['2'] }, 'MessageAttributes');
    expect(accepts({ message: '', attributes: { a: text('1'), b: text('2') } })).toBe(true);
    expect(accepts({ message: '', attributes: { a: text('1') } })).toBe(false);
  });

  // AWS: "AND/OR logic"
  test('one part of $or is enough, beside the other names', () => {
    const accepts = compileFilterPolicy(
      { source: ['cloudwatch'], $or: [{ metric: ['cpu'] }, { load: [{ numeric: ['>', 5] }] }] },
      'MessageAttributes',
    );
    const attributes = { source: text('cloudwatch') };
    expect(accepts({ message: '', attributes: { ...attributes, load: number(6) } })).toBe(true);
    expect(accepts({ message: '', attributes })).toBe(false);
    expect(accepts({ message: '', attributes: { metric: text('cpu') } })).toBe(false);
  });

  test('$or with one part is a name like others', () => {
    expect(() => compileFilterPolicy({ $or: [{ metric: ['cpu'] }] }, 'MessageAttributes')).toThrow(/match type metric/);
  });
});

// AWS: "Amazon SNS message filtering", filter policy scope
describe('of the body', () => {
  test.each<[policy: unknown, body: unknown, accepted: boolean]>([
    [{ a: { b: ['x'] } }, { a: { b: 'x' } }, true],
    [{ a: { b: ['x'] } }, { a: { b: 'y' } }, false],
    [{ a: { b: ['x'] } }, { a: 'x' }, false],
    [{ a: ['x'] }, { a: ['y', 'x'] }, true],
    [{ a: { b: [1], c: [2] } }, { a: [{ b: 1, c: 2 }] }, true],
    [{ a: { b: [1], c: [2] } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    [{ a: [1] }, { a: '1' }, false],
    [{ a: [null] }, { a: null }, true],
    [{ a: [null] }, {}, false],
    [{ a: [{ exists: false }] }, { b: 1 }, true],
    [{ toString: [{ exists: true }] }, {}, false],
    [{ a: ['x'] }, 'not JSON', false],
    [{ a: ['x'] }, '["x"]', false],
  ])('%j of %j: %s', (policy, body, accepted) => {
    expect(byBody(policy, body)).toBe(accepted);
  });
});

// AWS: "Filter policy constraints in Amazon SNS"
test.each<[policy: unknown, scope: FilterPolicyScope, reason: RegExp]>([
  [{ a: { b: ['x'] } }, 'MessageAttributes', /does not support nested/],
  [{ a: 'x' }, 'MessageAttributes', /"a" must be an object or an array/],
  [{ a: [['x']] }, 'MessageBody', /Match value must be/],
  [{ a: [{ wildcard: '*' }] }, 'MessageBody', /match type wildcard is not honoured/],
  [{ a: [{ cidr: '10.0.0.0/8' }] }, 'MessageBody', /match type cidr is not honoured/],
  [{ a: [{ 'anything-but': { wildcard: '*' } }] }, 'MessageBody', /anything-but with wildcard/],
  [{ a: [{ numeric: ['!', 1] }] }, 'MessageBody', /Unrecognized numeric range operator: !/],
  [{ a: [{ numeric: ['>', 2e9] }] }, 'MessageBody', /must be numeric, from -10\^9/],
  [{ a: [{ exists: 'yes' }] }, 'MessageBody', /exists match pattern/],
  [Object.fromEntries([...'abcdef'].map((name) => [name, ['x']])), 'MessageAttributes', /too complex/],
  [{ a: Array(151).fill('x') }, 'MessageAttributes', /too complex/],
  [[], 'MessageBody', /must be a JSON object/],
])('%j is refused', (policy, scope, reason) => {
  expect(() => compileFilterPolicy(policy, scope)).toThrow(reason);
});
