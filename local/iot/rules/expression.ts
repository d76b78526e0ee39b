import { type ArithmeticOperator, add, calculate } from './arithmetic.ts';
import type { Cursor } from './cursor.ts';
import { castTo } from './functions/cast.ts';
import type { Parameter } from './functions/sqlFunction.ts';
import { sqlFunctions } from './functions/sqlFunctions.ts';
import type { Token } from './lexer.ts';
import { type Expression, wholePayload } from './ruleContext.ts';
import { parseNestedQuery } from './selectClause.ts';
import { equal, member, order, setMember, toBoolean, toNumber, type Value } from './values.ts';

const reserved = new Set([
  'select',
  'from',
  'where',
  'as',
  'and',
  'or',
  'not',
  'in',
  'when',
  'then',
  'else',
  'end',
  'set',
]);
/** Operators of other SQLs; AWS documents none of them. */
const foreign = new Set(['between', 'like', 'is']);
const comparisons: Readonly<Record<string, (left: Value, right: Value) => Value>> = {
  '=': equal,
  '<>': (left, right) => not(equal(left, right)),
  '<': (left, right) => compared(left, right, (sign) => sign < 0),
  '<=': (left, right) => compared(left, right, (sign) => sign <= 0),
  '>': (left, right) => compared(left, right, (sign) => sign > 0),
  '>=': (left, right) => compared(left, right, (sign) => sign >= 0),
};

const not = (value: boolean | undefined) => (value === undefined ? undefined : !value);

function compared(left: Value, right: Value, holds: (sign: number) => boolean): Value {
  const sign = order(left, right);
  return sign === undefined ? undefined : holds(sign);
}

/** Compiles an expression to a closure (AWS: "Operators"). @throws SqlSyntaxError */
export function parseExpression(cursor: Cursor): Expression {
  let left = parseConjunction(cursor);
  while (cursor.acceptKeyword('or')) left = logical(left, parseConjunction(cursor), (x, y) => x || y);
  return left;
}

function parseConjunction(cursor: Cursor): Expression {
  let left = parseNegation(cursor);
  while (cursor.acceptKeyword('and')) left = logical(left, parseNegation(cursor), (x, y) => x && y);
  return left;
}

/** Undefined when either side is no Boolean, even where the other would decide. */
function logical(left: Expression, right: Expression, decide: (x: boolean, y: boolean) => boolean): Expression {
  return (context) => {
    const [x, y] = [toBoolean(left(context)), toBoolean(right(context))];
    return x === undefined || y === undefined ? undefined : decide(x, y);
  };
}

function parseNegation(cursor: Cursor): Expression {
  if (!cursor.acceptKeyword('not')) return parseComparison(cursor);
  const inner = parseNegation(cursor);
  return (context) => not(toBoolean(inner(context)));
}

function parseComparison(cursor: Cursor): Expression {
  const left = parseSum(cursor);
  const { kind, text } = cursor.peek();
  if (kind === 'symbol' && text === '!=') cursor.fail('!= is not an operator of AWS IoT SQL, <> is');
  if (kind === 'word' && foreign.has(text.toLowerCase()))
    cursor.fail(`${text.toUpperCase()} is not an operator of AWS IoT SQL`);
  if (cursor.acceptKeyword('in')) {
    const items = parseSum(cursor);
    return (context) => isAmong(left(context), items(context));
  }
  const compare = kind === 'symbol' ? comparisons[text] : undefined;
  if (!compare) return left;
  cursor.take();
  const right = parseSum(cursor);
  return (context) => compare(left(context), right(context));
}

/** Undefined where there is no array to look in. */
function isAmong(value: Value, items: Value): Value {
  if (value === undefined || !Array.isArray(items)) return undefined;
  return items.some((item: Value) => equal(value, item) === true);
}

function parseSum(cursor: Cursor): Expression {
  let left = parseProduct(cursor);
  for (let symbol = cursor.acceptAny('+', '-'); symbol; symbol = cursor.acceptAny('+', '-')) {
    const [a, b] = [left, parseProduct(cursor)];
    left =
      symbol === '+' ? (context) => add(a(context), b(context)) : (context) => calculate('-', a(context), b(context));
  }
  return left;
}

function parseProduct(cursor: Cursor): Expression {
  let left = parseSign(cursor);
  for (let symbol = cursor.acceptAny('*', '/', '%'); symbol; symbol = cursor.acceptAny('*', '/', '%')) {
    const [a, b, operator] = [left, parseSign(cursor), symbol as ArithmeticOperator];
    left = (context) => calculate(operator, a(context), b(context));
  }
  return left;
}

function parseSign(cursor: Cursor): Expression {
  if (!cursor.accept('-')) return parsePath(cursor);
  const inner = parseSign(cursor);
  return (context) => {
    const value = toNumber(inner(context));
    return value === undefined ? undefined : 0 - value;
  };
}

/** A value and what is read of it with `.` (AWS: "JSON extensions"). */
export function parsePath(cursor: Cursor): Expression {
  let value = parsePrimary(cursor);
  while (cursor.accept('.')) {
    const name = cursor.take();
    if (name.kind !== 'word') cursor.fail('A name is expected; others are read with get()', name);
    const from = value;
    value = (context) => member(from(context), name.text);
  }
  if (cursor.isSymbol('[')) cursor.fail('Items of an array are read with get()');
  return value;
}

