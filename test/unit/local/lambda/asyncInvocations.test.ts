import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAsyncInvocations } from '../../../../local/lambda/asyncInvocations.ts';
import { AwsError } from '../../../../local/service.ts';
import { openStateStore } from '../../../../local/storage/stateStore.ts';
import { temporaryFolder, testContext } from '../edge/localEdge.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const minute = 60_000;
const unhandled = { payload: {}, functionError: 'Unhandled' } as const;
const throttled = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);

const closing: Array<() => void> = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

/** Asynchronous invocations with a clock that is set, of a function that does in turn what `outcomes` say, then succeeds. */
function open(outcomes: Array<typeof unhandled | Error>, stateFile = ':memory:') {
  const context = testContext({ store: openStateStore(stateFile) });
  const clock = { now: 0 };
  const events: unknown[] = [];
  const invocations = createAsyncInvocations(
    context,
    {
      async invoke(_, event) {
        events.push(event);
        const outcome = outcomes.shift() ?? { payload: null };
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
    },
    () => clock.now,
  );
  closing.push(() => {
    invocations.close();
    context.store.close();
  });
  return {
    ...invocations,
    events,
    committed: context.store.committed,
    async runAt(minutes: number) {
      clock.now = minutes * minute;
      await invocations.runDue();
      return events.length;
    },
  };
}

// AWS: "How Lambda handles errors and retries with asynchronous invocation"
describe('an asynchronous invocation', () => {
  test('of a function that fails is tried twice more, after one minute and two', async () => {
    const functions = open([unhandled, unhandled, unhandled]);
    functions.invoke(functionArn, { a: 1 });
    const times = [];
    for (const minutes of [0, 0.9, 1, 2.9, 3, 60]) times.push(await functions.runAt(minutes));
    expect(times).toEqual([1, 1, 2, 2, 3, 3]);
    expect(functions.events.at(-1)).toEqual({ a: 1 });
  });

  test('is over when the function succeeds', async () => {
    const functions = open([unhandled]);
    functions.invoke(functionArn, {});
    const times = [];
    for (const minutes of [0, 1, 3, 60]) times.push(await functions.runAt(minutes));
    expect(times).toEqual([1, 2, 2, 2]);
  });

  test('that is throttled is tried for six hours, and its three attempts are still to come', async () => {
    const functions = open([throttled, throttled, throttled, throttled, unhandled, unhandled, unhandled]);
    functions.invoke(functionArn, {});
    for (const minutes of [0, 1, 2, 3, 4, 5, 7, 60]) await functions.runAt(minutes);
    expect(functions.events).toHaveLength(7);
    const ever = open(Array.from({ length: 9 }, () => throttled));
    ever.invoke(functionArn, {});
    await ever.runAt(0);
    await ever.runAt(360);
    await ever.runAt(361);
    expect(ever.events).toHaveLength(2);
  });

  test('that was taken is kept when the process is killed, before the function ran and while it waits for its next attempt', async () => {
    const folder = temporaryFolder();
    closing.push(folder.remove);
    const stateFile = join(folder.path, 'state.db');
    const killed = open([unhandled], stateFile);
    killed.invoke(functionArn, 'failed once');
    await killed.runAt(0);
    killed.invoke(functionArn, 'never ran');
    await killed.committed();
    const next = open([], stateFile);
    await next.runAt(0);
    await next.runAt(1);
    expect(next.events).toEqual(['never ran', 'failed once']);
  });
});
