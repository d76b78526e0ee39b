import { type findUnit, fromStored } from '../platform/units.ts';

type Unit = NonNullable<ReturnType<typeof findUnit>>;

interface Aggregate {
  /** Of anything, or of numbers only. */
  readonly of: 'anything' | 'numbers';
  /** To another unit. Undefined: it has none. */
  readonly convert: ((unit: Unit, value: number) => number) | undefined;
  /** Whether it means something in units whose zeros differ, as those of temperature do. */
  readonly heedsZero: boolean;
}

const likeValues = { of: 'numbers', convert: fromStored, heedsZero: true } as const;

/** What is made of the values of a bin. */
export const aggregates = {
  mean: likeValues,
  min: likeValues,
  max: likeValues,
  p50: likeValues,
  p90: likeValues,
  p95: likeValues,
  p99: likeValues,
  first: { ...likeValues, of: 'anything' },
  last: { ...likeValues, of: 'anything' },
  count: { of: 'anything', convert: undefined, heedsZero: true },
  /** A difference: the zero of a unit is not in it. */
  stddev: { of: 'numbers', convert: (unit, value) => fromStored({ ...unit, zero: 0 }, value), heedsZero: true },
  sum: { of: 'numbers', convert: fromStored, heedsZero: false },
} as const satisfies Readonly<Record<string, Aggregate>>;

export type AggregateName = keyof typeof aggregates;
export const aggregateNames = Object.keys(aggregates) as [AggregateName, ...AggregateName[]];
