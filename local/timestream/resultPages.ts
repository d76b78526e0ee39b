import { randomUUID } from 'node:crypto';
import { AwsError } from '../service.ts';
import { type Body, invalid } from './input.ts';

const pageBytes = 1024 * 1024;
const tokenUses = 5;
const tokenMilliseconds = 3_600_000;

interface Result {
  readonly head: Body & { readonly QueryId: string };
  readonly rows: readonly unknown[];
  readonly query: string;
  /** Who asked. */
  readonly principal: string;
}

interface Reading extends Result {
  /** Where the token of the last answer leads to, and that of the answer before. */
  next: Position | undefined;
  current: Position | undefined;
  readonly until: number;
  cancelled: boolean;
}

interface Position {
  readonly token: string;
  readonly from: number;
  uses: number;
}

/** Results that are read in pages of at most 1 MB (AWS: "Query", NextToken and MaxRows). */
export function createResultPages(now: () => number = Date.now) {
  const readings = new Map<string, Reading>();
  const invalidToken = () => invalid('Invalid pagination token.');

  const answer = (reading: Reading, from: number, maxRows: number): Body => {
    const end = endOfPage(reading.rows, from, maxRows);
    const { head, rows } = reading;
    const more = end < rows.length;
    reading.next = more ? { token: `${head.QueryId}.${randomUUID()}`, from: end, uses: 0 } : undefined;
    if (more) readings.set(head.QueryId, reading);
    return { ...head, Rows: rows.slice(from, end), ...(reading.next && { NextToken: reading.next.token }) };
  };

  return {
    /** A result that MaxRows or 1 MB cuts begins with a token and no rows when MaxRows was given, as AWS says. */
    first(result: Result, maxRows: number | undefined): Body {
      for (const [id, { until }] of readings) if (until < now()) readings.delete(id);
      const reading = {
        ...result,
        next: undefined,
        current: undefined,
        until: now() + tokenMilliseconds,
        cancelled: false,
      };
      const isWhole = maxRows === undefined || endOfPage(result.rows, 0, maxRows - 1) === result.rows.length;
      return answer(reading, 0, isWhole ? Number.POSITIVE_INFINITY : 0);
    },
    /** A token is good for the same page until the one after it is used. @throws AwsError ValidationException, ConflictException */
    following(token: string, query: string, principal: string, maxRows: number | undefined): Body {
      const reading = readings.get(token.split('.')[0] ?? '');
      if (!reading || reading.until < now() || reading.query !== query || reading.principal !== principal)
        throw invalidToken();
      if (reading.cancelled) throw new AwsError('ConflictException', 'Unable to poll results for a cancelled query.');
      const position = [reading.next, reading.current].find((each) => each?.token === token);
      if (!position || position.uses >= tokenUses) throw invalidToken();
      position.uses += 1;
      reading.current = position;
      return answer(reading, position.from, maxRows ?? Number.POSITIVE_INFINITY);
    },
    /** Whether there was anything left to read. */
    cancel(queryId: string): boolean {
      const reading = readings.get(queryId);
      const left = reading !== undefined && !reading.cancelled;
      if (reading) reading.cancelled = true;
      return left;
    },
  };
}

function endOfPage(rows: readonly unknown[], from: number, maxRows: number): number {
  let bytes = 0;
  let end = from;
  while (end < rows.length && end - from < maxRows) {
    bytes += Buffer.byteLength(JSON.stringify(rows[end]));
    if (bytes > pageBytes && end > from) break;
    end += 1;
  }
  return end;
}
