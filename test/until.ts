import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits until a condition gives something true, and returns that.
 * @param what names the condition in the error
 * @param patience milliseconds
 * @param interval milliseconds between two looks; longer for what takes a minute and is asked of an API that counts requests
 * @throws Error when it does not come true in time; a condition that throws is asked again
 */
export async function until<Result>(
  what: string,
  condition: () => Promise<Result> | Result,
  patience = 20_000,
  interval = 50,
): Promise<NonNullable<Result>> {
  const deadline = Date.now() + patience;
  for (;;) {
    let failure: unknown;
    try {
      const result = await condition();
      if (result) return result as NonNullable<Result>;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not in ${patience / 1000} s`, { cause: failure });
    await wait(interval);
  }
}
