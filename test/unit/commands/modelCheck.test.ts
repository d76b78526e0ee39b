import { expect, test } from '@jest/globals';
import { type Effect, firstLookAfter, firstWait } from '../../../functions/commands/plans.ts';
import { explore } from '../explore.ts';
import { type Bounds, commandModel, type Plans, realPlans } from './model.ts';

const quiet: Bounds = {
  commands: 1,
  together: false,
  handlers: 1,
  connected: true,
  lateMessages: false,
  directly: false,
  timeStands: false,
  step: firstWait,
  crashes: 0,
  duplicates: 0,
  losses: 0,
  cancels: 0,
  changes: 0,
};

/** What goes wrong, and how often at most: all of it, in every order, is tried. */
const bounds: readonly (readonly [string, Partial<Bounds>])[] = [
  ['messages take their time', { lateMessages: true }],
  ['two handlers die', { crashes: 2, handlers: 2 }],
  ['messages come twice', { duplicates: 2, handlers: 2 }],
  ['messages are lost', { losses: 2 }],
  ['it is taken back', { cancels: 1, crashes: 1 }],
  ['it is taken back while others are at work', { cancels: 1, handlers: 2 }],
  ['the device comes and goes', { changes: 2, connected: false, crashes: 1 }],
  ['a handler dies, a message is doubled, one is lost', { crashes: 1, duplicates: 1, losses: 1 }],
  ['two commands', { commands: 2 }],
  ['two commands, and a handler dies', { commands: 2, crashes: 1 }],
  ['it is still open at the first look', { step: firstLookAfter, connected: false, changes: 1, crashes: 1, losses: 1 }],
  ['two commands are still open at the first look', { step: firstLookAfter, commands: 2, losses: 1 }],
  ['without timers, handlers die', { timeStands: true, crashes: 3, handlers: 2 }],
  ['without timers, the device goes and comes', { timeStands: true, changes: 2, crashes: 1 }],
  [
    'without timers, two commands of a device that comes',
    { timeStands: true, commands: 2, connected: false, changes: 1 },
  ],
  ['without timers, two commands, and a handler dies', { timeStands: true, commands: 2, crashes: 1, duplicates: 1 }],
  ['without timers, two commands, and others are at work', { timeStands: true, commands: 2, handlers: 2 }],
  ['without timers, three commands', { timeStands: true, commands: 3 }],
  ['without timers, two commands at once', { timeStands: true, commands: 2, together: true, handlers: 2 }],
  [
    'without timers, two commands at once, and handlers die',
    { timeStands: true, commands: 2, together: true, crashes: 2 },
  ],
  [
    'without timers, one of two is taken back while others are at work',
    { timeStands: true, commands: 2, handlers: 2, cancels: 1 },
  ],
  [
    'without timers, two commands, others are at work, and a handler dies',
    { timeStands: true, commands: 2, handlers: 2, crashes: 1 },
  ],
];

const ways = bounds.flatMap(([what, more]) => [
  [what, 'by way of the mailbox', more] as const,
  [what, 'directly where it may', { ...more, directly: true }] as const,
]);

test.each(ways)('%s, %s: one end, one acknowledgement an attempt, one under way, never stuck', (_what, _way, more) => {
  const { worlds, faults, stuck } = explore(commandModel({ ...quiet, ...more }, realPlans));
  expect([...faults, ...stuck]).toEqual([]);
  expect(worlds).toBeGreaterThan(50);
});

type PlanName = Exclude<keyof Plans, 'transition'>;

/** The real plans, but for one. */
const withPlan = (name: PlanName, change: (plan: readonly Effect[]) => readonly Effect[]): Plans => {
  const real = realPlans[name] as (...given: never[]) => Effect[];
  return { ...realPlans, [name]: (...given: never[]) => change(real(...given)) };
};
const without = (name: PlanName, type: Effect['type']) =>
  withPlan(name, (plan) => plan.filter((effect) => effect.type !== type));
const reversed = (name: PlanName) => withPlan(name, (plan) => [...plan].reverse());

