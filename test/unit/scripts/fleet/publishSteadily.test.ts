import { describe, expect, test } from '@jest/globals';
import { publishSteadily } from '../../../../scripts/fleet/publishSteadily.ts';

const never = new AbortController().signal;

describe('steady publishing', () => {
  test('sends the exact number in order, at the rate', async () => {
    const sent: number[] = [];
    const start = performance.now();
    await publishSteadily({ perSecond: 500, count: 100, signal: never }, async (sequence) => void sent.push(sequence));
    expect(sent).toEqual(Array.from({ length: 100 }, (_, index) => index));
    // The last of 100 is due 198 ms after the first.
    expect(performance.now() - start).toBeGreaterThanOrEqual(190);
  });

  test('ends only when all have settled, failed ones too', async () => {
    let settled = 0;
    await publishSteadily({ perSecond: 10_000, count: 10, signal: never }, async (sequence) => {
      await new Promise((resolve) => setImmediate(resolve));
      settled += 1;
      if (sequence === 3) throw new Error('refused');
    });
    expect(settled).toBe(10);
  });

  test('a signal ends what would go on for ever', async () => {
    const stop = new AbortController();
    let sent = 0;
    await publishSteadily({ perSecond: 1_000, count: Number.POSITIVE_INFINITY, signal: stop.signal }, async () => {
      sent += 1;
      if (sent === 20) stop.abort();
    });
    expect(sent).toBeGreaterThanOrEqual(20);
  });

  test('never has more in flight than allowed', async () => {
    let inFlight = 0;
    let most = 0;
    await publishSteadily({ perSecond: 100_000, count: 60, signal: never, maxInFlight: 7 }, async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inFlight -= 1;
    });
    expect(most).toBe(7);
  });
});
