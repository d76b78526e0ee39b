import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addNumbers,
  compareNumbers,
  encodeNumber,
  normalizeNumber,
  subtractNumbers,
} from '../../../../local/dynamodb/decimal.ts';

const integer = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
const scaled = fc.tuple(integer, fc.integer({ min: -60, max: 60 }));
const written = ([digits, exponent]: readonly [bigint, number]) => `${digits}e${exponent}`;

// AWS: "Supported data types and naming rules in Amazon DynamoDB" (Number)
describe('a number', () => {
  test.each([
    ['1', '1'],
    ['1.0', '1'],
    ['-0', '0'],
    ['0.000', '0'],
    ['00042', '42'],
    ['+1.50', '1.5'],
    ['.5', '0.5'],
    ['1e2', '100'],
    ['-1.25E-3', '-0.00125'],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['1e125', `1${'0'.repeat(125)}`],
    ['1e-130', `0.${'0'.repeat(129)}1`],
  ])('%s comes back as %s', (text, normal) => {
    expect(normalizeNumber(text)).toBe(normal);
  });

  test.each([
    ['', 'The parameter cannot be converted to a numeric value'],
    ['b', 'The parameter cannot be converted to a numeric value: b'],
    ['1 ', 'The parameter cannot be converted to a numeric value: 1 '],
    ['Infinity', 'The parameter cannot be converted to a numeric value: Infinity'],
    ['123456789012345678901234567890123456789', 'Attempting to store more than 38 significant digits in a Number'],
    ['-1.23456789012345678901234567890123456789', 'Attempting to store more than 38 significant digits in a Number'],
    ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['-1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
  ])('"%s" is refused: %s', (text, message) => {
    expect(() => normalizeNumber(text)).toThrow(message);
  });

  test.each([
    ['0.1', '0.2', '0.3'],
    ['12345678901234567890123456789012345677', '1', '12345678901234567890123456789012345678'],
    ['-1', '1', '0'],
    ['1e20', '1e-10', '100000000000000000000.0000000001'],
  ])('%s + %s is exactly %s', (left, right, sum) => {
    expect(addNumbers(left, right)).toBe(sum);
  });

  test('a sum that needs more than 38 digits is refused', () => {
    expect(() => addNumbers('1e30', '1e-30')).toThrow(
      'Attempting to store more than 38 significant digits in a Number',
    );
  });

  test('adding is exact for all whole numbers, and subtracting undoes it', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        expect(addNumbers(String(a), String(b))).toBe(String(a + b));
        expect(subtractNumbers(addNumbers(String(a), String(b)), String(b))).toBe(String(a));
      }),
    );
  });

  test('its key bytes sort as numbers do, however they are written', () => {
    const value = ([digits, exponent]: readonly [bigint, number]) => digits * 10n ** BigInt(exponent + 60);
    fc.assert(
      fc.property(scaled, scaled, (a, b) => {
        const order = value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0;
        expect(Math.sign(compareNumbers(written(a), written(b)))).toBe(order);
      }),
    );
    expect(encodeNumber('1.0')).toEqual(encodeNumber('1'));
    expect(encodeNumber('-0')).toEqual(encodeNumber('0'));
  });
});