function parsePrimary(cursor: Cursor): Expression {
  const token = cursor.take();
  if (token.kind === 'number') {
    const value = Number(token.text);
    return () => value;
  }
  if (token.kind === 'string' || token.kind === 'quoted') return () => token.text;
  if (token.kind === 'variable') return parseVariable(cursor, token);
  if (token.kind === 'word') return parseWord(cursor, token);
  if (token.text === '(') return parseParenthesis(cursor);
  if (token.text === '[') return parseArray(cursor);
  if (token.text === '{') return parseObject(cursor);
  if (token.text === '*') return wholePayload;
  return cursor.fail(token.kind === 'end' ? 'The statement ends too early' : `Unexpected '${token.text}'`, token);
}

function parseVariable(cursor: Cursor, { text }: Token): Expression {
  if (!cursor.scope.variables.has(text)) cursor.fail(`The variable ${text} is not SET`);
  return (context) => context.variables.get(text);
}

function parseWord(cursor: Cursor, token: Token): Expression {
  const name = token.text.toLowerCase();
  if (cursor.accept('(')) {
    return name === 'cast' ? parseCast(cursor) : parseCall(cursor, token);
  }
  if (name === 'true' || name === 'false') return () => name === 'true';
  if (name === 'null') return () => null;
  if (name === 'undefined') return () => undefined;
  if (name === 'case') return parseCase(cursor);
  if (reserved.has(name)) cursor.fail(`Unexpected ${token.text.toUpperCase()}`, token);
  return (context) => member(context.json, token.text);
}

function parseCall(cursor: Cursor, token: Token): Expression {
  const name = token.text.toLowerCase();
  const found = Object.hasOwn(sqlFunctions, name) ? sqlFunctions[name] : undefined;
  if (!found) cursor.fail(`The function ${token.text}() is not honoured by the local cloud`, token);
  const unavailable = cursor.scope.unavailable.get(name);
  if (unavailable !== undefined) cursor.fail(`The function ${token.text}() ${unavailable}`, token);
  const parameters: Parameter[] = [];
  if (!cursor.accept(')')) {
    do parameters.push(parseParameter(cursor));
    while (cursor.accept(','));
    cursor.expect(')');
  }
  const { minimum, maximum } = found;
  if (parameters.length < minimum || parameters.length > maximum) {
    const takes = minimum === maximum ? minimum : `${minimum} to ${maximum}`;
    cursor.fail(`${token.text}() takes ${takes} parameters, not ${parameters.length}`, token);
  }
  const refusal = found.refuse?.(parameters);
  if (refusal !== undefined) cursor.fail(`${token.text}(): ${refusal}`, token);
  return found.compile(parameters);
}

function parseParameter(cursor: Cursor): Parameter {
  const start = cursor.position;
  const evaluate = parseExpression(cursor);
  const [token, more] = cursor.since(start);
  const only = more ? undefined : token;
  return {
    evaluate,
    isPayload: only?.kind === 'symbol',
    literal: only?.kind === 'string' || only?.kind === 'quoted' ? only.text : undefined,
  };
}

/** `cast(value as type)`. */
function parseCast(cursor: Cursor): Expression {
  const value = parseExpression(cursor);
  cursor.keyword('as');
  const type = cursor.take();
  const convert = type.kind === 'word' ? castTo(type.text) : undefined;
  if (!convert) cursor.fail(`cast() knows no type ${type.text}`, type);
  cursor.expect(')');
  return (context) => convert(value(context));
}

/** AWS: "Case statements". */
function parseCase(cursor: Cursor): Expression {
  const subject = parseExpression(cursor);
  const branches: Array<{ when: Expression; result: Expression }> = [];
  do {
    cursor.keyword('when');
    const when = parseExpression(cursor);
    cursor.keyword('then');
    branches.push({ when, result: parseExpression(cursor) });
  } while (cursor.isKeyword('when'));
  const otherwise = cursor.acceptKeyword('else') ? parseExpression(cursor) : () => undefined;
  cursor.keyword('end');
  return (context) => {
    const value = subject(context);
    if (value === undefined) return undefined;
    const taken = branches.find(({ when }) => equal(value, when(context)) === true);
    return (taken?.result ?? otherwise)(context);
  };
}

function parseParenthesis(cursor: Cursor): Expression {
  const inner = cursor.acceptKeyword('select') ? parseNestedQuery(cursor) : parseExpression(cursor);
  cursor.expect(')');
  return inner;
}

/** AWS: "Literals". What is Undefined is left out of an array and of an object. */
function parseArray(cursor: Cursor): Expression {
  const items: Expression[] = [];
  if (!cursor.accept(']')) {
    do items.push(parseExpression(cursor));
    while (cursor.accept(','));
    cursor.expect(']');
  }
  return (context) => items.map((item) => item(context)).filter((item) => item !== undefined);
}

function parseObject(cursor: Cursor): Expression {
  const entries: Array<[string, Expression]> = [];
  if (!cursor.accept('}')) {
    do {
      const key = cursor.take();
      if (key.kind !== 'string' && key.kind !== 'quoted') cursor.fail('A key of an object is a string', key);
      cursor.expect(':');
      entries.push([key.text, parseExpression(cursor)]);
    } while (cursor.accept(','));
    cursor.expect('}');
  }
  return (context) => {
    const result: { [key: string]: Value } = {};
    for (const [key, value] of entries) {
      const evaluated = value(context);
      if (evaluated !== undefined) setMember(result, key, evaluated);
    }
    return result;
  };
}
