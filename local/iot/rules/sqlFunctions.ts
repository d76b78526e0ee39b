import { createHash, randomUUID } from 'node:crypto';
import type { RuleContext } from './compile.ts';
import { isObject, toNumber, toText, type Value } from './values.ts';

export interface SqlFunction {
  readonly minimum: number;
  readonly maximum: number;
  readonly call: (parameters: readonly Value[], context: RuleContext) => Value;
}

const number1 = (apply: (x: number) => number): SqlFunction => ({
  minimum: 1,
  maximum: 1,
  call: ([value]) => {
    const x = toNumber(value);
    if (x === undefined) return undefined;
    const result = apply(x);
    return Number.isFinite(result) ? result : undefined;
  },
});

const number2 = (apply: (x: number, y: number) => number): SqlFunction => ({
  minimum: 2,
  maximum: 2,
  call: ([left, right]) => {
    const [x, y] = [toNumber(left), toNumber(right)];
    if (x === undefined || y === undefined) return undefined;
    const result = apply(x, y);
    return Number.isFinite(result) ? result : undefined;
  },
});

const bits = (apply: (x: number, y: number) => number) =>
  number2((x, y) => (Number.isInteger(x) && Number.isInteger(y) ? apply(x, y) : Number.NaN));

const text = (count: number, apply: (...texts: string[]) => Value): SqlFunction => ({
  minimum: count,
  maximum: count,
  call: (parameters) => {
    const texts = parameters.map(toText);
    return texts.some((part) => part === undefined) ? undefined : apply(...(texts as string[]));
  },
});

const hash = (algorithm: string): SqlFunction => ({
  minimum: 1,
  maximum: 1,
  call: ([value]) => {
    const input = Buffer.isBuffer(value) ? value : toText(value);
    return input === undefined ? undefined : createHash(algorithm).update(input).digest('hex');
  },
});

/** Adds that many spaces; AWS doesn't pad to a width. */
const pad = (join: (text: string, spaces: string) => string): SqlFunction => ({
  minimum: 2,
  maximum: 2,
  call: ([value, count]) => {
    const [from, spaces] = [toText(value), toNumber(count)];
    return from === undefined || spaces === undefined
      ? undefined
      : join(from, ' '.repeat(Math.min(Math.max(Math.floor(spaces), 0), 1000)));
  },
});

/** With a regular expression as the second parameter; Undefined when it isn't one. */
const regular = (count: number, apply: (value: string, pattern: RegExp, to: string) => Value): SqlFunction =>
  text(count, (value, pattern, to) => {
    try {
      return apply(value as string, new RegExp(pattern as string, 'g'), to ?? '');
    } catch {
      return undefined;
    }
  });

