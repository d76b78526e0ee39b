import { isDeepStrictEqual } from 'node:util';

/**
 * Values and conversions of AWS IoT SQL 2016-03-23 (AWS: "Data types", "Operators"). JavaScript's undefined stands for
 * Undefined; whatever can't be converted becomes Undefined. Numbers are doubles, where AWS keeps 34 digits.
 */
export type Value = undefined | null | boolean | number | string | Buffer | Value[] | { [key: string]: Value };

export function isObject(value: Value): value is { [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

export function member(from: Value, name: string): Value {
  return isObject(from) && Object.hasOwn(from, name) ? from[name] : undefined;
}

/** Sets a member under any name, `__proto__` included. */
export function setMember(target: { [key: string]: Value }, name: string, value: Value): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Strings that convert to a Decimal, as AWS gives the expression. */
const decimal = /^-?\d+(?:\.\d+)?(?:E-?\d+)?$/i;

export function toNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && decimal.test(value) ? Number(value) : undefined;
}

export function toText(value: Value): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return JSON.stringify(value);
}

/** An Int in standard notation, a Decimal with an exponent where it takes one. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value).toUpperCase();
}

export function toBoolean(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return undefined;
}

/** Both sides as Decimals: strings that aren't numbers have no order. */
export function order(left: Value, right: Value): number | undefined {
  const [a, b] = [toNumber(left), toNumber(right)];
  return a === undefined || b === undefined ? undefined : a - b;
}

/** Values of different types are not equal: nothing is converted. */
export function equal(left: Value, right: Value): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  return left === right || (isContainer(left) && isContainer(right) && isDeepStrictEqual(left, right));
}

const isContainer = (value: Value) => typeof value === 'object' && value !== null;
