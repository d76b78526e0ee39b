import type { CloudContext } from '../context.ts';
import type { FunctionPort } from '../ports.ts';
import { AwsError } from '../service.ts';
import { statements } from '../storage/statements.ts';

const schema = `
CREATE TABLE IF NOT EXISTS async_invocation (
  id INTEGER PRIMARY KEY, function TEXT NOT NULL, event TEXT NOT NULL, failed INTEGER NOT NULL DEFAULT 0, since INTEGER NOT NULL,
  due INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS async_invocation_due ON async_invocation (due);
`;

/** Waits before the second and the third attempt, milliseconds. */
const waits = [60_000, 120_000];
/** An event that is throttled is tried this long, milliseconds. */
const longestThrottled = 6 * 3_600_000;
const lookEvery = 1_000;

interface Row {
  readonly id: number;
  readonly function: string;
  readonly event: string;
  readonly failed: number;
  readonly since: number;
}

/** Bytes (Lambda API reference: Invoke). */
const payloadLimit = 1024 * 1024;

/**
 * Asynchronous invocations, the API's and those of SNS, schedules and topic rules: an event taken is kept until its function has
 * had it, over a restart too. A function that fails three times loses it: destinations and dead-letter queues of functions are
 * refused with their template (AWS: "How Lambda handles errors and retries with asynchronous invocation").
 */
export function createAsyncInvocations(
  context: CloudContext,
  functions: Pick<FunctionPort, 'invoke'>,
  now: () => number = Date.now,
) {
  const { store } = context;
  store.db.exec(schema);
  const { all, run } = statements(store);
  const q = {
    add: store.db.prepare('INSERT INTO async_invocation (function, event, since, due) VALUES (?, ?, ?, ?) RETURNING *'),
    due: all<Row>('SELECT * FROM async_invocation WHERE due <= ? ORDER BY id'),
    retry: run('UPDATE async_invocation SET failed = ?, due = ? WHERE id = ?'),
    remove: run('DELETE FROM async_invocation WHERE id = ?'),
  };
  const running = new Map<number, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let open = true;

  const attempt = async (row: Row): Promise<void> => {
    let throttled = false;
    const failure = await functions.invoke(row.function, JSON.parse(row.event)).then(
      ({ functionError }) => functionError,
      (error: unknown) => {
        throttled = error instanceof AwsError && error.status === 429;
        return String(error);
      },
    );
    // What ran while the cloud closed comes again: at least once, as AWS says.
    if (!open) return;
    const failed = throttled ? row.failed : row.failed + 1;
    const wait = throttled ? (now() - row.since < longestThrottled ? waits[0] : undefined) : waits[row.failed];
    if (failure !== undefined && wait !== undefined) {
      q.retry(failed, now() + wait, row.id);
      return;
    }
    if (failure !== undefined)
      context.log.warn('asynchronous invocation failed, its event is dropped', { functionArn: row.function, failure });
    q.remove(row.id);
  };

  const start = (row: Row) => {
    if (open && !running.has(row.id))
      running.set(
        row.id,
        attempt(row).finally(() => running.delete(row.id)),
      );
  };

  const runDue = async (): Promise<void> => {
    for (const row of q.due(now())) start(row);
    await Promise.all(running.values());
  };

  return {
    /** Takes the event, to be kept when the store has committed; its function runs later. @throws AwsError when it is too large. */
    invoke(functionArn: string, event: unknown): void {
      const [text, since] = [JSON.stringify(event), now()];
      const bytes = Buffer.byteLength(text);
      if (bytes > payloadLimit)
        throw new AwsError(
          'RequestTooLargeException',
          `${bytes} byte payload is too large for the Event invocation type (limit ${payloadLimit} bytes)`,
          413,
        );
      const row = store.write(() => q.add.get(functionArn, text, since, since)) as unknown as Row;
      if (timer) setImmediate(start, row);
    },
    /** Runs what is due, and answers when it is done. */
    runDue,
    /** From now on functions run by themselves: what an earlier process left too. */
    listen() {
      timer = setInterval(() => void runDue(), lookEvery);
      timer.unref();
      void runDue();
    },
    close() {
      open = false;
      clearInterval(timer);
    },
  };
}

export type AsyncInvocations = ReturnType<typeof createAsyncInvocations>;
