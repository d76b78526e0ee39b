import { finalStates } from '../commands/lifecycle.ts';

/** How a device's part of a group command ended: as its command did, or refused, when it was never given one. */
export const outcomes = [...finalStates, 'refused'] as const;
export type Outcome = (typeof outcomes)[number];

/** Targets by outcome; `open`: not ended yet. They add up to the targets. */
export type Counts = Readonly<Record<Outcome | 'open', number>>;

/** How many targets must succeed. */
export type Quorum =
  | { readonly count: number }
  | {
      /** Of the targets but those left out; rounded up, one at least. */
      readonly percent: number;
      /** Who ended so is no part of the whole. */
      readonly leaveOut: readonly Outcome[];
    };

export function countOutcomes(ended: Iterable<Outcome | undefined>): Counts {
  const counts = { open: 0, ...Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) } as Record<
    Outcome | 'open',
    number
  >;
  for (const outcome of ended) counts[outcome ?? 'open'] += 1;
  return counts;
}

const totalOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Whether the quorum is met or missed, whatever becomes of those that are open; `open` while that can't be told. */
export function verdictOf(counts: Counts, quorum: Quorum): 'met' | 'missed' | 'open' {
  const needed = neededOf(counts, quorum);
  if (counts.succeeded >= needed) return 'met';
  return counts.succeeded + counts.open < needed ? 'missed' : 'open';
}

/** Those that are open count as part of the whole: one that is left out later only makes the rest suffice the sooner. */
function neededOf(counts: Counts, quorum: Quorum): number {
  if ('count' in quorum) return quorum.count;
  const whole = totalOf(counts) - quorum.leaveOut.reduce((sum, outcome) => sum + counts[outcome], 0);
  return Math.max(1, Math.ceil((whole * quorum.percent) / 100));
}
