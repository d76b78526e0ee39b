import { AwsError } from '../../service.ts';

/** Waits between attempts, milliseconds. AWS says that there are several attempts, not when. */
const waits = [100, 1000];

/**
 * Runs an action, again when the failure is one that passes (AWS: "AWS IoT rule actions", notes). What works at once is done in
 * this turn; otherwise a promise is answered. It throws, or rejects with, the last failure.
 */
export function runWithRetries(run: () => void | Promise<void>, wait = pause): void | Promise<void> {
  const again = async (failure: unknown, [next, ...later]: readonly number[]): Promise<void> => {
    if (next === undefined || !passes(failure)) throw failure;
    await wait(next);
    try {
      await run();
    } catch (error) {
      await again(error, later);
    }
  };
  try {
    const running = run();
    return running instanceof Promise ? running.catch((error: unknown) => again(error, waits)) : undefined;
  } catch (error) {
    if (!passes(error)) throw error;
    return again(error, waits);
  }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Faults of a service and throttling pass; what it refuses stays refused. */
const passes = (error: unknown): boolean =>
  error instanceof AwsError &&
  (error.status >= 500 ||
    error.status === 429 ||
    /Throttl|SlowDown|ProvisionedThroughput|RequestLimit/.test(error.code));
