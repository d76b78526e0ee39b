import { afterAll, describe, test } from '@jest/globals';
import { differenceOf } from './differences.ts';

interface Group {
  /** A documented behaviour, with the title of the page of AWS that documents it. */
  conforms(behaviour: string, page: string, check: () => Promise<void>, patience?: number): void;
  /** Made when a test first asks for it, so that an endpoint without it fails tests one by one; removed after the last. */
  resource<Made>(make: () => Promise<Made>, remove: (made: Made) => Promise<unknown>): () => Promise<Made>;
}

/** The tests of one service. */
export function group(name: string, define: (group: Group) => void): void {
  describe(name, () => {
    define({
      conforms(behaviour, page, check, patience = 30_000) {
        test(
          `${behaviour} (AWS: "${page}")`,
          async () => {
            const reason = differenceOf(name, behaviour);
            if (reason === undefined) return check();
            const failure = await check().then(
              () => undefined,
              (error: unknown) => error ?? new Error('failed'),
            );
            if (failure === undefined) throw new Error(`Declared to differ here, and doesn't: ${reason}`);
          },
          patience,
        );
      },
      resource<Made>(make: () => Promise<Made>, remove: (made: Made) => Promise<unknown>) {
        let made: Promise<Made> | undefined;
        afterAll(async () => {
          const found = await made?.catch(() => undefined);
          if (found === undefined) return;
          await remove(found).catch((error: unknown) => console.warn(`${name}: not removed: ${String(error)}`));
        });
        return () => {
          made ??= make();
          return made;
        };
      },
    });
  });
}
