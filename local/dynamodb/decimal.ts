import { AwsError } from '../service.ts';

/** Decimal numbers of up to 38 digits, exactly: DynamoDB's N. */

interface Decimal {
  readonly negative: boolean;
  /** Without leading or trailing zeros; empty for zero. */
  readonly digits: string;
  /** The value is 0.<digits> × 10^exponent. */
  readonly exponent: number;
}

function parse(text: string): Decimal {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  const whole = match?.[2] ?? '';
  const all = whole + (match?.[3] ?? '');
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  const digits = all.slice(leading).replace(/0+$/, '');
  if (digits === '') return { negative: false, digits: '', exponent: 0 };
  return { negative: match?.[1] === '-', digits, exponent: whole.length - leading + Number(match?.[4] ?? 0) };
}

/** Bytes whose order is the order of the numbers. */
export function encodeNumber(text: string): Buffer {
  const { negative, digits, exponent } = parse(text);
  if (digits === '') return Buffer.from([0x80]);
  const bytes = Buffer.alloc(3 + digits.length + 1);
  bytes[0] = negative ? 0x40 : 0xc0;
  bytes.writeUInt16BE(exponent + 0x4000, 1);
  for (let index = 0; index < digits.length; index += 1) bytes[3 + index] = digits.charCodeAt(index) - 47;
  if (!negative) return bytes;
  for (let index = 1; index < bytes.length; index += 1) bytes[index] = 0xff - (bytes[index] ?? 0);
  return bytes;
}

export const compareNumbers = (left: string, right: string): number =>
  Buffer.compare(encodeNumber(left), encodeNumber(right));

/** Adds exactly; the answer in plain digits. */
export function addNumbers(left: string, right: string): string {
  const [a, b] = [parse(left), parse(right)];
  const scale = Math.max(a.digits.length - a.exponent, b.digits.length - b.exponent, 0);
  const scaled = (value: Decimal) => {
    const units =
      value.digits === '' ? 0n : BigInt(value.digits) * 10n ** BigInt(scale - (value.digits.length - value.exponent));
    return value.negative ? -units : units;
  };
  const sum = scaled(a) + scaled(b);
  return normalizeNumber(plain(sum, scale));
}

export const subtractNumbers = (left: string, right: string): string =>
  addNumbers(left, right.startsWith('-') ? right.slice(1) : `-${right.replace(/^\+/, '')}`);

/** Most numbers come in the form in which they are given back: whole, and not too long. */
const isPlain = /^(?:0|-?[1-9]\d{0,37})$/;

/**
 * The form in which DynamoDB gives a number back: plain digits without leading or trailing zeros.
 * @throws AwsError ValidationException for what DynamoDB can't hold (AWS: "Supported data types and naming rules", Number).
 */
export function normalizeNumber(text: string): string {
  if (isPlain.test(text)) return text;
  const refuse = (message: string) => new AwsError('ValidationException', message);
  if (text === '') throw refuse('The parameter cannot be converted to a numeric value');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text))
    throw refuse(`The parameter cannot be converted to a numeric value: ${text}`);
  const { negative, digits, exponent } = parse(text);
  if (digits.length > 38) throw refuse('Attempting to store more than 38 significant digits in a Number');
  if (exponent > 126)
    throw refuse('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (exponent < -129)
    throw refuse('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  const units = BigInt(digits) * 10n ** BigInt(Math.max(exponent - digits.length, 0));
  return plain(negative ? -units : units, Math.max(digits.length - exponent, 0));
}

function plain(units: bigint, scale: number): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const text = fraction ? `${whole}.${fraction}` : whole;
  return text === '0' ? '0' : sign + text;
}
