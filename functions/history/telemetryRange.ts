import * as z from 'zod';
import { badRequest } from '../platform/http/problem.ts';
import { checkRange, rangeQuery } from '../platform/http/timeRange.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Lengths that points are put together by, in milliseconds. They begin at multiples of their length since the epoch, UTC. */
const bins = {
  '1s': second,
  '10s': 10 * second,
  '1m': minute,
  '5m': 5 * minute,
  '15m': 15 * minute,
  '1h': hour,
  '6h': 6 * hour,
  '1d': day,
} as const;
export type Bin = keyof typeof bins;

/** How far back, and the bin that makes a chart of it. */
const spans = {
  '15m': { length: 15 * minute, bin: '10s' },
  '1h': { length: hour, bin: '1m' },
  '6h': { length: 6 * hour, bin: '5m' },
  '1d': { length: day, bin: '15m' },
  '7d': { length: 7 * day, bin: '1h' },
  '30d': { length: 30 * day, bin: '6h' },
  '90d': { length: 90 * day, bin: '1d' },
  '1y': { length: 365 * day, bin: '1d' },
} as const;
type Span = keyof typeof spans;

const namesOf = <Name extends string>(table: Readonly<Record<Name, unknown>>) =>
  Object.keys(table) as [Name, ...Name[]];

/** Of one series. */
const mostBins = 1500;
const usualSpan: Span = '1d';

const tableOfSpans = Object.entries(spans)
  .map(([span, { bin }]) => `${span}: ${bin}`)
  .join(', ');

export const telemetryRangeQuery = {
  ...rangeQuery,
  span: z
    .enum(namesOf(spans))
    .optional()
    .meta({
      description: `How long, before \`to\` (now unless given) or from \`from\` on. ${usualSpan} unless a range is given.`,
    }),
  bin: z
    .enum(['raw', ...namesOf(bins)])
    .optional()
    .meta({
      description: `Length of the bins, which begin at its multiples since the epoch, UTC; raw: single points. At most ${mostBins} bins. Unless given, by the length of the range: ${tableOfSpans}.`,
    }),
};

export interface TelemetryRange {
  /** Epoch milliseconds; `to` is outside. */
  readonly from: number;
  readonly to: number;
  readonly bin: Bin | 'raw';
  /** How many bins the range touches. */
  readonly count: number;
}

interface RangeRequest {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly span?: Span | undefined;
  readonly bin?: Bin | 'raw' | undefined;
}

/** @throws Problem 400 saying which bin would be right */
export function resolveRange({ from, to, span, bin: wanted }: RangeRequest, now: number): TelemetryRange {
  if (span !== undefined && from !== undefined && to !== undefined)
    throw badRequest([{ in: 'query', field: 'span', detail: 'not together with both from and to' }]);
  const { length } = spans[span ?? usualSpan];
  const hasStart = from !== undefined;
  const end = to ?? (hasStart && span !== undefined ? from + length : now);
  const start = from ?? end - length;
  checkRange({ from: start, to: end });
  const bin = wanted ?? usualBin(end - start);
  if (bin === 'raw') return { from: start, to: end, bin, count: 0 };
  const count = countBins(start, end, bin);
  if (count > mostBins) {
    const right = namesOf(bins).find((name) => countBins(start, end, name) <= mostBins);
    throw badRequest([
      {
        in: 'query',
        field: 'bin',
        detail: `${bin} gives ${count} bins in this range; at most ${mostBins} are answered: ${right === undefined ? 'ask for a shorter range' : `take ${right} or longer, or a shorter range`}`,
      },
    ]);
  }
  return { from: start, to: end, bin, count };
}

const countBins = (from: number, to: number, bin: Bin) =>
  Math.floor((to - 1) / bins[bin]) - Math.floor(from / bins[bin]) + 1;

/** That of the shortest span that is as long. */
const usualBin = (length: number): Bin => Object.values(spans).find((span) => span.length >= length)?.bin ?? '1d';
