import { dueAt, isFinal, type Life, type LifeEvent, transition } from './lifecycle.ts';

/**
 * What each handler does, as a list of effects in their order. A handler may die after any of them and is then called again
 * with the same message: the order is what makes that harmless, and test/unit/commands/modelCheck.test.ts tries all of it.
 *
 * Two rules: a command that is open always has a timer under way, and whatever may let the next command go wakes the mailbox.
 */

/** A command as far as its plans go. */
export interface Planned extends Life {
  readonly commandId: string;
  /** 0 to 9; the greater goes first. */
  readonly priority: number;
}

export type Effect<Command extends Planned = Planned> =
  /** Writes the new command, on condition that there is none of this id. */
  | { readonly type: 'create'; readonly command: Command }
  /** Applies an event to the command as it is now: `transition`, and a write on condition that nobody wrote in between. */
  | {
      readonly type: 'apply';
      readonly commandId: string;
      readonly event: LifeEvent;
      /** If it changes nothing, what follows is not done. */
      readonly required?: true;
    }
  /** To the device, at least once. */
  | { readonly type: 'publish'; readonly commandId: string; readonly attemptId: string }
  /** Calls `planTimer` for this command, not before `at`. Epoch milliseconds. */
  | { readonly type: 'timer'; readonly commandId: string; readonly at: number }
  /** Calls `planDispatch` for the device, one call at a time. */
  | { readonly type: 'wake' };

/** A look at every open command at least this often, so that a lost wake-up costs no more. Milliseconds. */
export const longestWait = 60_000;

const timerOf = (command: Planned, now: number): Effect => ({
  type: 'timer',
  commandId: command.commandId,
  at: Math.min(dueAt(command), now + longestWait),
});

/** The timer comes first: a command without one could be left lying. One for a command that was never written does no harm. */
export const planCreate = <Command extends Planned>(command: Command, now: number): Effect<Command>[] => [
  timerOf(command, now) as Effect<Command>,
  { type: 'create', command },
  { type: 'wake' },
];

/**
 * The device's mailbox was woken.
 * @param open its commands that are open, as they are now
 */
export function planDispatch(
  open: readonly Planned[],
  device: { readonly connected: boolean },
  now: number,
  attemptId: string,
): Effect[] {
  const underWay = open.find(({ state }) => state === 'sent' || state === 'acknowledged');
  if (underWay !== undefined) {
    // Sent and not acknowledged: whoever sent it may have died before it was published. The device knows the attempt by its id.
    return underWay.state === 'sent' && underWay.attemptId !== undefined && device.connected
      ? [{ type: 'publish', commandId: underWay.commandId, attemptId: underWay.attemptId }]
      : [];
  }
  const next = open
    .filter(({ state, expiresAt }) => state === 'queued' && expiresAt > now)
    .sort((one, other) => other.priority - one.priority || (one.commandId < other.commandId ? -1 : 1))[0];
  if (next === undefined || !device.connected) return [];
  return [
    { type: 'timer', commandId: next.commandId, at: Math.min(now + next.timeout, now + longestWait) },
    { type: 'apply', commandId: next.commandId, event: { type: 'send', attemptId, at: now }, required: true },
    { type: 'publish', commandId: next.commandId, attemptId },
  ];
}

/** The device answered. */
export const planResponse = (
  commandId: string,
  event: Extract<LifeEvent, { type: 'acknowledge' | 'end' }>,
): Effect[] => [
  { type: 'apply', commandId, event },
  // Asked for even if nothing changed: the one who changed it may have died before it woke the mailbox.
  ...(event.type === 'end' ? [{ type: 'wake' } as const] : []),
];

/** Somebody takes the command back. */
export const planCancel = (commandId: string): Effect[] => [
  { type: 'apply', commandId, event: { type: 'cancel' } },
  { type: 'wake' },
];

/**
 * A command's timer rang.
 * @param command as it is now; undefined: it was never written
 */
export function planTimer(command: Planned | undefined, now: number): Effect[] {
  if (command === undefined || isFinal(command.state)) return [];
  if (transition(command, { type: 'tick', at: now }) !== undefined)
    return [{ type: 'apply', commandId: command.commandId, event: { type: 'tick', at: now } }, { type: 'wake' }];
  return [timerOf(command, now), { type: 'wake' }];
}
