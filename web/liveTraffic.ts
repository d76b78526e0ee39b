import type { LiveUpdate } from '../functions/live/protocol.ts';

const windowMilliseconds = 5_000;

/** How much arrives, and how fast: rate and median latency of the last five seconds. */
export function liveTraffic() {
  let updates = 0;
  let first: number | undefined;
  let recent: { readonly at: number; readonly latency: number }[] = [];
  return {
    /** @param now epoch milliseconds */
    record(update: LiveUpdate, now: number): void {
      updates += 1;
      first ??= now;
      // The clocks of two machines may differ by more than the way takes.
      recent.push({ at: now, latency: Math.max(0, now - Date.parse(update.receivedAt)) });
    },

    get updates() {
      return updates;
    },

    figures(now: number): { readonly perSecond: number; readonly latency: number | undefined } {
      recent = recent.filter(({ at }) => at > now - windowMilliseconds);
      const span = Math.min(windowMilliseconds, Math.max(1_000, now - (first ?? now)));
      const latencies = recent.map(({ latency }) => latency).sort((one, other) => one - other);
      return { perSecond: (recent.length * 1000) / span, latency: latencies[latencies.length >> 1] };
    },
  };
}
