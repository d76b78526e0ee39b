import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds between two looks: a twentieth of what was waited, so that a long wait is no load and stays below rate limits. */
const pause = (waited: number) => Math.min(Math.max(50, waited / 20), 1000);

/**
 * Waits until a condition gives something true, and returns that.
 * @param what names the condition in the error
 * @param patience milliseconds
 * @throws Error when it does not come true in time; a condition that throws is asked again
 */
export async function until<Result>(
  what: string,
  condition: () => Promise<Result> | Result,
  patience = 60_000,
): Promise<NonNullable<Result>> {
  const began = Date.now();
  for (;;) {
    let failure: unknown;
    try {
      const result = await condition();
      if (result) return result as NonNullable<Result>;
    } catch (error) {
      failure = error;
    }
    const waited = Date.now() - began;
    if (waited > patience) throw new Error(`${what}: not in ${patience / 1000} s`, { cause: failure });
    await wait(pause(waited));
  }
}
