import { AwsError } from '../service.ts';
import { queryFunctions } from './macros.ts';

const intervalUnits: Readonly<Record<string, string>> = {
  ns: 'nanoseconds',
  us: 'microseconds',
  ms: 'milliseconds',
  s: 'seconds',
  m: 'minutes',
  h: 'hours',
  d: 'days',
  w: 'weeks',
  mo: 'months',
  y: 'years',
};

const tokenPattern =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\d+(?:\.\d+)?[A-Za-z]*|measure_value::[a-z]+|@[A-Za-z_][A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]*|[^\s]/gy;
const isGap = (token: string) => /^(?:\s|--|\/\*)/.test(token);

/** Words that may stand before `(` without being a function. */
const notFunctions = new Set(
  `in and or not on from as by over select where when then else values with union all exists having filter
  between double bigint varchar boolean timestamp distinct order partition limit using join`.split(/\s+/),
);

/** What stands behind one of these and before `(` is a name with its columns: `AS t (x)`. */
const aliasAfter = new Set(['as', ')']);

/** Values of named parameters (`@scheduled_runtime`). */
export type Parameters = ReadonlyMap<string, Date>;

/**
 * Turns Timestream's SQL into DuckDB's: interval literals (`15m`), `ago()` and `now()` of one instant, named parameters, `UNNEST`.
 * @throws AwsError ValidationException for anything but one SELECT, and for a function that isn't honoured, by name.
 */
export function toDuckDb(query: string, now = new Date(), parameters: Parameters = new Map()): string {
  const tokens = query.match(tokenPattern) ?? [];
  const words = tokens.filter((token) => !isGap(token));
  const first = words[0]?.toLowerCase();
  if (first !== 'select' && first !== 'with')
    throw invalid(`Only SELECT statements are honoured, not ${words[0] ?? 'an empty query'}`);
  if (words.slice(0, -1).includes(';')) throw invalid('Only one statement is taken');
  // DuckDB's other strings ($$…$$, E'…') would hide from here what stands behind them.
  if (words.some((word, index) => word === '$' || (/^e$/i.test(word) && words[index + 1]?.startsWith("'")))) {
    throw invalid('Only strings in plain single quotes are taken');
  }
  const own = words.find((word) => unquoted(word).toLowerCase() === '_store');
  if (own !== undefined) throw invalid(`Schema ${own} does not exist`);
  const instant = timestamp(now);
  let result = '';
  /** How deep in brackets each open UNNEST stands. */
  const unnesting: number[] = [];
  let depth = 0;
  let previous = '';
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    const lower = token.toLowerCase();
    const interval = /^(\d+)(ns|us|ms|s|m|h|d|w|mo|y)$/.exec(token);
    if (isGap(token)) result += ' ';
    else if (token === '(') {
      depth += 1;
      result += token;
    } else if (token === ')') {
      depth -= 1;
      // DuckDB makes columns of a series' time and value in a select list alone.
      result += unnesting.at(-1) === depth && unnesting.pop() !== undefined ? ', recursive := true))' : token;
    } else if (lower === 'unnest' && nextWord(tokens, index) === '(') {
      unnesting.push(depth);
      result += '(SELECT unnest';
    } else if (token.startsWith('@')) {
      const value = parameters.get(token.slice(1));
      if (!value) throw invalid(`The parameter ${token} has no value: @scheduled_runtime in scheduled queries has`);
      result += timestamp(value);
    } else if (interval) result += `INTERVAL '${interval[1]} ${intervalUnits[interval[2] ?? '']}'`;
    else if (lower.startsWith('measure_value::')) result += `"${token}"`;
    else if (
      /^["a-z_]/.test(lower) &&
      nextWord(tokens, index) === '(' &&
      !notFunctions.has(lower) &&
      !aliasAfter.has(previous)
    ) {
      if (!queryFunctions.has(lower)) throw invalid(`The function ${token} is not honoured by the local cloud`);
      if (lower === 'now') {
        result += instant;
        index = (tokens as readonly string[]).indexOf(')', index);
      } else if (lower === 'ago') {
        result += `ago_from(${instant}, `;
        depth += 1;
        index = (tokens as readonly string[]).indexOf('(', index);
      } else result += renamed[lower] ?? token;
    } else if (lower === 'current_timestamp') result += instant;
    else if (token !== ';') result += token;
    if (!isGap(token)) previous = lower;
  }
  return result.trim();
}

/** Every `database.table` that a query may mean, quoted or not: pairs of names with a dot between. */
export function namedPairs(query: string): Array<readonly [string, string]> {
  const words = (query.match(tokenPattern) ?? []).filter((token) => !isGap(token));
  return words.flatMap((word, index) => {
    const [first, second] = [words[index - 1], words[index + 1]];
    return word === '.' && first !== undefined && second !== undefined
      ? [[unquoted(first), unquoted(second)] as const]
      : [];
  });
}

const unquoted = (word: string) => (word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word);

/** Functions that DuckDB has under another name and as more than an expression could say. */
const renamed: Readonly<Record<string, string>> = {
  regexp_like: 'regexp_matches',
  arbitrary: 'any_value',
  sequence: 'generate_series',
};

const timestamp = (time: Date) => `TIMESTAMP '${time.toISOString().replace('T', ' ').replace('Z', '')}'`;

/** What the query calls something: a column of the result that isn't one of these was made by an expression without a name. */
export const namesIn = (query: string): ReadonlySet<string> =>
  new Set((query.match(tokenPattern) ?? []).filter((token) => /^["A-Za-z_]/.test(token)).map(unquoted));

function nextWord(tokens: readonly string[], index: number): string | undefined {
  return tokens.slice(index + 1).find((token) => !isGap(token));
}

const invalid = (message: string) => new AwsError('ValidationException', message);
