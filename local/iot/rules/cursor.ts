import { SqlSyntaxError, type Token } from './lexer.ts';

/** What a statement may name. */
export interface SqlScope {
  /** Variables of the SET clause, with the @. */
  readonly variables: Set<string>;
  /** Functions that can't be had here → why. */
  readonly unavailable: ReadonlyMap<string, string>;
}

/** A place among the tokens of a statement. */
export class Cursor {
  readonly scope: SqlScope;
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: string, tokens: readonly Token[], scope: SqlScope) {
    this.#source = source;
    this.#tokens = tokens;
    this.scope = scope;
  }

  get position(): number {
    return this.#next;
  }

  since(position: number): readonly Token[] {
    return this.#tokens.slice(position, this.#next);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === 'symbol' && text === symbol;
  }

  accept(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#next += 1;
    return true;
  }

  acceptAny(...symbols: string[]): string | undefined {
    return symbols.find((symbol) => this.accept(symbol));
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) this.fail(`'${symbol}' is expected`);
  }

  isKeyword(keyword: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === 'word' && text.toLowerCase() === keyword;
  }

  acceptKeyword(keyword: string): boolean {
    if (!this.isKeyword(keyword)) return false;
    this.#next += 1;
    return true;
  }

  keyword(keyword: string): void {
    if (!this.acceptKeyword(keyword)) this.fail(`${keyword.toUpperCase()} is expected`);
  }

  end(): void {
    if (this.peek().kind !== 'end') this.fail(`Unexpected '${this.peek().text}'`);
  }

  fail(message: string, token: Token = this.peek()): never {
    throw new SqlSyntaxError(message, this.#source, token.at);
  }
}
