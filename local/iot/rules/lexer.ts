/** Tokens of AWS IoT SQL (AWS: "AWS IoT SQL reference"). */
export interface Token {
  readonly kind: 'word' | 'variable' | 'quoted' | 'string' | 'number' | 'symbol' | 'end';
  /** Of a string, what stands between its quotes. */
  readonly text: string;
  readonly at: number;
}

/** The statement is not AWS IoT SQL, or not honoured. */
export class SqlSyntaxError extends Error {
  constructor(message: string, sql: string, at: number) {
    super(`${message} at position ${at} of: ${sql}`);
    this.name = 'SqlSyntaxError';
  }
}

const patterns: ReadonlyArray<readonly [Token['kind'] | 'space', RegExp]> = [
  ['space', /\s+/y],
  ['number', /(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?/y],
  ['word', /[A-Za-z_$][A-Za-z0-9_$]*/y],
  ['variable', /@[A-Za-z0-9_]+/y],
  ['string', /'(?:[^']|'')*'/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  ['symbol', /<>|<=|>=|!=|[=<>+\-*/%(),.[\]{}:]/y],
];

export function tokenize(sql: string): Token[] {
  return scan(sql, 0, false).tokens;
}

/** Tokens of a template's expression, from behind its `${` to the brace that closes it. @throws SqlSyntaxError when none does. */
export function tokenizeTemplate(template: string, from: number): { tokens: Token[]; end: number } {
  return scan(template, from, true);
}

function scan(sql: string, from: number, inTemplate: boolean): { tokens: Token[]; end: number } {
  const tokens: Token[] = [];
  let position = from;
  let depth = 0;
  while (position < sql.length) {
    const { kind, text } = tokenAt(sql, position);
    if (text === '{') depth += 1;
    if (text === '}') depth -= 1;
    if (inTemplate && depth < 0) break;
    if (kind === 'string') tokens.push({ kind, text: text.slice(1, -1).replaceAll("''", "'"), at: position });
    else if (kind === 'quoted') tokens.push({ kind, text: text.slice(1, -1).replaceAll('""', '"'), at: position });
    else if (kind !== 'space') tokens.push({ kind, text, at: position });
    position += text.length;
  }
  if (inTemplate && depth >= 0) throw new SqlSyntaxError('The template is not closed with }', sql, from);
  tokens.push({ kind: 'end', text: '', at: position });
  return { tokens, end: position + 1 };
}

function tokenAt(sql: string, position: number): { kind: Token['kind'] | 'space'; text: string } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = position;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { kind, text };
  }
  throw new SqlSyntaxError(`Unexpected '${sql[position]}'`, sql, position);
}
