import { RejectedRecordsException, ValidationException } from '@aws-sdk/client-timestream-write';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { storeBreaker } from '../../../functions/telemetry/stores/storeBreaker.ts';
import { writeTelemetry } from '../../../functions/telemetry/stores/telemetryStore.ts';
import { recordingClient } from '../platform/recordingClient.ts';
import { noon, understood } from './samples.ts';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'], now: noon });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A store that answers or fails as it is told, behind the breaker that the function has. */
function openStore(failure: Error | undefined = new Error('no answer')) {
  const state: { failure: Error | undefined } = { failure };
  const timestream = recordingClient(() => {
    if (state.failure) throw state.failure;
    return {};
  });
  const writeMessages = writeTelemetry({ timestream, database: 'db', table: 'points', breaker: storeBreaker() });
  return {
    state,
    calls: timestream.calls,
    /** Writes so many messages, each in a call of its own, all at once. @returns why each failed */
    async write(count: number) {
      const messages = Array.from({ length: count }, (_, index) => understood({ messageId: String(index) }));
      const written = messages.map(async (message) => (await writeMessages([message])).get(message)?.reason);
      return Promise.all(written);
    },
    async openBreaker() {
      for (let failures = 0; failures < 5; failures += 1) await this.write(1);
    },
  };
}

const leftAlone = expect.stringContaining('left alone');
const noAnswer = expect.stringContaining('no answer');

describe('the breaker of the telemetry store', () => {
  test('opens after five failures in a row, not before', async () => {
    const store = openStore();
    for (let failures = 0; failures < 4; failures += 1) await store.write(1);
    store.state.failure = undefined;
    await store.write(1);
    store.state.failure = new Error('no answer');
    for (let failures = 0; failures < 5; failures += 1) expect(await store.write(1)).toEqual([noAnswer]);
    expect(await store.write(1)).toEqual([leftAlone]);
  });

  test('open, lets no call through for ten seconds; messages fail for now', async () => {
    const store = openStore();
    await store.openBreaker();
    expect(store.calls).toHaveLength(5);
    expect(await store.write(20)).toEqual(Array(20).fill(leftAlone));
    jest.setSystemTime(noon + 9_999);
    expect(await store.write(20)).toEqual(Array(20).fill(leftAlone));
    expect(store.calls).toHaveLength(5);
  });

  test('half open, tries the store once: while it does not answer nobody else calls, and it is left alone again', async () => {
    const store = openStore();
    await store.openBreaker();
    jest.setSystemTime(noon + 10_000);
    expect(await store.write(20)).toEqual([noAnswer, ...Array(19).fill(leftAlone)]);
    expect(store.calls).toHaveLength(6);
    jest.setSystemTime(noon + 19_999);
    expect(await store.write(1)).toEqual([leftAlone]);
    expect(store.calls).toHaveLength(6);
  });

  test('half open, closes when the store answers: everybody is served', async () => {
    const store = openStore();
    await store.openBreaker();
    store.state.failure = undefined;
    jest.setSystemTime(noon + 10_000);
    expect(await store.write(20)).toEqual(Array(20).fill(undefined));
    expect(store.calls).toHaveLength(25);
  });

  const metadata = { $metadata: {}, message: 'refused' };
  test.each([
    new RejectedRecordsException({ ...metadata, RejectedRecords: [{ RecordIndex: 0, Reason: 'too old' }] }),
    new ValidationException({ ...metadata, Message: 'no' }),
  ])('does not open over what is wrong with the records: %s', async (error) => {
    const store = openStore(error);
    for (let writes = 0; writes < 10; writes += 1) expect(await store.write(1)).not.toEqual([leftAlone]);
    expect(store.calls).toHaveLength(10);
  });
});
