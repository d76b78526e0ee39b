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
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\d+(?:\.\d+)?[A-Za-z]*|measure_value::[a-z]+|[A-Za-z_][A-Za-z0-9_]*|[^\s]/gy;
const isGap = (token: string) => /^(?:\s|--|\/\*)/.test(token);

/** Words that may stand before `(` without being a function. */
const notFunctions = new Set(
  `in and or not on from as by over select where when then else values with union all exists having filter
  between double bigint varchar boolean timestamp distinct order partition limit using join`.split(/\s+/),
);

/**
 * Turns Timestream's SQL into DuckDB's: interval literals (`15m`), `ago()` and `now()` of one instant.
 * @throws AwsError ValidationException for anything but one SELECT, and for a function that isn't honoured, by name.
 */
export function toDuckDb(query: string, now = new Date()): string {
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
  const instant = `TIMESTAMP '${now.toISOString().replace('T', ' ').replace('Z', '')}'`;
  let result = '';
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    const lower = token.toLowerCase();
    const interval = /^(\d+)(ns|us|ms|s|m|h|d|w|mo|y)$/.exec(token);
    if (isGap(token)) result += ' ';
    else if (interval) result += `INTERVAL '${interval[1]} ${intervalUnits[interval[2] ?? '']}'`;
    else if (lower.startsWith('measure_value::')) result += `"${token}"`;
    else if (/^["a-z_]/.test(lower) && nextWord(tokens, index) === '(' && !notFunctions.has(lower)) {
      if (!queryFunctions.has(lower)) throw invalid(`The function ${token} is not honoured by the local cloud`);
      if (lower === 'now') {
        result += instant;
        index = (tokens as readonly string[]).indexOf(')', index);
      } else if (lower === 'ago') {
        result += `ago_from(${instant}, `;
        index = (tokens as readonly string[]).indexOf('(', index);
      } else result += renamed[lower] ?? token;
    } else if (lower === 'current_timestamp') result += instant;
    else if (token !== ';') result += token;
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
const renamed: Readonly<Record<string, string>> = { regexp_like: 'regexp_matches', arbitrary: 'any_value' };

function nextWord(tokens: readonly string[], index: number): string | undefined {
  return tokens.slice(index + 1).find((token) => !isGap(token));
}

const invalid = (message: string) => new AwsError('ValidationException', message);
