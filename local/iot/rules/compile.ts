import { SqlSyntaxError, type Token, tokenize } from './lexer.ts';
import { sqlFunctions } from './sqlFunctions.ts';
import { add, calculate, equal, isObject, order, toBoolean, toNumber, type Value } from './values.ts';

/** One publish, as a rule sees it. */
export interface RuleContext {
  /** The payload's exact bytes. */
  readonly raw: Buffer;
  /** The payload as JSON; Undefined when it isn't. Parsed when first asked for. */
  readonly json: Value;
  readonly topic: string;
  readonly clientId: string | undefined;
  readonly principal: string | undefined;
  /** Epoch milliseconds at which the rules engine got it. */
  readonly timestamp: number;
  readonly traceId: string;
  readonly accountId: string;
}

export type Expression = (context: RuleContext) => Value;

export interface CompiledSql {
  readonly topicFilter: string;
  readonly matches: (context: RuleContext) => boolean;
  /** What the actions get: an object or value for JSON, a Buffer for bytes. */
  readonly select: (context: RuleContext) => Value;
}

/**
 * Compiles a rule's SQL, version 2016-03-23, to closures.
 * @throws SqlSyntaxError for what isn't AWS IoT SQL, and for what is but isn't honoured.
 */
export function compileSql(sql: string): CompiledSql {
  return new Parser(sql).statement();
}

/** Compiles one expression, for substitution templates. */
export function compileExpression(source: string): Expression {
  return new Parser(source).wholeExpression();
}

