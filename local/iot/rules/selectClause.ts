import type { Cursor } from './cursor.ts';
import { parseExpression, parsePath } from './expression.ts';
import { type Expression, type RuleContext, SqlEvaluationError, wholePayload, within } from './ruleContext.ts';
import { isObject, setMember, toBoolean, type Value } from './values.ts';

type Selected = { [key: string]: Value };
type Item = (context: RuleContext, result: Selected) => void;

const constants = new Set(['true', 'false', 'null', 'undefined']);

/** What stands behind SELECT (AWS: "SELECT clause"). */
export function parseSelectClause(cursor: Cursor): Expression {
  if (isValueKeyword(cursor)) {
    cursor.take();
    return parseExpression(cursor);
  }
  // SELECT * alone passes a payload on as it came, bytes included.
  if (cursor.isSymbol('*') && !cursor.isSymbol(',', 1) && !cursor.isKeyword('as', 1)) {
    cursor.take();
    return wholePayload;
  }
  const items: Item[] = [];
  do items.push(parseItem(cursor));
  while (cursor.accept(','));
  return (context) => {
    const result: Selected = {};
    for (const item of items) item(context, result);
    return result;
  };
}

/** A nested query, behind its SELECT: over the items of an array, or of one object (AWS: "Nested object queries"). */
export function parseNestedQuery(cursor: Cursor): Expression {
  const select = parseSelectClause(cursor);
  cursor.keyword('from');
  const source = parsePath(cursor);
  const where = cursor.acceptKeyword('where') ? parseExpression(cursor) : undefined;
  return (context) => {
    const query = (element: Value) => {
      const inner = within(context, element);
      return where && toBoolean(where(inner)) !== true ? undefined : select(inner);
    };
    const from = source(context);
    if (Array.isArray(from)) return from.map(query).filter((selected) => selected !== undefined);
    return isObject(from) ? query(from) : undefined;
  };
}

/** VALUE is also a name that payloads have: it is the keyword when an expression follows. */
function isValueKeyword(cursor: Cursor): boolean {
  if (!cursor.isKeyword('value')) return false;
  const next = cursor.peek(1);
  if (next.kind === 'word') return !['from', 'as', 'and', 'or', 'where'].includes(next.text.toLowerCase());
  if (next.kind !== 'symbol') return next.kind !== 'end';
  const endsAfterStar = cursor.isKeyword('from', 2) || cursor.peek(2).kind === 'end';
  return ['(', '[', '{'].includes(next.text) || (next.text === '*' && endsAfterStar);
}

function parseItem(cursor: Cursor): Item {
  const start = cursor.position;
  const isStar = cursor.accept('*');
  if (isStar && !cursor.isKeyword('as')) return selectMembers;
  const value = isStar ? wholePayload : parseExpression(cursor);
  if (cursor.acceptKeyword('as')) {
    const path = parseAlias(cursor);
    return (context, result) => setPath(result, path, forJson(value(context)));
  }
  const tokens = cursor.since(start);
  const isPath = tokens.every(({ kind, text }, index) => (index % 2 === 0 ? kind === 'word' : text === '.'));
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (!first || !last || !isPath || constants.has(first.text.toLowerCase()))
    return cursor.fail('Give this expression a name with AS', first);
  return (context, result) => setPath(result, [last.text], forJson(value(context)));
}

function selectMembers(context: RuleContext, result: Selected): void {
  if (isObject(context.json)) for (const [name, value] of Object.entries(context.json)) setMember(result, name, value);
  else if (context.json !== undefined || context.raw.length > 0)
    throw new SqlEvaluationError('* stands beside other attributes, but the payload is not a JSON object');
}

/** A name, or a path of them: `AS state.reported`. */
function parseAlias(cursor: Cursor): string[] {
  const path: string[] = [];
  do {
    const token = cursor.take();
    if (!['word', 'quoted', 'string'].includes(token.kind)) cursor.fail('A name is expected', token);
    path.push(token.text);
  } while (cursor.accept('.'));
  return path;
}

/** Bytes go into JSON as base64 (AWS: "Working with binary payloads"). */
const forJson = (value: Value): Value => (Buffer.isBuffer(value) ? value.toString('base64') : value);

function setPath(result: Selected, [name = '', ...rest]: readonly string[], value: Value): void {
  if (value === undefined) return;
  if (rest.length === 0) {
    setMember(result, name, value);
    return;
  }
  const existing = Object.hasOwn(result, name) ? result[name] : undefined;
  // A copy: the existing one may be the payload's own.
  const inner: Selected = isObject(existing) ? { ...existing } : {};
  setPath(inner, rest, value);
  setMember(result, name, inner);
}
