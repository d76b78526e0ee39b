import type { Expression } from '../ruleContext.ts';
import { isObject, member, toNumber, toText, type Value } from '../values.ts';
import { ofValues, type Parameter, type SqlFunction } from './sqlFunction.ts';

const base64Only = ([, scheme]: readonly Parameter[]): string | undefined =>
  scheme?.literal === 'base64' ? undefined : "the scheme is written as 'base64'; no other is honoured";

export const valueFunctions: Readonly<Record<string, SqlFunction>> = {
  decode: ofValues(2, ([value]) => decode(toText(value)), base64Only),
  encode: {
    minimum: 2,
    maximum: 2,
    refuse: base64Only,
    // `*` is the payload byte for byte, JSON or not.
    compile: ([value]) => {
      const evaluate = value?.evaluate as Expression;
      if (value?.isPayload) return ({ raw }) => raw.toString('base64');
      return (context) => {
        const text = toText(evaluate(context));
        return text === undefined ? undefined : Buffer.from(text).toString('base64');
      };
    },
  },
  get: ofValues(2, ([from, key]) => {
    if (isObject(from)) return typeof key === 'string' ? member(from, key) : undefined;
    const index = toIndex(key);
    return index !== undefined && (Array.isArray(from) || typeof from === 'string') ? from[index] : undefined;
  }),
  get_or_default: {
    minimum: 1,
    maximum: 2,
    compile:
      ([value, fallback]) =>
      (context) => {
        try {
          return value?.evaluate(context) ?? fallback?.evaluate(context);
        } catch {
          return fallback?.evaluate(context);
        }
      },
  },
  isnull: ofValues(1, ([value]) => value === null),
  isundefined: ofValues(1, ([value]) => value === undefined),
  nanvl: ofValues(2, ([value, fallback]) => value ?? fallback),
  transform: ofValues(
    3,
    ([, attributes, items]) =>
      isObject(attributes) && Array.isArray(items) && items.every(isObject)
        ? items.map((item) => ({ ...item, ...attributes }))
        : undefined,
    ([mode]) =>
      mode?.literal === 'enrichArray' ? undefined : "the mode is written as 'enrichArray'; AWS has no other",
  ),
};

/** Decimals are rounded, Strings cut (AWS: "Data types", conversion to Int). */
function toIndex(key: Value): number | undefined {
  const number = toNumber(key);
  if (number === undefined) return undefined;
  return typeof key === 'string' ? Math.trunc(number) : Math.round(number);
}

/** Null for what isn't base64; JSON as its value, anything else as text. */
function decode(encoded: string | undefined): Value {
  if (encoded === undefined || encoded.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    return JSON.parse(decoded) as Value;
  } catch {
    return decoded;
  }
}
