import { describe, expect, test } from '@jest/globals';
import { namedPairs, toDuckDb } from '../../../../local/timestream/querySql.ts';

const now = new Date('2026-03-01T12:00:00.250Z');
const instant = "TIMESTAMP '2026-03-01 12:00:00.250'";

// AWS: "Timestream for LiveAnalytics Query Language reference" (SELECT support, Date / time functions, Interval and duration, Time series functions)
describe('a query', () => {
  test.each<[query: string, rewritten: string]>([
    ['SELECT * FROM "db"."table"', 'SELECT * FROM "db"."table"'],
    ['SELECT bin(time, 15m) FROM "db"."table"', `SELECT bin(time, INTERVAL '15 minutes') FROM "db"."table"`],
    ['SELECT 1 WHERE time > ago(1h)', `SELECT 1 WHERE time > ago_from(${instant}, INTERVAL '1 hours')`],
    ['SELECT now() - ago(1d)', `SELECT ${instant} - ago_from(${instant}, INTERVAL '1 days')`],
    ['SELECT current_timestamp', `SELECT ${instant}`],
    [
      'select 5ns, 6us, 7ms, 8s, 2w, 3mo, 4y',
      "select INTERVAL '5 nanoseconds', INTERVAL '6 microseconds', INTERVAL '7 milliseconds', INTERVAL '8 seconds', INTERVAL '2 weeks', INTERVAL '3 months', INTERVAL '4 years'",
    ],
    ['SELECT measure_value::double FROM "db"."table"', 'SELECT "measure_value::double" FROM "db"."table"'],
    ['SELECT \'15m ago(1h) -- text\' AS "now("', 'SELECT \'15m ago(1h) -- text\' AS "now("'],
    ["SELECT regexp_like(a, 'x'), arbitrary(b) FROM t", "SELECT regexp_matches(a, 'x'), any_value(b) FROM t"],
    ['SELECT 1 -- a comment', 'SELECT 1'],
    ['SELECT /* one */ 1', 'SELECT   1'],
    ['SELECT 1;', 'SELECT 1'],
    [
      'WITH a AS (SELECT 1 AS x) SELECT x FROM a WHERE x IN (1, 2)',
      'WITH a AS (SELECT 1 AS x) SELECT x FROM a WHERE x IN (1, 2)',
    ],
    [
      'SELECT x FROM t CROSS JOIN UNNEST(sequence(ago(1h), (now()), 5m)) AS s (x)',
      `SELECT x FROM t CROSS JOIN (SELECT unnest(generate_series(ago_from(${instant}, INTERVAL '1 hours'), (${instant}), INTERVAL '5 minutes'), recursive := true)) AS s (x)`,
    ],
    ['SELECT CAST(1 AS DOUBLE), 1.5, 1e3', 'SELECT CAST(1 AS DOUBLE), 1.5, 1e3'],
  ])('%s becomes %s', (query, rewritten) => {
    expect(toDuckDb(query, now)).toBe(rewritten);
  });

  test('has its parameters put in', () => {
    const parameters = new Map([['scheduled_runtime', new Date('2026-02-01T00:00:00Z')]]);
    expect(toDuckDb("SELECT bin(@scheduled_runtime, 1h), '@scheduled_runtime'", now, parameters)).toBe(
      "SELECT bin(TIMESTAMP '2026-02-01 00:00:00.000', INTERVAL '1 hours'), '@scheduled_runtime'",
    );
  });

  test.each<[query: string, message: string]>([
    ['', 'Only SELECT statements are honoured, not an empty query'],
    ['DELETE FROM t', 'Only SELECT statements are honoured, not DELETE'],
    ["COPY t TO 'file'", 'Only SELECT statements are honoured, not COPY'],
    ['SELECT 1; DROP TABLE t', 'Only one statement is taken'],
    ["SELECT * FROM read_csv('/etc/passwd')", 'The function read_csv is not honoured by the local cloud'],
    [`SELECT * FROM "read_csv"('/etc/passwd')`, 'The function "read_csv" is not honoured by the local cloud'],
    ['SELECT read_text /* ( */ (1)', 'The function read_text is not honoured by the local cloud'],
    ["SELECT $$'$$, read_text('a')", 'Only strings in plain single quotes are taken'],
    ["SELECT E'\\'', read_text('a') --'", 'Only strings in plain single quotes are taken'],
    [
      'SELECT interpolate_spline_cubic(a, b)',
      'The function interpolate_spline_cubic is not honoured by the local cloud',
    ],
    ['SELECT @other', 'The parameter @other has no value'],
    ['SELECT * FROM _store.t1', 'Schema _store does not exist'],
    ['SELECT * FROM "_STORE"."t1"', 'Schema "_STORE" does not exist'],
  ])('%s is refused: %s', (query, message) => {
    expect(() => toDuckDb(query, now)).toThrow(message);
  });
});

describe('the tables that a query names', () => {
  test.each<[query: string, pairs: unknown]>([
    ['SELECT * FROM "db"."table"', [['db', 'table']]],
    [
      'SELECT * FROM db.table AS t JOIN "db" . "other" ON t.a = "x"."b"',
      [
        ['db', 'table'],
        ['db', 'other'],
        ['t', 'a'],
        ['x', 'b'],
      ],
    ],
    ["SELECT 'db.table' -- db.table", []],
    [
      'SELECT * FROM a.db.table',
      [
        ['a', 'db'],
        ['db', 'table'],
      ],
    ],
  ])('of %s: %j', (query, pairs) => {
    expect(namedPairs(query)).toEqual(pairs);
  });
});
