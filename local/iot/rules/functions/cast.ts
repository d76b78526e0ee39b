import { toNumber, toText, type Value } from '../values.ts';

const toDecimal = (value: Value) => (typeof value === 'boolean' ? Number(value) : toNumber(value));

function toInt(value: Value): Value {
  const number = toDecimal(value);
  return number === undefined ? undefined : Math.floor(number);
}

function toBool(value: Value): Value {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

const types: Readonly<Record<string, (value: Value) => Value>> = {
  string: toText,
  nvarchar: toText,
  text: toText,
  ntext: toText,
  varchar: toText,
  int: toInt,
  integer: toInt,
  double: toDecimal,
  decimal: toDecimal,
  bool: toBool,
  boolean: toBool,
};

/** The conversion of `cast(value as type)`; Undefined for a type that AWS doesn't have (AWS: "Functions", cast). */
export function castTo(type: string): ((value: Value) => Value) | undefined {
  return Object.hasOwn(types, type.toLowerCase()) ? types[type.toLowerCase()] : undefined;
}
