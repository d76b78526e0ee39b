import { validation } from './attributeValue.ts';

export interface ExpressionToken {
  readonly kind: 'name' | 'alias' | 'value' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
}

const pattern = /\s+|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|([A-Za-z_][A-Za-z0-9_]*)|(\d+(?:\.\d+)?)|('(?:[^']|'')*')|("(?:[^"]|"")*")|(<>|<=|>=|[=<>+\-(),.[\]?{}:*])/y;

/** Tokens of DynamoDB's expressions and of its PartiQL. `kind` names what the request called it. */
export function expressionTokens(text: string, kind: string): ExpressionToken[] {
  const tokens: ExpressionToken[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw validation(`Invalid ${kind}: Syntax error; token: "${text[at]}", near: "${text.slice(at, at + 10)}"`);
    const [, alias, value, name, number, single, double, symbol] = match;
    if (alias !== undefined) tokens.push({ kind: 'alias', text: alias });
    else if (value !== undefined) tokens.push({ kind: 'value', text: value });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (single !== undefined) tokens.push({ kind: 'string', text: single.slice(1, -1).replaceAll("''", "'") });
    else if (double !== undefined) tokens.push({ kind: 'name', text: double.slice(1, -1) });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** Names and values that a request's expressions may use, and which of them they did. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>> | undefined;
  readonly values: Readonly<Record<string, unknown>> | undefined;
  readonly used: Set<string>;
}

/** Walks over the tokens of one expression. */
export class TokenReader {
  readonly kind: string;
  readonly #tokens: readonly ExpressionToken[];
  #next = 0;

  constructor(text: string, kind: string) {
    this.kind = kind;
    this.#tokens = expressionTokens(text, kind);
  }

  peek(ahead = 0): ExpressionToken {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as ExpressionToken;
  }

  take(): ExpressionToken {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  accept(symbol: string): boolean {
    const { kind, text } = this.peek();
    if (kind !== 'symbol' || text !== symbol) return false;
    this.#next += 1;
    return true;
  }

  isKeyword(...words: string[]): boolean {
    return words.every((word, index) => this.peek(index).kind === 'name' && this.peek(index).text.toUpperCase() === word);
  }

  acceptKeyword(...words: string[]): boolean {
    if (!this.isKeyword(...words)) return false;
    this.#next += words.length;
    return true;
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) this.fail();
  }

  end(): void {
    if (this.peek().kind !== 'end') this.fail();
  }

  fail(): never {
    const { kind, text } = this.peek();
    throw validation(`Invalid ${this.kind}: Syntax error; token: "${kind === 'end' ? '<EOF>' : text}"`);
  }
}
