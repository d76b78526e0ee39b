import type { AttributeValue, Item, MutableItem } from './attributeValue.ts';
import { validation } from './attributeValue.ts';
import type { Placeholders, TokenReader } from './expressionTokens.ts';
import { reservedWords } from './reservedWords.ts';

/** A place in an item: names, and positions in lists. */
export type DocumentPath = readonly [string, ...(string | number)[]];

export function readPath(reader: TokenReader, { names, used }: Placeholders): DocumentPath {
  const name = (): string => {
    const { kind, text } = reader.peek();
    if (kind !== 'name' && kind !== 'quoted' && kind !== 'alias') return reader.fail();
    reader.take();
    if (kind === 'name' && !reader.isPartiql && reservedWords.has(text.toUpperCase())) {
      throw reader.invalid(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    if (kind !== 'alias') return text;
    const real = names?.[text];
    if (real === undefined)
      throw reader.invalid(
        `An expression attribute name used in the document path is not defined; attribute name: ${text}`,
      );
    used.add(text);
    return real;
  };
  const path: [string, ...(string | number)[]] = [name()];
  reader.attributes.add(path[0]);
  for (;;) {
    if (reader.accept('.')) path.push(name());
    else if (reader.accept('[')) {
      if (reader.peek().kind !== 'number') reader.fail();
      path.push(Number(reader.take().text));
      reader.expect(']');
    } else return path;
  }
}

export function valueAt(item: Item, path: DocumentPath): AttributeValue | undefined {
  let value: AttributeValue | undefined = item[path[0]];
  for (const step of path.slice(1)) {
    if (value === undefined) return undefined;
    if (typeof step === 'string') value = 'M' in value ? value.M[step] : undefined;
    else value = 'L' in value ? value.L[step] : undefined;
  }
  return value;
}

const invalidPath = () => validation('The document path provided in the update expression is invalid for update');

/** A copy of the item with the value at the path replaced, or removed when undefined. */
export function withValueAt(item: Item, path: DocumentPath, value: AttributeValue | undefined): Item {
  const [name, ...rest] = path;
  const copy: MutableItem = { ...item };
  if (rest.length > 0) {
    const inner = item[name];
    if (inner === undefined) throw invalidPath();
    copy[name] = replace(inner, rest, value);
  } else if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy;
}

function replace(
  container: AttributeValue,
  [step, ...rest]: readonly (string | number)[],
  value: AttributeValue | undefined,
): AttributeValue {
  if (typeof step === 'string') {
    if (!('M' in container)) throw invalidPath();
    return { M: withValueAt(container.M, [step, ...rest], value) };
  }
  if (!('L' in container) || step === undefined) throw invalidPath();
  const list = [...container.L];
  const inner = list[step];
  if (rest.length > 0) {
    if (inner === undefined) throw invalidPath();
    list[step] = replace(inner, rest, value);
  } else if (value === undefined) list.splice(step, 1);
  // A position behind the end appends, as DynamoDB does.
  else list[Math.min(step, list.length)] = value;
  return { L: list };
}
