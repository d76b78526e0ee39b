import type { CloudLog } from '../../../context.ts';
import type { FunctionPort } from '../../../ports.ts';

/** Waits before the second and the third attempt, milliseconds (Lambda: "How Lambda handles errors and retries with asynchronous invocation"). */
const waits = [60_000, 120_000];

/** An asynchronous invocation: nobody hears its result; after three attempts its event is dropped. Events that wait end with the process. */
export function invokeLater(functions: FunctionPort, log: CloudLog, functionArn: string, event: unknown): void {
  const attempt = async (failed: number): Promise<void> => {
    const failure = await functions.invoke(functionArn, event).then(
      ({ functionError }) => functionError,
      (error: unknown) => String(error),
    );
    if (failure === undefined) return;
    const wait = waits[failed];
    log.warn(`asynchronous invocation failed${wait === undefined ? ', its event is dropped' : ''}`, {
      functionArn,
      failure,
    });
    if (wait !== undefined) setTimeout(() => void attempt(failed + 1), wait).unref();
  };
  void attempt(0);
}
