import { describe, expect, test } from '@jest/globals';
import { createResultPages } from '../../../../local/timestream/resultPages.ts';

const head = { QueryId: 'Q1' };
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const open = (rows: readonly unknown[], maxRows?: number, now?: () => number) => {
  const pages = createResultPages(now);
  const first = pages.first({ head, rows, query: 'SELECT 1', principal: 'me' }, maxRows);
  return {
    pages,
    first,
    read: (token: unknown, limit = maxRows) => pages.following(String(token), 'SELECT 1', 'me', limit),
  };
};

// AWS: "Query" (Timestream for LiveAnalytics API reference), NextToken and MaxRows
describe('a result', () => {
  test('below MaxRows comes at once', () => {
    expect(open(numbers(2), 3).first).toEqual({ ...head, Rows: [0, 1] });
    expect(open([], 1).first).toEqual({ ...head, Rows: [] });
  });

  test('of MaxRows and more begins with a token and no rows', () => {
    const { first, read } = open(numbers(5), 2);
    expect(first).toEqual({ ...head, Rows: [], NextToken: expect.any(String) });
    const second = read(first['NextToken']);
    expect(second).toEqual({ ...head, Rows: [0, 1], NextToken: expect.any(String) });
    const third = read(second['NextToken'], 3);
    expect(third).toEqual({ ...head, Rows: [2, 3, 4] });
  });

  test('without MaxRows is cut at 1 MB', () => {
    const { first, read } = open(numbers(5).map((number) => `${number}`.repeat(400_000)));
    expect(first['Rows']).toHaveLength(2);
    const second = read(first['NextToken']);
    expect(second['Rows']).toHaveLength(2);
    expect(read(second['NextToken'])['Rows']).toHaveLength(1);
  });
});

describe('a token', () => {
  test('gives the same page again, five times, until the next one is used', () => {
    const { first, read } = open(numbers(4), 1);
    const pages = [1, 2, 3, 4].map(() => read(first['NextToken']));
    expect(pages.map(({ Rows }) => Rows)).toEqual([[0], [0], [0], [0]]);
    const last = read(first['NextToken']);
    expect(() => read(first['NextToken'])).toThrow('Invalid pagination token');
    expect(read(last['NextToken'])['Rows']).toEqual([1]);
    expect(() => read(first['NextToken'])).toThrow('Invalid pagination token');
  });

  test('is good for an hour, for the same query and the same principal', () => {
    let now = 0;
    const { first, pages, read } = open(numbers(4), 1, () => now);
    const token = String(first['NextToken']);
    expect(() => pages.following(token, 'SELECT 2', 'me', 1)).toThrow('Invalid pagination token');
    expect(() => pages.following(token, 'SELECT 1', 'another', 1)).toThrow('Invalid pagination token');
    expect(() => read('Q2.nothing')).toThrow('Invalid pagination token');
    now = 3_600_001;
    expect(() => read(token)).toThrow('Invalid pagination token');
  });

  // AWS: "CancelQuery"
  test('of a cancelled query is a conflict', () => {
    const { first, pages, read } = open(numbers(4), 1);
    expect([pages.cancel('Q1'), pages.cancel('Q1'), pages.cancel('Q2')]).toEqual([true, false, false]);
    expect(() => read(first['NextToken'])).toThrow('Unable to poll results for a cancelled query.');
  });
});
