import { type AttributeValue, type Item, raw, typeOf, validation } from './attributeValue.ts';
import { type Operand, readOperand, readValue } from './condition.ts';
import { addNumbers, subtractNumbers } from './decimal.ts';
import { type DocumentPath, readPath, valueAt, withValueAt } from './documentPath.ts';
import { type Placeholders, TokenReader } from './expressionTokens.ts';

/** One change: works on the item as it was, writes to the item as it becomes. */
interface Action {
  readonly path: DocumentPath;
  readonly removes: boolean;
  apply(before: Item, after: Item): Item;
}

export interface Update {
  readonly paths: readonly DocumentPath[];
  apply(before: Item): Item;
}

/** Parses an update expression (AWS: "Update expressions"). All operands, and positions in lists, are of the item before the update. */
export function parseUpdate(text: string, placeholders: Placeholders): Update {
  const reader = new TokenReader(text, 'UpdateExpression');
  const actions: Action[] = [];
  const seen = new Set<string>();
  do {
    const section = reader.peek().text.toUpperCase();
    if (!['SET', 'REMOVE', 'ADD', 'DELETE'].includes(section)) reader.fail();
    reader.take();
    if (seen.has(section))
      throw reader.invalid(`The "${section}" section can only be used once in an update expression;`);
    seen.add(section);
    do actions.push(readAction(section, reader, placeholders));
    while (reader.accept(','));
  } while (reader.peek().kind !== 'end');
  const paths = actions.map(({ path }) => path);
  checkOverlap(paths, reader);
  // What is removed goes last and from the end of lists, so that no removal moves what another names.
  const ordered = [
    ...actions.filter(({ removes }) => !removes),
    ...actions.filter(({ removes }) => removes).sort((a, b) => comparePaths(b.path, a.path)),
  ];
  return { paths, apply: (before) => ordered.reduce((after, action) => action.apply(before, after), before) };
}

function readAction(section: string, reader: TokenReader, placeholders: Placeholders): Action {
  const path = readPath(reader, placeholders);
  if (section === 'REMOVE') return { path, removes: true, apply: (_, after) => withValueAt(after, path, undefined) };
  if (section === 'SET') {
    reader.expect('=');
    const value = readSetValue(reader, placeholders);
    return { path, removes: false, apply: (before, after) => withValueAt(after, path, assigned(value(before))) };
  }
  const operand = readValue(reader, placeholders);
  if (!isSet(operand) && !(section === 'ADD' && 'N' in operand)) {
    throw reader.invalid(
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${longTypeNames[typeOf(operand)]}`,
    );
  }
  const change = section === 'ADD' ? addTo : deleteFrom;
  return {
    path,
    removes: section === 'DELETE',
    apply: (before, after) => withValueAt(after, path, change(valueAt(before, path), operand)),
  };
}

/** @throws AwsError ValidationException for a value that the item doesn't have. */
export function assigned(value: AttributeValue | undefined): AttributeValue {
  if (value === undefined)
    throw validation('The provided expression refers to an attribute that does not exist in the item');
  return value;
}

/** An operand, or the sum or difference of two. */
export function readSetValue(reader: TokenReader, placeholders: Placeholders): Operand {
  const left = readSetOperand(reader, placeholders);
  const symbol = reader.accept('+') ? '+' : reader.accept('-') ? '-' : undefined;
  if (!symbol) return left;
  const right = readSetOperand(reader, placeholders);
  checkOperands(reader, symbol, 'N', [left, right]);
  return (item) => {
    const [x, y] = [assigned(left(item)), assigned(right(item))];
    if (!('N' in x) || !('N' in y)) throw wrongType();
    return { N: (symbol === '+' ? addNumbers : subtractNumbers)(x.N, y.N) };
  };
}

function readSetOperand(reader: TokenReader, placeholders: Placeholders): Operand {
  const name = reader.isPartiql ? reader.function()?.toLowerCase() : reader.function();
  if (name !== 'if_not_exists' && name !== 'list_append') return readOperand(reader, placeholders);
  reader.take();
  reader.expect('(');
  const first = readSetOperand(reader, placeholders);
  reader.expect(',');
  const second = readSetOperand(reader, placeholders);
  reader.expect(')');
  if (name === 'if_not_exists') return (item) => first(item) ?? second(item);
  checkOperands(reader, name, 'L', [first, second]);
  return (item) => {
    const [a, b] = [assigned(first(item)), assigned(second(item))];
    if (!('L' in a) || !('L' in b)) throw wrongType();
    return { L: [...a.L, ...b.L] };
  };
}

/** Refuses values of the request that the operator can't take; those of the item show only when it is updated. */
function checkOperands(reader: TokenReader, operator: string, wanted: string, operands: readonly Operand[]): void {
  const wrong = operands.find(({ constant }) => constant && typeOf(constant) !== wanted)?.constant;
  if (wrong)
    throw reader.invalid(
      `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(wrong)}`,
    );
}

const wrongType = () => validation('An operand in the update expression has an incorrect data type');
const longTypeNames: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

function addTo(current: AttributeValue | undefined, operand: AttributeValue): AttributeValue {
  if (current === undefined) return operand;
  if (typeOf(current) !== typeOf(operand)) throw wrongType();
  if ('N' in current && 'N' in operand) return { N: addNumbers(current.N, operand.N) };
  return setOf(typeOf(operand), [...new Set([...members(current), ...members(operand)])]) as AttributeValue;
}

function deleteFrom(current: AttributeValue | undefined, operand: AttributeValue): AttributeValue | undefined {
  if (current === undefined) return undefined;
  if (typeOf(current) !== typeOf(operand)) throw wrongType();
  const gone = new Set(members(operand));
  return setOf(
    typeOf(current),
    members(current).filter((member) => !gone.has(member)),
  );
}

const isSet = (value: AttributeValue) => ['SS', 'NS', 'BS'].includes(typeOf(value));
const members = (value: AttributeValue) => raw(value) as readonly string[];
const setOf = (type: string, values: readonly string[]) =>
  values.length === 0 ? undefined : ({ [type]: values } as unknown as AttributeValue);

function comparePaths(left: DocumentPath, right: DocumentPath): number {
  const at = left.findIndex((step, index) => step !== right[index]);
  const [a = '', b = ''] = [left[at], right[at]];
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

function checkOverlap(paths: readonly DocumentPath[], reader: TokenReader): void {
  const show = (path: DocumentPath) =>
    `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
  paths.forEach((two, index) => {
    for (const one of paths.slice(0, index)) {
      const length = Math.min(one.length, two.length);
      const parting = one.slice(0, length).findIndex((step, at) => step !== two[at]);
      const conflict = parting >= 0 && typeof one[parting] !== typeof two[parting];
      if (parting >= 0 && !conflict) continue;
      throw reader.invalid(
        `Two document paths ${conflict ? 'conflict' : 'overlap'} with each other; must remove or rewrite one of these paths; path one: ${show(one)}, path two: ${show(two)}`,
      );
    }
  });
}
