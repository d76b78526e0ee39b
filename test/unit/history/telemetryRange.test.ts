import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resolveRange, telemetryRangeQuery } from '../../../functions/history/telemetryRange.ts';

const now = Date.UTC(2026, 0, 31, 12);
const hour = 3_600_000;
const day = 24 * hour;

describe('a range of telemetry', () => {
  test.each([
    [{}, now - day, now, '15m'],
    [{ span: '1h' as const }, now - hour, now, '1m'],
    [{ span: '1y' as const }, now - 365 * day, now, '1d'],
    [{ span: '1h' as const, to: now - day }, now - day - hour, now - day, '1m'],
    [{ span: '1h' as const, from: now - day }, now - day, now - day + hour, '1m'],
    [{ from: now - 2 * hour }, now - 2 * hour, now, '5m'],
    [{ from: now - 4 * day, to: now }, now - 4 * day, now, '1h'],
    [{ from: now - 800 * day }, now - 800 * day, now, '1d'],
    [{ span: '7d' as const, bin: 'raw' as const }, now - 7 * day, now, 'raw'],
  ])('%j', (request, from, to, bin) => {
    expect(resolveRange(request, now)).toMatchObject({ from, to, bin });
  });

  test.each([
    [{ bin: '1s' as const, span: '1d' as const }, 'at most 1500 are answered: take 1m or longer'],
    [{ bin: '1m' as const, span: '1y' as const }, 'take 6h or longer'],
    [{ from: now - 3000 * day }, 'ask for a shorter range'],
    [{ from: now, to: now }, 'must be later than from'],
    [{ from: now + 1 }, 'must be later than from'],
    [{ from: now - day, to: now, span: '1h' as const }, 'not together with both'],
  ])('%j is refused: %s', (request, detail) => {
    expect(() => resolveRange(request, now)).toThrow(detail);
  });

  test('is answered in at most 1500 bins, or refused', () => {
    const bin = fc.option(fc.constantFrom(...telemetryRangeQuery.bin.unwrap().options), { nil: undefined });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 * day }),
        fc.integer({ min: 1, max: day }),
        bin,
        (length, back, chosen) => {
          const to = now - back;
          let range: ReturnType<typeof resolveRange>;
          try {
            range = resolveRange({ from: to - length, to, bin: chosen }, now);
          } catch (error) {
            expect((error as Error).message).toContain('at most 1500');
            return;
          }
          expect(range.count).toBeLessThanOrEqual(1500);
        },
      ),
    );
  });
});
