import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseItem, parseValue } from '../../../../local/dynamodb/attributeValue.ts';
import { normalizeNumber } from '../../../../local/dynamodb/decimal.ts';

const sign = fc.constantFrom('', '-', '+');
const digits = fc.stringMatching(/^[0-9]{0,24}$/);
const exponent = fc.constantFrom('', 'e0', 'E3', 'e-7');
const written = fc
  .tuple(sign, digits, fc.constantFrom('', '.'), digits, exponent)
  .filter(([, whole, , fraction]) => whole + fraction !== '' && (whole + fraction).length <= 38)
  .map((parts) => parts.join(''));

describe('a value as it came over the wire', () => {
  test('has its numbers in their one form, however they were written', () => {
    fc.assert(
      fc.property(written, (text) => {
        expect(parseValue({ N: text })).toEqual({ N: normalizeNumber(text) });
      }),
      { numRuns: 2000 },
    );
  });

  test('has them so deep inside, too', () => {
    expect(parseItem({ a: { M: { b: { L: [{ N: '1' }, { N: '1.50' }, { S: 'x' }] } } }, c: { N: '7' } })).toEqual({
      a: { M: { b: { L: [{ N: '1' }, { N: '1.5' }, { S: 'x' }] } } },
      c: { N: '7' },
    });
  });

  test('keeps an attribute with any name', () => {
    const item = JSON.parse('{ "__proto__": { "S": "x" }, "n": { "N": "1.0" } }');
    expect(Object.entries(parseItem(item))).toEqual([
      ['__proto__', { S: 'x' }],
      ['n', { N: '1' }],
    ]);
  });

  test.each([
    ['two types', { S: 'x', N: '1' }],
    ['no type', {}],
    ['nothing', null],
    ['a number that is none', { N: '1x' }],
    ['NULL that is not true', { NULL: false }],
    ['a text that is none', { S: 1 }],
    ['a number that is no text', { N: 1 }],
    ['something unknown inside', { M: { a: { X: 'x' } } }],
  ])('is refused with %s', (_, value) => {
    expect(() => parseValue(value)).toThrow();
  });

  test('loses what is no type', () => {
    expect(parseValue({ S: 'x', extra: 'y' })).toEqual({ S: 'x' });
  });
});
