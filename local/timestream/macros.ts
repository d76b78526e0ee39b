/** Functions of Timestream's SQL that DuckDB has under another name, or not at all (AWS: "Query language reference"). */
export const macros: readonly string[] = [
  "CREATE OR REPLACE MACRO bin(t, i) AS time_bucket(i, t, TIMESTAMP '1970-01-01 00:00:00')",
  'CREATE OR REPLACE MACRO approx_percentile(x, p) AS approx_quantile(x, p)',
  'CREATE OR REPLACE MACRO approx_distinct(x) AS approx_count_distinct(x)',
  'CREATE OR REPLACE MACRO from_milliseconds(n) AS make_timestamp(CAST(n AS BIGINT) * 1000)',
  'CREATE OR REPLACE MACRO to_milliseconds(t) AS epoch_ms(t)',
  'CREATE OR REPLACE MACRO from_iso8601_timestamp(s) AS CAST(s AS TIMESTAMP)',
  "CREATE OR REPLACE MACRO to_iso8601(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%f') || '000Z'",
];

/** Every function that a query may use: those above, and those that mean the same in DuckDB. */
export const queryFunctions: ReadonlySet<string> = new Set([
  'ago', 'bin', 'now', 'date_trunc', 'date_diff', 'year', 'month', 'day', 'hour', 'minute', 'second',
  'from_milliseconds', 'to_milliseconds', 'from_iso8601_timestamp', 'to_iso8601',
  'count', 'sum', 'avg', 'min', 'max', 'max_by', 'min_by', 'stddev', 'variance', 'approx_percentile', 'approx_distinct', 'arbitrary', 'bool_and', 'bool_or',
  'row_number', 'rank', 'dense_rank', 'lag', 'lead', 'first_value', 'last_value',
  'abs', 'ceil', 'floor', 'round', 'power', 'sqrt', 'ln', 'mod', 'greatest', 'least',
  'coalesce', 'nullif', 'if', 'cast', 'try_cast', 'concat', 'lower', 'upper', 'length', 'substr', 'trim', 'replace', 'split_part', 'regexp_like', 'array_agg',
]);
