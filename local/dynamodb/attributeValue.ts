import { AwsError } from '../service.ts';

/** DynamoDB's wire form of a value: one key that names the type. Binary is base64. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly M: Item }
  | { readonly L: readonly AttributeValue[] }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] };
export type Item = { readonly [name: string]: AttributeValue };
export type MutableItem = { [name: string]: AttributeValue };
export type TypeName = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'M' | 'L' | 'SS' | 'NS' | 'BS';

const typeNames: ReadonlySet<string> = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);
const itemLimit = 400 * 1024;

export const validation = (message: string) => new AwsError('ValidationException', message);

export function typeOf(value: AttributeValue): TypeName {
  return Object.keys(value)[0] as TypeName;
}

export function raw(value: AttributeValue): unknown {
  return Object.values(value)[0];
}

/** Checks a value as it came over the wire. @throws AwsError ValidationException */
export function checkValue(value: unknown): asserts value is AttributeValue {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const type = keys[0];
  if (keys.length !== 1 || type === undefined || !typeNames.has(type)) {
    throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  const content = (value as Record<string, unknown>)[type];
  if (type === 'N') checkNumber(content);
  else if (type === 'M') for (const inner of Object.values(content as object)) checkValue(inner);
  else if (type === 'L') for (const inner of content as unknown[]) checkValue(inner);
  else if (type === 'SS' || type === 'NS' || type === 'BS') checkSet(type, content);
}

function checkSet(type: 'SS' | 'NS' | 'BS', content: unknown): void {
  if (!Array.isArray(content) || content.length === 0) throw validation(`One or more parameter values were invalid: An ${type === 'SS' ? 'string' : type === 'NS' ? 'number' : 'binary'} set  may not be empty`);
  if (type === 'NS') content.forEach(checkNumber);
  if (new Set(content).size !== content.length) throw validation('One or more parameter values were invalid: Input collection contains duplicates.');
}

function checkNumber(content: unknown): void {
  const text = String(content);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw validation(`A value provided cannot be converted into a number: ${text}`);
  const digits = text.replace(/[eE].*$/, '').replace(/[^\d]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  if (digits.length > 38) throw validation('Attempting to store more than 38 significant digits in a Number');
}

/** Bytes of an item as DynamoDB counts them: names and values (AWS: "DynamoDB item sizes and formats"). */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberBytes(value.N);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('BOOL' in value || 'NULL' in value) return 1;
  if ('M' in value) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  if ('L' in value) return 3 + value.L.reduce((sum, inner) => sum + 1 + valueBytes(inner), 0);
  if ('SS' in value) return value.SS.reduce((sum, inner) => sum + Buffer.byteLength(inner), 0);
  if ('NS' in value) return value.NS.reduce((sum, inner) => sum + numberBytes(inner), 0);
  return value.BS.reduce((sum, inner) => sum + Buffer.byteLength(inner, 'base64'), 0);
}

const numberBytes = (text: string) => Math.ceil(text.replace(/[^\d]/g, '').length / 2) + 1;

export function checkItemSize(item: Item): void {
  if (itemBytes(item) > itemLimit) throw validation('Item size has exceeded the maximum allowed size');
}
