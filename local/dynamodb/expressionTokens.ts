import type { AwsError } from '../service.ts';
import { type Item, validation } from './attributeValue.ts';

export interface ExpressionToken {
  readonly kind: 'name' | 'quoted' | 'alias' | 'value' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const expression =
  /\s+|(?<alias>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>\d+)|(?<symbol><>|<=|>=|[=<>+\-(),.[\]])/y;
const partiql =
  /\s+|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>\d+(?:\.\d+)?)|(?<string>'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*")|(?<symbol><>|<=|>=|[=<>+\-(),.[\]?{}:*])/y;

/** Programs say the same again and again, with other values: what was read once need not be read again. */
const tokensKept = 1000;
const kept = new Map([expression, partiql].map((pattern) => [pattern, new Map<string, ExpressionToken[] | number>()]));

function tokensOf(text: string, pattern: RegExp): readonly ExpressionToken[] | number {
  const known = kept.get(pattern) ?? new Map<string, ExpressionToken[] | number>();
  let tokens = known.get(text);
  if (tokens === undefined) {
    tokens = tokenize(text, pattern);
    if (known.size >= tokensKept) known.clear();
    known.set(text, tokens);
  }
  return tokens;
}

function tokenize(text: string, pattern: RegExp): ExpressionToken[] | number {
  const tokens: ExpressionToken[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) return start;
    const [kind, found] = Object.entries(match.groups ?? {}).find(([, group]) => group !== undefined) ?? [];
    if (kind === undefined || found === undefined) continue;
    const quote = kind === 'string' ? "'" : kind === 'quoted' ? '"' : undefined;
    const content = quote ? found.slice(1, -1).replaceAll(quote + quote, quote) : found;
    tokens.push({ kind: kind as ExpressionToken['kind'], text: content, start, end: pattern.lastIndex });
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length, end: text.length });
  return tokens;
}

/** Names and values that a request's expressions may use, and which of them they did. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>> | undefined;
  readonly values: Item | undefined;
  readonly used: Set<string>;
}

/** Walks over the tokens of one expression, or of one PartiQL statement. `kind` names what the request calls it. */
export class TokenReader {
  readonly kind: string;
  readonly isPartiql: boolean;
  /** First names of the document paths read so far. */
  readonly attributes = new Set<string>();
  readonly #text: string;
  readonly #tokens: readonly ExpressionToken[];
  #next = 0;

  constructor(text: string, kind: string) {
    this.kind = kind;
    this.isPartiql = kind === 'statement';
    this.#text = text;
    if (text.trim() === '') throw this.invalid('The expression can not be empty;');
    const tokens = tokensOf(text, this.isPartiql ? partiql : expression);
    if (typeof tokens === 'number')
      throw this.invalid(
        `Syntax error; token: "${text[tokens]}", near: "${text.slice(Math.max(0, tokens - 5), tokens + 5)}"`,
      );
    this.#tokens = tokens;
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

  /** The name of a function, when a call of one stands next. */
  function(): string | undefined {
    const [name, bracket] = [this.peek(), this.peek(1)];
    return name.kind === 'name' && bracket.kind === 'symbol' && bracket.text === '(' ? name.text : undefined;
  }

  isKeyword(...words: string[]): boolean {
    return words.every(
      (word, index) => this.peek(index).kind === 'name' && this.peek(index).text.toUpperCase() === word,
    );
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

  invalid(message: string): AwsError {
    return validation(`Invalid ${this.kind}: ${message}`);
  }

  /** Refuses the token that stands next, with its neighbours as DynamoDB shows them. */
  fail(): never {
    const [token, before] = [this.peek(), this.#tokens[this.#next - 1]];
    const near = this.#text.slice(before?.start ?? token.start, this.peek(1).end).trim();
    throw this.invalid(
      `Syntax error; token: "${this.#text.slice(token.start, token.end) || token.text}", near: "${near}"`,
    );
  }
}
