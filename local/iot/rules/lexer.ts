/** Tokens of AWS IoT SQL (AWS: "AWS IoT SQL reference"). */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'quoted'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  | { readonly kind: 'symbol'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

/** The statement is not AWS IoT SQL. */
export class SqlSyntaxError extends Error {
  constructor(message: string, sql: string, at: number) {
    super(`${message} at position ${at} of: ${sql}`);
    this.name = 'SqlSyntaxError';
  }
}

const patterns: ReadonlyArray<readonly [Token['kind'] | 'space', RegExp]> = [
  ['space', /\s+/y],
  ['number', /(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?/y],
  ['word', /[A-Za-z_@$][A-Za-z0-9_@$]*/y],
  ['string', /'(?:[^']|'')*'/y],
  ['quoted', /"(?:[^"]|"")*"/y],
  ['symbol', /<>|<=|>=|!=|[=<>+\-*/%(),.[\]{}:]/y],
];

export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < sql.length) {
    const start = position;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = position;
      const text = pattern.exec(sql)?.[0];
      if (text === undefined) continue;
      position += text.length;
      if (kind === 'string') tokens.push({ kind, text: text.slice(1, -1).replaceAll("''", "'"), at: start });
      else if (kind === 'quoted') tokens.push({ kind, text: text.slice(1, -1).replaceAll('""', '"'), at: start });
      else if (kind !== 'space') tokens.push({ kind, text, at: start } as Token);
      break;
    }
    if (position === start) throw new SqlSyntaxError(`Unexpected '${sql[start]}'`, sql, start);
  }
  tokens.push({ kind: 'end', text: '', at: sql.length });
  return tokens;
}
