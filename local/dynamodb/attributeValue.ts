import { AwsError } from '../service.ts';
import { normalizeNumber } from './decimal.ts';

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

/** Numbers that `normalizeNumber` would give back as they are: no exponent, no zero too many, well within 38 digits. */
const canonicalNumber = /^(?:0|-?[1-9]\d{0,15}|-?(?:0|[1-9]\d{0,15})\.\d{0,19}[1-9])$/;

/** Whether a value is already what reading it would make of it. Nearly all that SDKs send is, and need not be made anew. */
function isCanonical(value: unknown): value is AttributeValue {
  if (typeof value !== 'object' || value === null) return false;
  let type: string | undefined;
  for (const name in value) {
    if (type !== undefined) return false;
    type = name;
  }
  const content = (value as Record<string, unknown>)[type ?? ''];
  switch (type) {
    case 'S':
    case 'B':
      return typeof content === 'string';
    case 'N':
      return typeof content === 'string' && canonicalNumber.test(content);
    case 'BOOL':
      return typeof content === 'boolean';
    case 'NULL':
      return content === true;
    case 'L':
      return Array.isArray(content) && content.every(isCanonical);
    case 'M':
      return isCanonicalItem(content);
    default:
      return false;
  }
}

function isCanonicalItem(item: unknown): item is Item {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
  for (const name in item) if (!isCanonical((item as Record<string, unknown>)[name])) return false;
  return true;
}

/** Reads a value as it came over the wire, its numbers in the form in which DynamoDB gives them back. @throws AwsError ValidationException */
export function parseValue(value: unknown): AttributeValue {
  if (isCanonical(value)) return value;
  const [first, second] = Object.entries(value ?? {}).filter(([type]) => typeNames.has(type));
  if (!first) throw validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  if (second)
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  const [type, content] = first as [TypeName, unknown];
  switch (type) {
    case 'M':
      return { M: parseItem(content) };
    case 'L':
      return { L: (content as unknown[]).map(parseValue) };
    case 'N':
      return { N: normalizeNumber(text(content)) };
    case 'SS':
    case 'NS':
    case 'BS':
      return parseSet(type, content as unknown[]);
    case 'NULL':
      if (content !== true) throw invalid('Null attribute value types must have the value of true');
      return { NULL: true };
    case 'BOOL':
      return { BOOL: content === true };
    default:
      return { [type]: text(content) } as { S: string };
  }
}

/** Reads an item, or a key, as it came over the wire. */
export function parseItem(item: unknown): Item {
  if (isCanonicalItem(item)) return item;
  return Object.fromEntries(Object.entries(item ?? {}).map(([name, value]) => [name, parseValue(value)]));
}

const invalid = (message: string) => validation(`One or more parameter values were invalid: ${message}`);

function text(content: unknown): string {
  if (typeof content !== 'string')
    throw new AwsError('SerializationException', `${JSON.stringify(content)} cannot be converted to String`);
  return content;
}

function parseSet(type: 'SS' | 'NS' | 'BS', content: readonly unknown[]): AttributeValue {
  if (content.length === 0)
    throw invalid(
      type === 'BS'
        ? 'Binary sets should not be empty'
        : `An ${type === 'SS' ? 'string' : 'number'} set  may not be empty`,
    );
  const members = content.map((member) => (type === 'NS' ? normalizeNumber(text(member)) : text(member)));
  if (new Set(members).size < members.length) {
    if (type === 'NS') throw validation('Input collection contains duplicates');
    throw invalid(`Input collection [${members.join(', ')}]${type === 'BS' ? 'of type BS ' : ' '}contains duplicates.`);
  }
  return { [type]: members } as { SS: string[] };
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

export function checkItemSize(item: Item, what = 'Item size'): void {
  if (itemBytes(item) > itemLimit) throw validation(`${what} has exceeded the maximum allowed size`);
}
