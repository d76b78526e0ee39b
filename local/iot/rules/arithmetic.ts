import { toNumber, toText, type Value } from './values.ts';

export type ArithmeticOperator = '-' | '*' | '/' | '%';

/** `+`: joins as soon as one side is a String, else adds (AWS: "Operators", + operator). */
export function add(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return compute('+', left, right);
  if (typeof left !== 'string' && typeof right !== 'string') return undefined;
  const [a, b] = [toText(left), toText(right)];
  return a === undefined || b === undefined ? undefined : a + b;
}

/** The other operators: Strings that are numbers count as Decimals. */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  const [a, b] = [toNumber(left), toNumber(right)];
  return a === undefined || b === undefined ? undefined : compute(operator, a, b);
}

/** Undefined for what has no result: a division by zero, a number out of range. */
function compute(operator: '+' | ArithmeticOperator, a: number, b: number): number | undefined {
  if (!Number.isFinite(a) || !Number.isFinite(b) || (b === 0 && (operator === '/' || operator === '%')))
    return undefined;
  const ints = Number.isSafeInteger(a) && Number.isSafeInteger(b);
  if (ints) {
    const result = ofInts[operator](a, b);
    if (Number.isSafeInteger(result)) return result + 0;
  }
  const result = ofDecimals(operator, a, b);
  return Number.isFinite(result) ? result : undefined;
}

const ofInts: Readonly<Record<'+' | ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  // Int divided by Int stays Int.
  '/': (a, b) => Math.trunc(a / b),
  '%': (a, b) => a % b,
};

/** Digits of a quotient, as many as AWS keeps. */
const precision = 34;

/** Computes in decimal, as AWS does: 0.1 + 0.2 is 0.3. */
function ofDecimals(operator: '+' | ArithmeticOperator, a: number, b: number): number {
  const [x, y] = [scaled(a), scaled(b)];
  const scale = Math.max(x.scale, y.scale);
  const [u, v] = [x.units * 10n ** BigInt(scale - x.scale), y.units * 10n ** BigInt(scale - y.scale)];
  if (operator === '+') return fromScaled(u + v, scale);
  if (operator === '-') return fromScaled(u - v, scale);
  if (operator === '%') return fromScaled(u % v, scale);
  if (operator === '*') return fromScaled(x.units * y.units, x.scale + y.scale);
  const shift = Math.max(0, precision + v.toString().length - u.toString().length);
  const quotient = fromScaled((u * 10n ** BigInt(shift)) / v, shift);
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(quotient) : quotient;
}

function scaled(value: number): { units: bigint; scale: number } {
  const [digits = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const scale = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

const fromScaled = (units: bigint, scale: number) => Number(`${units}e${-scale}`);
