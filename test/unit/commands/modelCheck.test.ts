import { describe, expect, test } from '@jest/globals';
import { transition } from '../../../functions/commands/lifecycle.ts';
import type { Effect } from '../../../functions/commands/plans.ts';
import { explore } from './explore.ts';
import { type Bounds, type Plans, realPlans } from './model.ts';

const quiet: Bounds = {
  commands: 1,
  priority: 0,
  handlers: 1,
  connected: true,
  lateMessages: false,
  crashes: 0,
  duplicates: 0,
  losses: 0,
  cancels: 0,
  changes: 0,
};

/** One command with each mishap alone and with others, and two of one device. */
const bounds: readonly (readonly [string, Partial<Bounds>])[] = [
  ['messages take their time', { lateMessages: true }],
  ['two handlers die', { crashes: 2, handlers: 2 }],
  ['messages come twice', { duplicates: 2, handlers: 2 }],
  ['messages are lost', { losses: 2 }],
  ['it is taken back', { cancels: 1, crashes: 1, handlers: 2 }],
  ['the device comes and goes', { changes: 3, connected: false, crashes: 1 }],
  ['a handler dies, a message is doubled, one is lost', { crashes: 1, duplicates: 1, losses: 1, changes: 1 }],
  ['two commands', { commands: 2 }],
  ['two commands, and a handler dies', { commands: 2, crashes: 1 }],
  ['two commands of a device that comes', { commands: 2, connected: false, changes: 1 }],
];

test.each(bounds)('%s: one end, one acknowledgement an attempt, one under way, never stuck', (_what, more) => {
  const { worlds, fault } = explore({ ...quiet, ...more }, realPlans);
  console.log(_what, worlds);
  expect(fault).toBeUndefined();
  expect(worlds).toBeGreaterThan(10);
});
