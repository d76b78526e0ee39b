import { setTimeout as wait } from 'node:timers/promises';

interface Pace {
  /** Messages a second, all devices together. */
  readonly perSecond: number;
  /** How many in all; Infinity goes on until the signal. */
  readonly count: number;
  readonly signal: AbortSignal;
  /** Unacknowledged messages at which publishing pauses, so that an outage does not fill the memory. */
  readonly maxInFlight?: number;
}

/**
 * Publishes message k at k / perSecond after the start and, when the event loop was late, catches up at once, so the rate
 * holds over the run. Resolves when all have settled; a publish that fails is for `publish` to note.
 */
export async function publishSteadily(pace: Pace, publish: (sequence: number) => Promise<void>): Promise<void> {
  const { perSecond, count, signal, maxInFlight = 20_000 } = pace;
  const start = performance.now();
  const inFlight = new Set<Promise<unknown>>();
  let sequence = 0;
  while (sequence < count && !signal.aborted) {
    const due = Math.min(count, Math.floor(((performance.now() - start) / 1000) * perSecond) + 1);
    while (sequence < due && inFlight.size < maxInFlight) {
      const settled = () => inFlight.delete(sent);
      const sent: Promise<unknown> = publish(sequence).then(settled, settled);
      inFlight.add(sent);
      sequence += 1;
    }
    const untilNext = (sequence / perSecond) * 1000 - (performance.now() - start);
    await wait(Math.max(1, untilNext), undefined, { signal }).catch(() => {});
  }
  await Promise.allSettled(inFlight);
}