/** Plans with a mistake each, the bounds in which it shows, and what it leads to. */
const mistakes: readonly (readonly [string, Plans, Partial<Bounds>, RegExp])[] = [
  ['a new command that is open gets no timer', without('planNew', 'timer'), {}, /nothing watches it/],
  [
    'a timer that ends nothing is not set again',
    without('planTimer', 'timer'),
    { connected: false },
    /nothing watches it/,
  ],
  ['what is overdue is not ended', without('planTimer', 'apply'), { losses: 1 }, /nothing watches it/],
  [
    'what was sent is not written down first',
    reversed('planDispatch'),
    { timeStands: true, handlers: 2 },
    /nothing leads to an end/,
  ],
  [
    'who died before it published does not publish again',
    {
      ...realPlans,
      planDispatch: (open, { connected }, now, attemptId) =>
        realPlans.planDispatch(open, { connected }, now, attemptId),
    },
    { timeStands: true, crashes: 1 },
    /nothing leads to an end/,
  ],
  [
    'nobody looks whether another is under way',
    {
      ...realPlans,
      planDispatch: (open, device, now, attemptId) =>
        realPlans.planDispatch(
          open.filter(({ state }) => state === 'queued'),
          device,
          now,
          attemptId,
        ),
    },
    { commands: 2 },
    /two commands are under way/,
  ],
  [
    'who is new does not wake the mailbox',
    without('planCreate', 'deliver'),
    { timeStands: true },
    /nothing leads to an end/,
  ],
  [
    'what goes at once is not published',
    withPlan('planCreate', (plan) =>
      plan.map((effect) => (effect.type === 'deliver' ? { ...effect, directly: false } : effect)),
    ),
    { timeStands: true, directly: true },
    /nothing leads to an end/,
  ],
  [
    'what goes at once is not published by who comes again',
    {
      ...realPlans,
      planCreate: (command, how) =>
        realPlans
          .planCreate(command, how)
          .map((effect) => (effect.type === 'deliver' ? { ...effect, directly: how.attemptId !== undefined } : effect)),
    },
    { timeStands: true, directly: true, crashes: 1 },
    /nothing leads to an end/,
  ],
  [
    'what goes at once goes beside others',
    withPlan('planCreate', (plan) =>
      plan.map((effect) =>
        effect.type === 'create' && effect.sent !== undefined ? { ...effect, command: effect.sent } : effect,
      ),
    ),
    { commands: 2, together: true, directly: true, handlers: 2 },
    /two commands are under way/,
  ],
  [
    'who ends does not wake the mailbox',
    without('planResponse', 'wakeForNext'),
    { timeStands: true, commands: 2 },
    /nothing leads to an end/,
  ],
  [
    'nobody notes that another waits',
    {
      ...realPlans,
      transition: (life, event) => (event.type === 'follow' ? undefined : realPlans.transition(life, event)),
      planDispatch: (...given) => realPlans.planDispatch(...given).filter(({ type }) => type !== 'wake'),
    },
    { timeStands: true, commands: 2 },
    /nothing leads to an end/,
  ],
  [
    'who takes back does not wake the mailbox',
    without('planCancel', 'wakeForNext'),
    { timeStands: true, commands: 2, handlers: 2, cancels: 1 },
    /nothing leads to an end/,
  ],
  [
    'it is noted at what has ended meanwhile',
    without('planDispatch', 'wake'),
    { timeStands: true, commands: 2, handlers: 2 },
    /nothing leads to an end/,
  ],
  [
    'who is sent does not note that others wait',
    {
      ...realPlans,
      transition: (life, event) => {
        const change = realPlans.transition(life, event);
        return change && event.type === 'send' ? { ...change, followed: false } : change;
      },
    },
    { timeStands: true, commands: 3, connected: false, changes: 1 },
    /nothing leads to an end/,
  ],
  [
    'the timer does not report what nobody reported',
    without('planTimer', 'report'),
    { cancels: 1, crashes: 1 },
    /nothing leads to an end/,
  ],
  [
    'who looks at a new command does not report what nobody reported',
    without('planNew', 'report'),
    { cancels: 1, crashes: 1 },
    /nothing leads to an end/,
  ],
  [
    'an answer ends what has ended',
    {
      ...realPlans,
      transition: (life, event) =>
        realPlans.transition(event.type === 'end' ? { ...life, state: 'acknowledged' } : life, event),
    },
    { cancels: 1 },
    /ended twice/,
  ],
  [
    'what was acknowledged is acknowledged again',
    {
      ...realPlans,
      transition: (life, event) =>
        event.type === 'acknowledge'
          ? realPlans.transition({ ...life, state: 'sent' }, event)
          : realPlans.transition(life, event),
    },
    { duplicates: 1 },
    /acknowledged twice|ended twice/,
  ],
];

test.each(mistakes)('the check finds it when %s', (_what, plans, more, found) => {
  const { faults, stuck } = explore(commandModel({ ...quiet, ...more }, plans));
  expect([...faults, ...stuck.map((way) => `nothing leads to an end from here:\n${way}`)].join()).toMatch(found);
});
