import { afterAll, describe, test } from '@jest/globals';
import { differenceOf } from './differences.ts';
import { lackOf, NotSupported, notSupportedPrefix } from './lacks.ts';
import { lastLack, resetLacks } from './target.ts';

interface Group {
  /** A documented behaviour, with the title of the page of AWS that documents it, and how long it may take, milliseconds. */
  conforms(behaviour: string, page: string, check: () => Promise<void>, patience?: number): void;
  /** Made when a test first asks for it, so that an endpoint without it fails tests one by one; removed after the last. */
  resource<Made>(make: () => Promise<Made>, remove: (made: Made) => Promise<unknown>): () => Promise<Made>;
}

/** How long a service may take to say that it is there, and the removal of a resource, milliseconds. */
const probePatience = 8_000;
const removalPatience = 20_000;
/** Of jest with a test, beyond the test's own: it never has to step in. */
const margin = 10_000;

/**
 * The tests of one service.
 * @param probe the cheapest call that shows whether the service is there; without an answer no test has to wait for one
 */
export function group(name: string, probe: () => Promise<unknown>, define: (group: Group) => void): void {
  let probed: Promise<string | undefined> | undefined;
  const missing = () => {
    probed ??= within(probePatience, probe).then(
      () => undefined,
      // An error that a service gives is a sign of it.
      (error: unknown) => (error instanceof Deadline ? error.message : lackOf(error)),
    );
    return probed;
  };
  const run = async (check: () => Promise<void>, patience: number) => {
    const lack = await missing();
    if (lack !== undefined) throw new NotSupported(lack);
    resetLacks();
    await within(patience, check);
  };
  describe(name, () => {
    define({
      conforms(behaviour, page, check, patience = 30_000) {
        test(
          `${behaviour} (AWS: "${page}")`,
          async () => {
            const failure = await run(check, patience).then(
              () => undefined,
              (error: unknown) => ({ error }),
            );
            const reason = differenceOf(name, behaviour);
            if (reason !== undefined) {
              if (failure === undefined) throw new Error(`Declared to differ here, and doesn't: ${reason}`);
            } else if (failure !== undefined) throw asOutcome(failure.error);
          },
          patience + probePatience + margin,
        );
      },
      resource<Made>(make: () => Promise<Made>, remove: (made: Made) => Promise<unknown>) {
        let made: Promise<Made> | undefined;
        afterAll(async () => {
          const found = await made?.catch(() => undefined);
          if (found === undefined) return;
          await within(removalPatience, () => remove(found)).catch((error: unknown) =>
            console.warn(`${name}: not removed: ${String(error)}`),
          );
        }, removalPatience + margin);
        return () => {
          made ??= make();
          return made;
        };
      },
    });
  });
}

/** A test fails by what it expected or, if a call met something that isn't there, by that. */
function asOutcome(error: unknown): unknown {
  const lack = lackOf(error) ?? lastLack();
  return lack === undefined ? error : new NotSupported(`${notSupportedPrefix}${lack}`, { cause: error });
}

class Deadline extends Error {
  override readonly name = 'Deadline';
}

async function within<Result>(patience: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Deadline(`no answer within ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([work(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
