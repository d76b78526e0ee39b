import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inBatches, inPacks } from '../../../functions/platform/batches.ts';

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

describe('packing', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 12 }));

  test('keeps all in order, within the bytes and the items, and leaves no pack that fits into the one before', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 5 }), (given, items) => {
        const packs = inPacks(given, (size) => size, { bytes: 10, items });
        expect(packs.flat()).toEqual(given);
        for (const [index, pack] of packs.entries()) {
          expect(pack.length).toBeLessThanOrEqual(items);
          // What is too large alone stands alone, with nothing but what weighs nothing.
          if (pack.length > 1) expect(sum(pack)).toBeLessThanOrEqual(10);
          const [before, first = 0] = [packs[index - 1], pack[0]];
          if (before) expect(before.length === items || sum(before) + first > 10).toBe(true);
        }
      }),
    );
  });

  test('by number alone fills every batch but the last', () => {
    expect(inBatches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(inBatches([], 2)).toEqual([]);
  });
});