const literals = new Set(['true', 'false', 'null', 'undefined']);
const reserved = new Set([
  'select',
  'from',
  'where',
  'as',
  'and',
  'or',
  'not',
  'in',
  'case',
  'when',
  'then',
  'else',
  'end',
  'value',
  'exists',
]);
const topicFilter = /^(?:(?:\+|[^+#/]*)\/)*(?:\+|#|[^+#/]+)$/;
const comparisons: Readonly<Record<string, (compared: number) => boolean>> = {
  '<': (compared) => compared < 0,
  '<=': (compared) => compared <= 0,
  '>': (compared) => compared > 0,
  '>=': (compared) => compared >= 0,
};

class Parser {
  readonly #sql: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = tokenize(sql);
  }

  statement(): CompiledSql {
    this.#keyword('select');
    const select = this.#selectClause();
    this.#keyword('from');
    const filter = this.#take();
    if (filter.kind !== 'string')
      this.#fail("FROM takes a topic filter in single quotes, as in FROM 'devices/+/data'", filter);
    if (!topicFilter.test(filter.text))
      this.#fail(`'${filter.text}' is not a topic filter: + and # stand for whole levels, # for the last ones`, filter);
    const where = this.#acceptKeyword('where') ? this.#expression() : undefined;
    this.#end();
    return {
      topicFilter: filter.text,
      select,
      matches: where ? (context) => toBoolean(where(context)) === true : () => true,
    };
  }

  wholeExpression(): Expression {
    const expression = this.#expression();
    this.#end();
    return expression;
  }

  #selectClause(): Expression {
    if (this.#acceptKeyword('value')) {
      return this.#expression();
    }
    const items: Array<{ name: string | undefined; value: Expression }> = [];
    do items.push(this.#selectItem());
    while (this.#accept(','));
    const [only] = items;
    // SELECT * alone passes a payload on as it came, bytes included.
    if (items.length === 1 && only?.name === undefined)
      return (context) => (context.json === undefined ? context.raw : context.json);
    return (context) => {
      const result: Record<string, Value> = {};
      for (const { name, value } of items) {
        const selected = value(context);
        if (name === undefined) Object.assign(result, isObject(selected) ? selected : {});
        else if (selected !== undefined)
          result[name] = Buffer.isBuffer(selected) ? selected.toString('base64') : selected;
      }
      return result;
    };
  }

  #selectItem(): { name: string | undefined; value: Expression } {
    if (this.#accept('*')) return { name: undefined, value: (context) => context.json };
    const first = this.#next;
    const value = this.#expression();
    if (this.#acceptKeyword('as')) {
      return { name: this.#name(), value };
    }
    const path = this.#tokens.slice(first, this.#next);
    const [start, last] = [path[0] as Token, path.at(-1) as Token];
    const isPath = path.every(({ kind, text }, index) => (index % 2 === 0 ? kind === 'word' : text === '.'));
    if (!isPath || literals.has(start.text.toLowerCase())) this.#fail('Give this expression a name with AS', start);
    return { name: last.text, value };
  }

  #expression(): Expression {
    let left = this.#conjunction();
    while (this.#acceptKeyword('or')) {
      const [a, b] = [left, this.#conjunction()];
      left = logical(a, b, (x, y) => x || y);
    }
    return left;
  }

  #conjunction(): Expression {
    let left = this.#negation();
    while (this.#acceptKeyword('and')) {
      const [a, b] = [left, this.#negation()];
      left = logical(a, b, (x, y) => x && y);
    }
    return left;
  }

  #negation(): Expression {
    if (!this.#acceptKeyword('not')) return this.#comparison();
    const inner = this.#negation();
    return (context) => {
      const value = toBoolean(inner(context));
      return value === undefined ? undefined : !value;
    };
  }

  #comparison(): Expression {
    const left = this.#sum();
    const operator = this.#peek();
    if (operator.kind === 'symbol' && ['=', '<>', '!='].includes(operator.text)) {
      this.#take();
      const right = this.#sum();
      const wanted = operator.text === '=';
      return (context) => {
        const same = equal(left(context), right(context));
        return same === undefined ? undefined : same === wanted;
      };
    }
    const holds = operator.kind === 'symbol' ? comparisons[operator.text] : undefined;
    if (holds) {
      this.#take();
      const right = this.#sum();
      return (context) => {
        const compared = order(left(context), right(context));
        return compared === undefined ? undefined : holds(compared);
      };
    }
    if (this.#acceptKeyword('in')) {
      const list = this.#sum();
      return (context) => {
        const [value, items] = [left(context), list(context)];
        return Array.isArray(items) && value !== undefined
          ? items.some((item) => equal(item, value) === true)
          : undefined;
      };
    }
    return left;
  }

  #sum(): Expression {
    let left = this.#product();
    for (let symbol = this.#acceptAny('+', '-'); symbol; symbol = this.#acceptAny('+', '-')) {
      const [a, b] = [left, this.#product()];
      left =
        symbol === '+' ? (context) => add(a(context), b(context)) : (context) => calculate('-', a(context), b(context));
    }
    return left;
  }

  #product(): Expression {
    let left = this.#unary();
    for (let symbol = this.#acceptAny('*', '/', '%'); symbol; symbol = this.#acceptAny('*', '/', '%')) {
      const [a, b, operator] = [left, this.#unary(), symbol as '*' | '/' | '%'];
      left = (context) => calculate(operator, a(context), b(context));
    }
    return left;
  }

  #unary(): Expression {
    if (!this.#accept('-')) return this.#path();
    const inner = this.#unary();
    return (context) => {
      const value = toNumber(inner(context));
      return value === undefined ? undefined : -value;
    };
  }

  #path(): Expression {
    let value = this.#primary();
    for (;;) {
      if (this.#accept('.')) {
        const name = this.#take();
        if (name.kind !== 'word') this.#fail('A name is expected; others are read with get()', name);
        const from = value;
        value = (context) => member(from(context), name.text);
      } else if (this.#accept('[')) {
        const [from, index] = [value, this.#expression()];
        this.#expect(']');
        value = (context) => {
          const [items, position] = [from(context), index(context)];
          return Array.isArray(items) && typeof position === 'number' ? items[position] : undefined;
        };
      } else return value;
    }
  }

  #primary(): Expression {
    const token = this.#take();
    if (token.kind === 'number') {
      const value = Number(token.text);
      return () => value;
    }
    if (token.kind === 'string' || token.kind === 'quoted') return () => token.text;
    if (token.kind === 'word') return this.#word(token);
    if (token.text === '(') return this.#parenthesis();
    if (token.text === '[') return this.#array();
    if (token.text === '{') return this.#object();
    // `*` as a parameter is the whole payload, bytes as they came: encode(*, 'base64').
    if (token.text === '*') return (context) => context.raw;
    return this.#fail(token.kind === 'end' ? 'The statement ends too early' : `Unexpected '${token.text}'`, token);
  }

  #word(token: Token): Expression {
    const name = token.text.toLowerCase();
    if (this.#accept('(')) return this.#call(token);
    if (name === 'true' || name === 'false') return () => name === 'true';
    if (name === 'null') return () => null;
    if (name === 'undefined') return () => undefined;
    if (name === 'case') return this.#case();
    if (reserved.has(name)) this.#fail(`Unexpected ${token.text.toUpperCase()}`, token);
    return (context) => member(context.json, token.text);
  }

  #call(token: Token): Expression {
    const name = token.text.toLowerCase();
    const found = Object.hasOwn(sqlFunctions, name) ? sqlFunctions[name] : undefined;
    if (!found) this.#fail(`The function ${token.text}() is not honoured by the local cloud`, token);
    const parameters: Expression[] = [];
    if (!this.#accept(')')) {
      do parameters.push(this.#expression());
      while (this.#accept(','));
      this.#expect(')');
    }
    if (parameters.length < found.minimum || parameters.length > found.maximum) {
      this.#fail(
        `${token.text}() takes ${found.minimum} to ${found.maximum} parameters, not ${parameters.length}`,
        token,
      );
    }
    return (context) =>
      found.call(
        parameters.map((parameter) => parameter(context)),
        context,
      );
  }

  #case(): Expression {
    const subject = this.#expression();
    const branches: Array<{ when: Expression; result: Expression }> = [];
    do {
      this.#keyword('when');
      const when = this.#expression();
      this.#keyword('then');
      branches.push({ when, result: this.#expression() });
    } while (this.#isKeyword('when'));
    const otherwise = this.#acceptKeyword('else') ? this.#expression() : () => undefined;
    this.#keyword('end');
    return (context) => {
      const value = subject(context);
      if (value === undefined) return undefined;
      const taken = branches.find(({ when }) => equal(value, when(context)) === true);
      return (taken?.result ?? otherwise)(context);
    };
  }

  #parenthesis(): Expression {
    if (this.#isKeyword('select')) this.#fail('Subqueries are not honoured by the local cloud yet', this.#peek());
    const inner = this.#expression();
    this.#expect(')');
    return inner;
  }

  #array(): Expression {
    const items: Expression[] = [];
    if (!this.#accept(']')) {
      do items.push(this.#expression());
      while (this.#accept(','));
      this.#expect(']');
    }
    return (context) => items.map((item) => item(context)).filter((item) => item !== undefined);
  }

  #object(): Expression {
    const entries: Array<[string, Expression]> = [];
    if (!this.#accept('}')) {
      do {
        const key = this.#take();
        if (key.kind !== 'string' && key.kind !== 'quoted') this.#fail('A key of an object is a string', key);
        this.#expect(':');
        entries.push([key.text, this.#expression()]);
      } while (this.#accept(','));
      this.#expect('}');
    }
    return (context) => {
      const pairs = entries.map(([key, value]) => [key, value(context)] as const);
      return Object.fromEntries(pairs.filter(([, value]) => value !== undefined)) as { [key: string]: Value };
    };
  }

  #name(): string {
    const token = this.#take();
    if (token.kind !== 'word' && token.kind !== 'quoted' && token.kind !== 'string')
      this.#fail('A name is expected', token);
    return token.text;
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #accept(symbol: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next += 1;
    return true;
  }

  #acceptAny(...symbols: string[]): string | undefined {
    return symbols.find((symbol) => this.#accept(symbol));
  }

  #expect(symbol: string): void {
    if (!this.#accept(symbol)) this.#fail(`'${symbol}' is expected`, this.#peek());
  }

  #isKeyword(keyword: string): boolean {
    const token = this.#peek();
    return token.kind === 'word' && token.text.toLowerCase() === keyword;
  }

  #acceptKeyword(keyword: string): boolean {
    if (!this.#isKeyword(keyword)) return false;
    this.#next += 1;
    return true;
  }

  #keyword(keyword: string): void {
    if (!this.#acceptKeyword(keyword)) this.#fail(`${keyword.toUpperCase()} is expected`, this.#peek());
  }

  #end(): void {
    if (this.#peek().kind !== 'end') this.#fail(`Unexpected '${this.#peek().text}'`, this.#peek());
  }

  #fail(message: string, token: Token): never {
    throw new SqlSyntaxError(message, this.#sql, token.at);
  }
}

/** Undefined when either side is no Boolean, even where the other would decide. */
function logical(a: Expression, b: Expression, decide: (x: boolean, y: boolean) => boolean): Expression {
  return (context) => {
    const [x, y] = [toBoolean(a(context)), toBoolean(b(context))];
    return x === undefined || y === undefined ? undefined : decide(x, y);
  };
}

function member(from: Value, name: string): Value {
  return isObject(from) && Object.hasOwn(from, name) ? from[name] : undefined;
}
