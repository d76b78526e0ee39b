import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planTelling } from '../../../functions/commandGroups/plans.ts';
import {
  countOutcomes,
  type Outcome,
  outcomes,
  type Quorum,
  verdictOf,
} from '../../../functions/commandGroups/quorum.ts';

const anyOutcome = fc.constantFrom(...outcomes);
const anyQuorum: fc.Arbitrary<Quorum> = fc.oneof(
  fc.record({ count: fc.integer({ min: 1, max: 12 }) }),
  fc.record({
    percent: fc.integer({ min: 0, max: 100 }),
    leaveOut: fc.uniqueArray(fc.constantFrom(...outcomes.filter((outcome) => outcome !== 'succeeded'))),
  }),
);

test('a verdict is never taken back, whatever the others do, and is there when all have ended', () => {
  fc.assert(
    fc.property(fc.array(anyOutcome, { minLength: 1, maxLength: 12 }), anyQuorum, (ends, quorum) => {
      const verdicts = ends
        .concat(ends.slice(0, 1))
        .map((_, ended) => verdictOf(countOutcomes(ends.map((end, at) => (at < ended ? end : undefined))), quorum));
      const final = verdicts.at(-1);
      expect(final).not.toBe('open');
      for (const verdict of verdicts) expect(['open', final]).toContain(verdict);
    }),
  );
});

test.each<[string, Partial<Record<Outcome, number>>, Quorum, 'met' | 'missed']>([
  ['a part is rounded up', { succeeded: 8, failed: 2 }, { percent: 81, leaveOut: [] }, 'missed'],
  [
    'who is left out is no part of the whole',
    { succeeded: 8, expired: 2 },
    { percent: 100, leaveOut: ['expired'] },
    'met',
  ],
  ['one must succeed at least', { expired: 2 }, { percent: 0, leaveOut: ['expired'] }, 'missed'],
  ['a number is a number', { succeeded: 2, failed: 98 }, { count: 2 }, 'met'],
])('%s', (_what, ends, quorum, verdict) => {
  const all = Object.entries(ends).flatMap(([end, times]) => Array.from({ length: times }, () => end as Outcome));
  expect(verdictOf(countOutcomes(all), quorum)).toBe(verdict);
});

test('two changes a second are told, nothing twice, and the end at once', () => {
  const open = (count: number) => ({
    command: countOutcomes(Array.from({ length: count }, () => undefined)),
    compensation: countOutcomes([]),
  });
  const told = { at: 10_000, progress: 'running 5 0' };
  const types = (...asked: Parameters<typeof planTelling>) => planTelling(...asked).map(({ type }) => type);
  expect(types({ state: 'running' }, open(5), 10_000)).toEqual(['tell', 'noteTold']);
  expect(types({ state: 'running', told }, open(5), 20_000)).toEqual([]);
  expect(types({ state: 'running', told }, open(4), 10_500)).toEqual(['tell', 'noteTold']);
  expect(types({ state: 'running', told }, open(4), 10_100)).toEqual(['timer', 'noteTold']);
  expect(types({ state: 'running', told: { ...told, later: true } }, open(4), 10_100)).toEqual([]);
  expect(types({ state: 'succeeded', told }, open(0), 10_100)).toEqual(['tell', 'noteTold']);
});
