/**
 * Values and conversions of AWS IoT SQL 2016-03-23 (AWS: "Data types", "Operators"). JavaScript's undefined stands for
 * Undefined; whatever can't be converted becomes Undefined.
 */
export type Value = undefined | null | boolean | number | string | Buffer | Value[] | { [key: string]: Value };

export function isObject(value: Value): value is { [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

export function toNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\s*-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value)) return Number(value);
  return undefined;
}

export function toText(value: Value): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return JSON.stringify(value);
}

export function toBoolean(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return undefined;
}

export function add(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  const scalar = (value: Value) => typeof value === 'number' || typeof value === 'string';
  return scalar(left) && scalar(right) ? `${toText(left)}${toText(right)}` : undefined;
}

export function calculate(operator: '-' | '*' | '/' | '%', left: Value, right: Value): Value {
  const [a, b] = [toNumber(left), toNumber(right)];
  if (a === undefined || b === undefined) return undefined;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (b === 0) return undefined;
  if (operator === '%') return a % b;
  // Int divided by Int stays Int.
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
}

export function order(left: Value, right: Value): number | undefined {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  const [a, b] = [toNumber(left), toNumber(right)];
  return a === undefined || b === undefined ? undefined : a - b;
}

export function equal(left: Value, right: Value): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left === null || right === null) return left === right;
  if (typeof left === typeof right && typeof left !== 'object') return left === right;
  if (typeof left === 'object' || typeof right === 'object') return JSON.stringify(left) === JSON.stringify(right);
  const [a, b] = [toNumber(left), toNumber(right)];
  if (a !== undefined && b !== undefined) return a === b;
  const [p, q] = [toBoolean(left), toBoolean(right)];
  return p !== undefined && q !== undefined ? p === q : false;
}
