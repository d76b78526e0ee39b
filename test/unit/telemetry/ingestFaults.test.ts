import '../platform/silent.ts';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ingestBatch } from '../../../functions/telemetry/ingestBatch.ts';
import type { RoutedMessage } from '../../../functions/telemetry/routedMessage.ts';
import { type Faults, type Kept, pipeline } from './pipeline.ts';
import { queued, routed } from './samples.ts';

const context = { getRemainingTimeInMillis: () => 1000 };
const deviceId = fc.constantFrom('a', 'b');
const attempt = fc.constantFrom(0, 0, 4);
const ids = ['1', '2', '3'];

/** A few ids, so that duplicates are common; trace ids come from the place in the batch. */
interface Publish {
  readonly kind: 'good' | 'broken' | 'impostor' | 'stranger';
  readonly id: string;
  readonly deviceId: string;
  readonly attempt: number;
}
const message: fc.Arbitrary<Publish> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('good' as const), id: fc.constantFrom(...ids), deviceId, attempt }),
  },
  fc.record({
    kind: fc.constantFrom('broken' as const, 'impostor' as const, 'stranger' as const),
    id: fc.constant(''),
    deviceId,
    attempt,
  }),
);

function bodyOf({ kind, id, ...more }: Publish, traceId: string): RoutedMessage | string {
  if (kind === 'stranger') return '{"flow": 1}';
  if (kind === 'broken') return routed(Buffer.from('{'), { ...more, traceId });
  return routed({ messageId: id, flow: 1, ...(kind === 'impostor' && { deviceId: 'other' }) }, { ...more, traceId });
}

/** Whether a dependency fails at a message: by a handful of coins, thrown once, so that a failing run can be repeated. */
const coins = fc.oneof(
  fc.constant([false]),
  fc.constant([true]),
  fc.array(fc.boolean(), { minLength: 3, maxLength: 7 }),
);
const faults = fc
  .record({
    profiles: fc.boolean(),
    known: fc.boolean(),
    archive: fc.boolean(),
    live: fc.boolean(),
    presence: fc.boolean(),
    store: coins,
    rejects: coins,
    state: coins,
    registry: coins,
    records: coins,
    retry: coins,
    deadLetters: coins,
  })
  .map((thrown): Faults => {
    const count = { n: 0 };
    const turn = (side: readonly boolean[]) => side[count.n++ % side.length] ?? false;
    const { profiles, known, archive, live, presence } = thrown;
    return {
      profiles,
      known,
      archive,
      live,
      presence,
      store: () => {
        if (turn(thrown.store)) return { failureClass: 'storage', reason: 'it is down' };
        return turn(thrown.rejects) ? { failureClass: 'validation', reason: 'rejected' } : undefined;
      },
      state: (device) => thrown.state[device === 'a' ? 0 : 1] ?? false,
      registry: (device) => thrown.registry[device === 'a' ? 0 : 1] ?? false,
      records: () => turn(thrown.records),
      retry: () => turn(thrown.retry),
      deadLetters: () => turn(thrown.deadLetters),
    };
  });

/** How often each trace came to an end, to another round, or back to SQS. */
const endsOf = ({ records, retried }: Kept, failed: readonly string[]) => [
  ...records.map(({ traceId }) => traceId),
  ...retried.map(({ message: { traceId } }) => traceId),
  ...failed,
];

describe('whatever fails', () => {
  test('every message is recorded, goes round or stays with SQS, and only one of them: none is lost, none ends twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 10 }),
        faults,
        fc.subarray(ids),
        async (messages, given, storedIds) => {
          const known = { stored: new Map(storedIds.map((id) => [`a/${id}`, 'earlier'])) };
          const { dependencies, kept } = pipeline(given, known);
          const traces = messages.map((_, index) => `sqs-${index}`);
          const records = messages.map((each, index) => queued(bodyOf(each, `sqs-${index}`), `sqs-${index}`));
          const { failed } = await ingestBatch(dependencies)(records, context);
          expect(
            endsOf(
              kept,
              failed.map(({ messageId }) => messageId),
            ).toSorted(),
          ).toEqual(traces.toSorted());
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('what is recorded as stored is archived, written, moved and shown; what is refused has its dead letter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 10 }), faults, async (messages, given) => {
        const { dependencies, kept } = pipeline(given);
        await ingestBatch(dependencies)(
          messages.map((each, index) => queued(bodyOf(each, `sqs-${index}`), `sqs-${index}`)),
          context,
        );
        const lettered = kept.deadLetters.map(({ message: { traceId } }) => traceId);
        const stored = kept.records.filter(({ disposition }) => disposition === 'stored');
        for (const { traceId, deviceId: device, messageId, disposition, reason } of kept.records) {
          expect(kept.archived).toContain(traceId);
          expect(lettered.includes(traceId)).toBe(disposition === 'quarantined' || disposition === 'dead-lettered');
          if (disposition !== 'stored') continue;
          // After the last attempt a record may say that nobody was shown it.
          for (const done of [kept.written, kept.moved, ...(reason === undefined ? [kept.shown] : [])])
            expect(done).toContainEqual(expect.objectContaining({ deviceId: device, messageId }));
        }
        // One stored message per id and device.
        expect(new Set(stored.map(({ deviceId: device, messageId }) => `${device}/${messageId}`)).size).toBe(
          stored.length,
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('a message that goes round often enough comes to its end', async () => {
    await fc.assert(
      fc.asyncProperty(message, faults, async (given, fault) => {
        let body: RoutedMessage | string = bodyOf(given, 'sqs-0');
        for (let round = 0; round < 12; round += 1) {
          // After six rounds all is well again.
          const { dependencies, kept } = pipeline(round < 6 ? fault : {});
          const { failed } = await ingestBatch(dependencies)([queued(body, 'sqs-0')], context);
          if (kept.records.length > 0) return;
          const [again] = kept.retried;
          expect([again !== undefined, failed.length === 1]).toContain(true);
          if (again) body = { ...again.message, attempt: again.message.attempt + 1 };
        }
        throw new Error('it never ended');
      }),
    );
  });
});
