import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Aggregated } from '../../../functions/telemetry/stages/aggregate.ts';
import { type DeviceState, mergeState } from '../../../functions/telemetry/stores/deviceState.ts';
import { noon, understood } from './samples.ts';

/** Few times and few metrics, so that late ones and ties are common. */
const time = fc.integer({ min: noon, max: noon + 3 });
const latest = fc.dictionary(
  fc.constantFrom('flow', 'level', 'state'),
  fc.record({ value: fc.oneof(fc.integer(), fc.boolean(), fc.constant('on')), time }),
);
const messages: fc.Arbitrary<Aggregated[]> = fc
  .uniqueArray(fc.record({ messageId: fc.constantFrom(...'abcdefghij'), receivedAt: time, latest }), {
    selector: ({ messageId }) => messageId,
    minLength: 1,
  })
  .map((given) => given.map((more) => understood(more)));

/** The same messages as another history: in another order, some of them twice, in batches of another size. */
const histories = messages.chain((given) =>
  fc.record({
    given: fc.constant(given),
    shuffled: fc
      .tuple(fc.shuffledSubarray(given, { minLength: given.length }), fc.subarray(given))
      .chain(([all, again]) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length })),
    size: fc.integer({ min: 1, max: 5 }),
  }),
);

function inBatchesOf(size: number, given: readonly Aggregated[]): DeviceState | undefined {
  let state: DeviceState | undefined;
  for (let from = 0; from < given.length; from += size) state = mergeState(state, given.slice(from, from + size));
  return state;
}
const seen = (state: DeviceState | undefined) => ({ metrics: state?.metrics, lastSeen: state?.lastSeen });

describe('the state of a device', () => {
  test('is the same in whatever order, however often and in whatever batches its messages come', () => {
    fc.assert(
      fc.property(histories, ({ given, shuffled, size }) => {
        expect(seen(inBatchesOf(size, shuffled))).toEqual(seen(mergeState(undefined, given)));
      }),
      { numRuns: 500 },
    );
  });

  test('has of every metric the value of the greatest event time, arrival and message id', () => {
    fc.assert(
      fc.property(messages, (given) => {
        const state = mergeState(undefined, given);
        for (const metric of ['flow', 'level', 'state']) {
          const [winner] = given
            .flatMap(({ latest: { [metric]: point }, receivedAt, messageId }) =>
              point ? [{ ...point, receivedAt, messageId }] : [],
            )
            .toSorted(
              (one, other) =>
                other.time - one.time ||
                other.receivedAt - one.receivedAt ||
                (other.messageId < one.messageId ? -1 : 1),
            );
          expect(state?.metrics[metric]).toEqual(winner);
        }
        expect(state?.lastSeen).toBe(Math.max(...given.map(({ receivedAt }) => receivedAt)));
      }),
    );
  });

  test('never moves back, metric by metric', () => {
    fc.assert(
      fc.property(messages, messages, (before, after) => {
        const known = mergeState(undefined, before);
        const moved = mergeState(known, after);
        expect(moved?.lastSeen).toBeGreaterThanOrEqual(known?.lastSeen ?? 0);
        for (const [metric, { time: knownTime }] of Object.entries(known?.metrics ?? {}))
          expect(moved?.metrics[metric]?.time).toBeGreaterThanOrEqual(knownTime);
      }),
    );
  });

  test('a late point never moves a metric back, and still moves another', () => {
    const known = mergeState(undefined, [
      understood({ messageId: 'new', latest: { flow: { value: 2, time: noon }, level: { value: 1, time: noon - 9 } } }),
    ]);
    const late = understood({
      messageId: 'late',
      receivedAt: noon + 60_000,
      latest: { flow: { value: 1, time: noon - 1 }, level: { value: 3, time: noon - 1 } },
    });
    const state = mergeState(known, [late]);
    expect(state).toMatchObject({ metrics: { flow: { value: 2 }, level: { value: 3 } }, lastSeen: noon + 60_000 });
  });

  test('is the very same object when nothing is newer, so that nothing is written', () => {
    const message = understood();
    const state = mergeState(undefined, [message]);
    expect(mergeState(state, [message, message])).toBe(state);
    expect(mergeState(state, [])).toBe(state);
  });

  test('carries the unit of each value', () => {
    expect(mergeState(undefined, [understood({ units: { temperature: 'Cel' } })])?.metrics['temperature']?.unit).toBe(
      'Cel',
    );
  });
});

describe('a device that names ever new metrics', () => {
  const naming = (count: number, value: string) =>
    Array.from({ length: count }, (_, index) =>
      understood({ messageId: `m${index}`, latest: { [`metric${index}`]: { value, time: noon + (index % 700) } } }),
    );

  test('keeps the newest thousand, whatever the order', () => {
    const given = naming(1500, 'x');
    const state = mergeState(undefined, given);
    expect(Object.keys(state?.metrics ?? {})).toHaveLength(1000);
    expect(state?.metrics).toHaveProperty('metric699');
    expect(state?.metrics).not.toHaveProperty('metric0');
    expect(inBatchesOf(100, given.toReversed())?.metrics).toEqual(state?.metrics);
  });

  test('keeps of one message the same thousand, in whatever order DynamoDB returns a map', () => {
    const metrics = Array.from(
      { length: 1200 },
      (_, index) => [`metric${index}`, { value: index, time: noon }] as const,
    );
    const [inOrder, reversed] = [metrics, metrics.toReversed()].map((latest) =>
      mergeState(undefined, [understood({ latest: Object.fromEntries(latest) })]),
    );
    expect(reversed?.metrics).toEqual(inOrder?.metrics);
  });

  test('stays below what a DynamoDB item holds', () => {
    const state = mergeState(undefined, naming(500, 'é'.repeat(1000)));
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(400_000);
    expect(state?.metrics).toHaveProperty('metric499');
  });
});
