import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from './published.ts';

const payload = { list: [1, 2], object: { a: 1, b: [2] }, empty: null, text: 'abc' };
const values: Record<string, string> = {
  int: '7',
  decimal: '7.5',
  number: "'7'",
  word: "'seven'",
  yes: 'true',
  array: 'list',
  object: 'object',
  null: 'null',
  undefined: 'missing',
};

// AWS: "Operators": for each operator the kinds of operands that have a result; all others are Undefined.
describe('an operator is Undefined for operands that it does not take', () => {
  const numbers = ['int', 'decimal', 'number'];
  const booleans = ['yes'];
  test.each<[operator: string, taken: string[]]>([
    ['-', numbers],
    ['*', numbers],
    ['/', numbers],
    ['%', numbers],
    ['<', numbers],
    ['<=', numbers],
    ['>', numbers],
    ['>=', numbers],
    ['AND', booleans],
    ['OR', booleans],
  ])('%s', (operator, taken) => {
    for (const [left, l] of Object.entries(values))
      for (const [right, r] of Object.entries(values)) {
        const defined = evaluate(`${l} ${operator} ${r}`, payload) !== undefined;
        expect([left, right, defined]).toEqual([left, right, taken.includes(left) && taken.includes(right)]);
      }
  });

  test('= and <> compare all but Undefined, and never convert', () => {
    for (const [left, l] of Object.entries(values))
      for (const [right, r] of Object.entries(values)) {
        const undefinedSide = left === 'undefined' || right === 'undefined';
        expect([l, r, evaluate(`${l} = ${r}`, payload)]).toEqual([l, r, undefinedSide ? undefined : left === right]);
        expect([l, r, evaluate(`${l} <> ${r}`, payload)]).toEqual([l, r, undefinedSide ? undefined : left !== right]);
      }
  });

  test('+ joins when one side is a String and the other can be one', () => {
    const text: Record<string, string | undefined> = {
      int: '7',
      decimal: '7.5',
      number: '7',
      word: 'seven',
      yes: 'true',
      array: '[1,2]',
      object: '{"a":1,"b":[2]}',
    };
    for (const [name, value] of Object.entries(values)) {
      expect([name, evaluate(`'x' + ${value}`, payload)]).toEqual([name, text[name] && `x${text[name]}`]);
      expect([name, evaluate(`${value} + 'x'`, payload)]).toEqual([name, text[name] && `${text[name]}x`]);
    }
    expect([evaluate('7 + 7.5'), evaluate('true + 1'), evaluate('list + list', payload)]).toEqual([
      14.5,
      undefined,
      undefined,
    ]);
  });
});

// AWS: "Operators", "Data types" (conversions), "Case statements"
describe('an expression', () => {
  test.each<[expression: string, value: unknown]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-2 - -3', 1],
    ['10 - 3 - 2', 5],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['7.5 / 2', 3.75],
    ["'7' * '2'", 14],
    ['7 / 0', undefined],
    ['8 % 3', 2],
    ['8.5 % 3', 2.5],
    ['0.1 + 0.2', 0.3],
    ['1.1 * 1.1', 1.21],
    ['0.3 / 0.1', 3],
    ['0.3 - 0.1', 0.2],
    ['9007199254740991 + 1', 9007199254740992],
    ['1e308 * 10', undefined],
    ["'10' > '9'", true],
    ['true AND false', false],
    ["'TRUE' AND true", true],
    ['true OR missing', undefined],
    ['missing OR true', undefined],
    ['false AND missing', undefined],
    ["NOT 'false'", true],
    ['NOT 0', undefined],
    ['1 = 1.0', true],
    ['null = null', true],
    ['null <> null', false],
    ["{'a': 1, 'b': [2]} = object", true],
    ["{'b': [2], 'a': 1} = object", true],
    ['[1, 2] = list', true],
    ['[2, 1] = list', false],
    ['[2, 1] <> list', true],
    [
      "CASE 'yellow' WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'caution' WHEN 'yellow' THEN 'never' ELSE 'no light' END",
      'caution',
    ],
    ["CASE 'blue' WHEN 'green' THEN 'go' ELSE 'you are not at a stop light' END", 'you are not at a stop light'],
    ["CASE 'blue' WHEN 'green' THEN 'go' END", undefined],
    ["CASE missing WHEN 'green' THEN 'go' ELSE 'no light' END", undefined],
    ["CASE 1 WHEN missing THEN 'a' WHEN 1 THEN CASE text WHEN 'abc' THEN 'b' END END", 'b'],
    ["'it''s'", "it's"],
    ['"double \'quotes\' are a string too"', "double 'quotes' are a string too"],
    ['[1, missing, null]', [1, null]],
    ["{'a': missing, 'b': {'c': [text]}}", { b: { c: ['abc'] } }],
    ['[]', []],
    ['{}', {}],
  ])('%s is %j', (expression, value) => {
    expect(evaluate(expression, payload)).toEqual(value);
  });

  test.each(['5E-12', '5e3', '-1.2', '0'])('the string %s converts to a number', (text) => {
    expect(evaluate(`'${text}' * 1`)).toBe(Number(text));
  });

  test.each(['.5', '5.', '1e+3', ' 1', '0x10', ''])('the string "%s" does not', (text) => {
    expect(evaluate(`'${text}' * 1`)).toBeUndefined();
  });

  test('decimals of few digits add, subtract and multiply as on paper', () => {
    const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        const [x, y] = [a / 100, b / 100];
        expect(evaluate(`a + b`, { a: x, b: y })).toBe((a + b) / 100 + 0);
        expect(evaluate(`a - b`, { a: x, b: y })).toBe((a - b) / 100 + 0);
        expect(evaluate(`a * b`, { a: x, b: y })).toBe((a * b) / 10_000 + 0);
      }),
    );
  });

  test('a quotient of decimals is the nearest double', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (a, b) => {
        expect(evaluate('a / b', { a: a + 0.5, b })).toBeCloseTo((a + 0.5) / b, 12);
      }),
    );
  });
});

// AWS: "Operators", IN operator.
describe('looking into an array', () => {
  const given = { ...payload, mixed: [1, 'three', 5.7, null, [1], { a: 1 }] };

  test.each([
    ['1 IN mixed', true],
    ["'three' in mixed", true],
    ['5.7 IN mixed', true],
    ['[1] IN mixed', true],
    ['object.a IN list', true],
    ['3 IN mixed', false],
    ["'1' IN list", false],
    ['NOT 3 IN list', true],
    ['1 IN [1, 2] AND 3 IN [3]', true],
    ['missing IN list', undefined],
    ['1 IN missing', undefined],
    ['1 IN text', undefined],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression, given)).toBe(expected);
  });
});
