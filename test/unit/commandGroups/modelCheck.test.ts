import { expect, test } from '@jest/globals';
import { explore } from '../explore.ts';
import { type Bounds, groupModel, realPlans } from './model.ts';

const all = { percent: 100, leaveOut: [] };
const calm: Bounds = {
  targets: 2,
  quorum: all,
  compensates: true,
  crashes: 0,
  duplicates: 0,
  losses: 0,
  cancels: 0,
  refusals: 0,
  handlers: 2,
};

test.each<[string, Bounds]>([
  ['handlers side by side', { ...calm, targets: 1, losses: 1 }],
  ['side by side, and crashes', { ...calm, targets: 1, crashes: 1, duplicates: 1 }],
  ['side by side, and somebody cancels', { ...calm, targets: 1, cancels: 1, losses: 1 }],
  ['crashes and lost reports', { ...calm, handlers: 1, crashes: 2, losses: 1 }],
  ['a refusal, a doubled report, a crash', { ...calm, handlers: 1, crashes: 1, duplicates: 1, refusals: 1 }],
  ['somebody cancels, and a crash', { ...calm, handlers: 1, crashes: 1, cancels: 1 }],
  ['nothing is compensated', { ...calm, handlers: 1, compensates: false, crashes: 1, cancels: 1, refusals: 1 }],
  ['one of three suffices', { ...calm, targets: 3, quorum: { count: 1 }, handlers: 1, losses: 1 }],
  ['all of three are needed', { ...calm, targets: 3, handlers: 1, losses: 1 }],
])('a group command ends once, as its devices did, and never hangs: %s', (_what, bounds) => {
  const { worlds, faults, stuck } = explore(groupModel(bounds));
  expect(faults).toEqual([]);
  expect(stuck).toEqual([]);
  expect(worlds).toBeGreaterThan(1000);
});

const { planAdvance, planRequest, planTimer } = realPlans;
const crash: Bounds = { ...calm, targets: 1, handlers: 1, crashes: 1 };

test.each<[string, Bounds, Partial<typeof realPlans>]>([
  ['its first timer is set last', crash, { planRequest: (now) => planRequest(now).reverse() }],
  ['its timer sets no other', crash, { planTimer: (...now) => planTimer(...now).slice(1) }],
  [
    'its timer does not look at its devices',
    { ...calm, targets: 1, handlers: 1, losses: 1 },
    { planTimer: (...now) => planTimer(...now).filter(({ type }) => type !== 'settle') },
  ],
  [
    'it compensates whatever its quorum says',
    { ...crash, quorum: { count: 1 } },
    { planAdvance: (group, ...more) => planAdvance({ ...group, quorum: { count: 9 } }, ...more) },
  ],
  [
    'it ends before its devices',
    crash,
    {
      planAdvance: (group, targets, most) =>
        planAdvance(
          group,
          targets.map((target) => ({ outcome: 'failed', ...target })),
          most,
        ),
    },
  ],
  [
    'it moves on before its devices have their commands',
    { ...calm, handlers: 1, crashes: 1 },
    { planAdvance: (...now) => [...planAdvance(...now)].sort(({ type }) => (type === 'move' ? -1 : 1)) },
  ],
])('the check finds the mistake that %s', (_what, bounds, mistake) => {
  const { faults, stuck } = explore(groupModel(bounds, { ...realPlans, ...mistake }));
  expect([...faults, ...stuck]).toHaveLength(1);
});