/** Functions of AWS IoT SQL that need no other service (AWS: "Functions"). A name that isn't here is refused with the rule. */
export const sqlFunctions: Readonly<Record<string, SqlFunction>> = {
  abs: number1(Math.abs),
  acos: number1(Math.acos),
  asin: number1(Math.asin),
  atan: number1(Math.atan),
  ceil: number1(Math.ceil),
  cos: number1(Math.cos),
  cosh: number1(Math.cosh),
  exp: number1(Math.exp),
  floor: number1(Math.floor),
  ln: number1(Math.log),
  log: number1(Math.log10),
  sign: number1(Math.sign),
  sin: number1(Math.sin),
  sinh: number1(Math.sinh),
  sqrt: number1(Math.sqrt),
  tan: number1(Math.tan),
  tanh: number1(Math.tanh),
  // Halves go away from zero, as AWS documents, not towards +∞ as JavaScript's.
  round: number1((x) => Math.sign(x) * Math.round(Math.abs(x))),
  atan2: number2(Math.atan2),
  mod: number2((x, y) => x % y),
  power: number2((x, y) => x ** y),
  remainder: number2((x, y) => x % y),
  trunc: number2(truncate),
  bitand: bits((x, y) => x & y),
  bitor: bits((x, y) => x | y),
  bitxor: bits((x, y) => x ^ y),
  bitnot: number1((x) => (Number.isInteger(x) ? ~x : Number.NaN)),
  rand: { minimum: 0, maximum: 0, call: () => Math.random() },

  chr: {
    minimum: 1,
    maximum: 1,
    call: ([value]) => {
      const code = Math.floor(toNumber(value) ?? -1);
      return code >= 0 && code < 128 ? String.fromCharCode(code) : undefined;
    },
  },
  lower: text(1, (value) => (value as string).toLowerCase()),
  upper: text(1, (value) => (value as string).toUpperCase()),
  trim: text(1, (value) => (value as string).trim()),
  ltrim: text(1, (value) => (value as string).trimStart()),
  rtrim: text(1, (value) => (value as string).trimEnd()),
  length: text(1, (value) => (value as string).length),
  numbytes: text(1, (value) => Buffer.byteLength(value as string)),
  startswith: text(2, (value, start) => (value as string).startsWith(start as string)),
  endswith: text(2, (value, end) => (value as string).endsWith(end as string)),
  indexof: text(2, (value, part) => (value as string).indexOf(part as string)),
  replace: text(3, (value, from, to) => (value as string).replaceAll(from as string, to as string)),
  regexp_matches: regular(2, (value, pattern) => pattern.test(value)),
  regexp_replace: regular(3, (value, pattern, to) => value.replace(pattern, to)),
  regexp_substr: regular(2, (value, pattern) => pattern.exec(value)?.[0]),
  lpad: pad((from, spaces) => spaces + from),
  rpad: pad((from, spaces) => from + spaces),
  concat: {
    minimum: 0,
    maximum: 100,
    call: (parameters) => {
      if (parameters.length < 2) return parameters[0];
      if (parameters.some(Array.isArray)) return parameters.flat();
      const texts = parameters.map(toText);
      return parameters.every((part) => typeof part !== 'string') || texts.includes(undefined)
        ? undefined
        : texts.join('');
    },
  },
  substring: {
    minimum: 2,
    maximum: 3,
    call: ([value, from, to]) => {
      const [source, start, end] = [toText(value), toNumber(from), toNumber(to)];
      if (source === undefined || start === undefined) return undefined;
      return source.slice(Math.max(0, start), end === undefined ? undefined : Math.max(0, end));
    },
  },

  md5: hash('md5'),
  sha1: hash('sha1'),
  sha224: hash('sha224'),
  sha256: hash('sha256'),
  sha384: hash('sha384'),
  sha512: hash('sha512'),

  encode: {
    minimum: 2,
    maximum: 2,
    call: ([value, scheme]) => {
      if (scheme !== 'base64') return undefined;
      if (Buffer.isBuffer(value)) return value.toString('base64');
      const source = toText(value);
      return source === undefined ? undefined : Buffer.from(source).toString('base64');
    },
  },
  decode: {
    minimum: 2,
    maximum: 2,
    call: ([value, scheme]) => {
      const encoded = toText(value);
      if (scheme !== 'base64' || encoded === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return null;
      const decoded = Buffer.from(encoded, 'base64').toString('utf8');
      try {
        return JSON.parse(decoded) as Value;
      } catch {
        return decoded;
      }
    },
  },

  isundefined: { minimum: 1, maximum: 1, call: ([value]) => value === undefined },
  isnull: { minimum: 1, maximum: 1, call: ([value]) => value === null },
  nanvl: { minimum: 2, maximum: 2, call: ([value, fallback]) => value ?? fallback },
  get: {
    minimum: 2,
    maximum: 2,
    call: ([from, key]) => {
      if (Array.isArray(from) && typeof key === 'number') return from[key];
      if (typeof from === 'string' && typeof key === 'number') return from[key];
      return isObject(from) && typeof key === 'string' && Object.hasOwn(from, key) ? from[key] : undefined;
    },
  },

  accountid: { minimum: 0, maximum: 0, call: (_, context) => context.accountId },
  clientid: { minimum: 0, maximum: 0, call: (_, context) => context.clientId ?? 'n/a' },
  newuuid: { minimum: 0, maximum: 0, call: () => randomUUID() },
  principal: { minimum: 0, maximum: 0, call: (_, context) => context.principal },
  timestamp: { minimum: 0, maximum: 0, call: (_, context) => context.timestamp },
  traceid: { minimum: 0, maximum: 0, call: (_, context) => context.traceId },
  topic: {
    minimum: 0,
    maximum: 1,
    call: ([part], context) => (part === undefined ? context.topic : context.topic.split('/')[Number(part) - 1]),
  },
};

/** Cuts decimal places off, exactly: in binary 1.13 × 100 is 112.99…. */
function truncate(x: number, places: number): number {
  const kept = Math.min(Math.max(Math.floor(places), 0), 34);
  const plain = /^-?\d+(?:\.\d+)?$/.exec(String(x))?.[0];
  if (plain === undefined) return Math.abs(x) < 1 ? 0 : x;
  const [whole = '', fraction = ''] = plain.split('.');
  return Number(`${whole}.${fraction.slice(0, kept)}`);
}
