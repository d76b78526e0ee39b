import * as z from 'zod';
import { badRequest } from './problem.ts';

/** A time that a caller gives: ISO 8601 with `Z` or an offset. Epoch milliseconds inside. */
const instant = z.iso
  .datetime({ offset: true, error: "must be an ISO 8601 time with 'Z' or an offset, as in 2026-01-31T12:00:00Z" })
  .transform((text) => Date.parse(text));

/** Of every list that is asked for by time. */
export const rangeQuery = {
  from: instant.optional().meta({ description: 'The earliest; ISO 8601' }),
  to: instant.optional().meta({ description: 'Ends before this; ISO 8601' }),
};

export const order = (usual: 'asc' | 'desc') =>
  z
    .enum(['asc', 'desc'])
    .default(usual)
    .meta({ description: `By time: asc begins with the oldest, desc with the newest. ${usual} unless given.` });

/** @throws Problem 400 for a range that ends before it begins */
export function checkRange({ from, to }: { readonly from: number; readonly to: number }): void {
  if (from >= to) throw badRequest([{ in: 'query', field: 'to', detail: 'must be later than from' }]);
}

/** As APIs write times. */
export const iso = (time: number): string => new Date(time).toISOString();
