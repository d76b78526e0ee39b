import { type AttributeValue, type Item, raw, typeOf, validation } from './attributeValue.ts';
import { readOperand, readValue, type Operand } from './condition.ts';
import { addNumbers, subtractNumbers } from './decimal.ts';
import { type DocumentPath, readPath, valueAt, withValueAt } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';

/** One change: works on the item as it was, writes to the item as it becomes. */
type Action = (before: Item, after: Item) => Item;

export interface Update {
  readonly paths: readonly DocumentPath[];
  apply(before: Item): Item;
}

/** Parses an update expression (AWS: "Update expressions"). All operands see the item as it was before the update. */
export function parseUpdate(text: string, placeholders: Placeholders): Update {
  const reader = new TokenReader(text, 'UpdateExpression');
  const actions: Action[] = [];
  const paths: DocumentPath[] = [];
  const seen = new Set<string>();
  const path = () => {
    const found = readPath(reader, placeholders);
    paths.push(found);
    return found;
  };
  while (reader.peek().kind !== 'end') {
    const section = reader.take().text.toUpperCase();
    if (!['SET', 'REMOVE', 'ADD', 'DELETE'].includes(section)) throw validation(`Invalid UpdateExpression: Syntax error; token: "${section}"`);
    if (seen.has(section)) throw validation(`Invalid UpdateExpression: The "${section}" section can only be used once in an update expression;`);
    seen.add(section);
    do actions.push(readAction(section, reader, placeholders, path));
    while (reader.accept(','));
  }
  checkOverlap(paths);
  return { paths, apply: (before) => actions.reduce((after, action) => action(before, after), before) };
}

function readAction(section: string, reader: TokenReader, placeholders: Placeholders, path: () => DocumentPath): Action {
  const target = path();
  if (section === 'SET') {
    reader.expect('=');
    const value = readSetValue(reader, placeholders);
    return (before, after) => {
      const result = value(before);
      if (result === undefined) throw validation('The provided expression refers to an attribute that does not exist in the item');
      return withValueAt(after, target, result);
    };
  }
  if (section === 'REMOVE') return (_, after) => withValueAt(after, target, undefined);
  const operand = readValue(reader, placeholders);
  const change = section === 'ADD' ? addTo : deleteFrom;
  return (before, after) => withValueAt(after, target, change(valueAt(before, target), operand));
}

function readSetValue(reader: TokenReader, placeholders: Placeholders): Operand {
  let left = readSetOperand(reader, placeholders);
  for (;;) {
    const operator = reader.accept('+') ? addNumbers : reader.accept('-') ? subtractNumbers : undefined;
    if (!operator) return left;
    const [a, b] = [left, readSetOperand(reader, placeholders)];
    left = (item) => {
      const [x, y] = [a(item), b(item)];
      if (x === undefined || y === undefined) return undefined;
      if (!('N' in x) || !('N' in y)) throw validation('An operand in the update expression has an incorrect data type');
      return { N: operator(x.N, y.N) };
    };
  }
}

export function readSetOperand(reader: TokenReader, placeholders: Placeholders): Operand {
  const name = reader.peek(1).text === '(' ? reader.peek().text.toLowerCase() : '';
  if (name !== 'if_not_exists' && name !== 'list_append') return readOperand(reader, placeholders);
  reader.take();
  reader.expect('(');
  const first = readSetOperand(reader, placeholders);
  reader.expect(',');
  const second = readSetOperand(reader, placeholders);
  reader.expect(')');
  if (name === 'if_not_exists') return (item) => first(item) ?? second(item);
  return (item) => {
    const [a, b] = [first(item), second(item)];
    if (a === undefined || b === undefined) return undefined;
    if (!('L' in a) || !('L' in b)) throw validation('An operand in the update expression has an incorrect data type');
    return { L: [...a.L, ...b.L] };
  };
}

function addTo(current: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if ('N' in operand) {
    if (current === undefined) return operand;
    if ('N' in current) return { N: addNumbers(current.N, operand.N) };
  } else if (isSet(operand)) {
    if (current === undefined) return operand;
    if (typeOf(current) === typeOf(operand)) return setOf(typeOf(operand), [...new Set([...members(current), ...members(operand)])]) as AttributeValue;
  } else throw validation(`Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: ${typeOf(operand)}`);
  throw validation('An operand in the update expression has an incorrect data type');
}

function deleteFrom(current: AttributeValue | undefined, operand: AttributeValue): AttributeValue | undefined {
  if (!isSet(operand)) throw validation(`Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: ${typeOf(operand)}`);
  if (current === undefined) return undefined;
  if (typeOf(current) !== typeOf(operand)) throw validation('An operand in the update expression has an incorrect data type');
  const gone = new Set(members(operand));
  return setOf(typeOf(current), members(current).filter((member) => !gone.has(member)));
}

const isSet = (value: AttributeValue) => ['SS', 'NS', 'BS'].includes(typeOf(value));
const members = (value: AttributeValue) => raw(value) as readonly string[];
const setOf = (type: string, values: readonly string[]) => (values.length === 0 ? undefined : ({ [type]: values } as unknown as AttributeValue));

function checkOverlap(paths: readonly DocumentPath[]): void {
  const texts = paths.map((path) => path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join(''));
  texts.forEach((text, index) => {
    const clash = texts.find((other, at) => at !== index && (other === text || other.startsWith(`${text}.`) || other.startsWith(`${text}[`)));
    if (clash !== undefined) throw validation(`Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [${text.slice(1)}], path two: [${clash.slice(1)}]`);
  });
}
