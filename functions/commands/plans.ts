import { type DeviceEvent, dueAt, isFinal, isUnderWay, type Life, type LifeEvent, transition } from './lifecycle.ts';

/**
 * What each handler does, as a list of effects in their order. A handler may die after any of them and is then called again
 * with the same message: the order is what makes that harmless, and test/unit/commands/modelCheck.test.ts tries all of it.
 *
 * Two rules: a command that is open has a timer under way, from when it was looked at as a new one; and whatever may let the next
 * command go wakes the mailbox.
 */

/** A command as far as its plans go. */
export interface Planned extends Life {
  readonly commandId: string;
  /** 0 to 9; the greater goes first. */
  readonly priority: number;
  /** The group command that it is a child of. */
  readonly parentId?: string | undefined;
}

export type Effect<Command extends Planned = Planned> =
  /**
   * Writes the new command, on condition that there is none of this id: as `sent`, if the device has no other that is open. What is
   * written is sure to come to `planNew`: the stream of the table brings it.
   */
  | { readonly type: 'create'; readonly command: Command; readonly sent?: Command }
  /** Applies an event to the command as it is now: `transition`, and a write on condition that nobody wrote in between. */
  | {
      readonly type: 'apply';
      readonly commandId: string;
      readonly event: LifeEvent;
      /** What follows is done only if this changed something, or only if it changed nothing. */
      readonly goOn?: 'changed' | 'unchanged';
    }
  /** To the device, at least once. */
  | { readonly type: 'publish'; readonly commandId: string; readonly attemptId: string }
  /**
   * A new command's way to the device: wakes the mailbox for one that waits. `directly`: publishes one that is sent already, and wakes
   * the mailbox to do that where it fails.
   */
  | { readonly type: 'deliver'; readonly commandId: string; readonly directly: boolean }
  /** Calls `planTimer` for this command, not before `at`. Epoch milliseconds. */
  | { readonly type: 'timer'; readonly commandId: string; readonly at: number }
  | Notice;

/** What others are told of. Those that follow each other may be done in any order, or at once. */
export type Notice =
  /** Calls `planDispatch` for the device, one call at a time. `next`: for what waits; otherwise it may have missed what was published. */
  | { readonly type: 'wake'; readonly next?: true }
  /** The same, for what waits behind this command if that has ended: most have nothing behind them. */
  | { readonly type: 'wakeForNext'; readonly commandId: string }
  /** To whoever watches live: how the command is now. */
  | { readonly type: 'tell'; readonly commandId: string }
  /** If it has ended: to the group command that it is a child of, at least once. */
  | { readonly type: 'report'; readonly commandId: string };

export const isNotice = (effect: Effect): effect is Notice =>
  effect.type === 'wake' || effect.type === 'wakeForNext' || effect.type === 'tell' || effect.type === 'report';

/**
 * A first look at every command that is still open after this tells those who watch where it is: of one that a device carries out at
 * once they hear how it ended, and no more. Milliseconds.
 */
export const firstLookAfter = 2_000;
/** Then a look at every open command after this, so that a lost wake-up costs no more. Milliseconds. */
export const firstWait = 60_000;
/** What has waited for long is looked at less often; SQS delays no longer (AWS: "Amazon SQS message timers"). Milliseconds. */
const longestWait = 900_000;

function timerOf(command: Planned, now: number): Effect {
  const patience = Math.min(Math.max(now - command.createdAt, firstWait), longestWait);
  return { type: 'timer', commandId: command.commandId, at: Math.min(dueAt(command), now + patience) };
}

const wakeForNext = (commandId: string): Effect => ({ type: 'wakeForNext', commandId });
const tell = (commandId: string): Effect => ({ type: 'tell', commandId });
const report = (commandId: string): Effect => ({ type: 'report', commandId });

/** When a new command is looked at for the first time: not after its time-out, were it sent at once. */
const firstLook = ({ createdAt, expiresAt, timeoutSeconds }: Planned): number =>
  Math.min(expiresAt, createdAt + Math.min(firstLookAfter, timeoutSeconds * 1000));

/**
 * @param directly by one who publishes: also a second time, of what was sent before, for the first may have died before it published
 * @param attemptId of a command that may go at once: its device listens, and seems to have no other that is open
 */
export function planCreate<Command extends Planned>(
  command: Command,
  { directly, attemptId }: { readonly directly: boolean; readonly attemptId?: string | undefined },
): Effect<Command>[] {
  const { commandId, createdAt: at } = command;
  const send = attemptId && transition(command, { type: 'send', attemptId, at, followed: false });
  return [
    { type: 'create', command, ...(send && { sent: { ...command, ...send } }) },
    { type: 'deliver', commandId, directly },
  ];
}

/**
 * A command was written, a moment ago as a rule: what is still open has its first timer set.
 * @param command as it is now; undefined: it is no more
 */
export function planNew(command: Planned | undefined, now: number): Effect[] {
  if (command === undefined) return [];
  return isFinal(command.state)
    ? reportAgain(command)
    : [{ type: 'timer', commandId: command.commandId, at: Math.max(now, firstLook(command)) }];
}

/** Whoever ended it may have died before it said so, and nobody calls a cancelling request again. */
const reportAgain = ({ commandId, parentId }: Planned): Effect[] => (parentId === undefined ? [] : [report(commandId)]);

/**
 * The device's mailbox was woken.
 * @param open its commands that are open, as they are now
 * @param device `connected`: it, or the gateway that it is behind; `missedUntil`: what was published before then (epoch
 *   milliseconds) it may have missed
 */
export function planDispatch(
  open: readonly Planned[],
  { connected, gatewayId, missedUntil = 0 }: DeviceThen,
  now: number,
  attemptId: string,
): Effect[] {
  // The device came to another gateway, which finds what is open when it connects.
  const routes = open
    .filter((command) => command.gatewayId !== gatewayId)
    .map(({ commandId }): Effect => ({ type: 'apply', commandId, event: { type: 'route', gatewayId, at: now } }));
  return [...routes, ...(connected ? planNext(open, missedUntil, now, attemptId) : [])];
}

interface DeviceThen {
  readonly connected: boolean;
  readonly gatewayId?: string | undefined;
  readonly missedUntil?: number | undefined;
}

function planNext(open: readonly Planned[], missedUntil: number, now: number, attemptId: string): Effect[] {
  const waiting = open.filter(({ state }) => state === 'queued');
  const underWay = open.find(({ state }) => isUnderWay(state));
  if (underWay !== undefined)
    return [...planAgain(underWay, missedUntil), ...(waiting.length > 0 ? planFollow(underWay, now) : [])];
  const next = waiting
    .filter(({ expiresAt }) => expiresAt > now)
    .sort((one, other) => other.priority - one.priority || (one.commandId < other.commandId ? -1 : 1))[0];
  if (next === undefined) return [];
  const { commandId } = next;
  // Well before the first look, that will do: it sets the next timer, and tells of what is still open.
  const isLate = now >= firstLook(next) - firstLookAfter / 2;
  return [
    ...(isLate ? [timerOf({ ...next, state: 'sent', sentAt: now }, now)] : []),
    {
      type: 'apply',
      commandId,
      event: { type: 'send', attemptId, at: now, followed: waiting.length > 1 },
      goOn: 'changed',
    },
    { type: 'publish', commandId, attemptId },
    ...(isLate ? [tell(commandId)] : []),
  ];
}

/**
 * Sent and not acknowledged: whoever sent it may have died before it was published, or the device did not listen yet. It knows the
 * attempt by its id.
 */
const planAgain = ({ commandId, state, attemptId, sentAt = 0 }: Planned, missedUntil: number): Effect[] =>
  state === 'sent' && attemptId !== undefined && sentAt <= missedUntil
    ? [{ type: 'publish', commandId, attemptId }]
    : [];

/** Whoever ends it is to see that another waits. If it has ended meanwhile, nobody saw that: the mailbox is looked into again. */
const planFollow = ({ commandId, followed }: Planned, now: number): Effect[] =>
  followed === true
    ? []
    : [
        { type: 'apply', commandId, event: { type: 'follow', at: now }, goOn: 'unchanged' },
        { type: 'wake', next: true },
      ];

/** The device answered. Asked for even if nothing changed: the one who changed it may have died before it told anybody. */
export const planResponse = (commandId: string, event: DeviceEvent): Effect[] => [
  { type: 'apply', commandId, event },
  ...(event.type === 'end' ? [wakeForNext(commandId)] : []),
  tell(commandId),
  ...(event.type === 'end' ? [report(commandId)] : []),
];

/** Somebody takes the command back. */
export const planCancel = (commandId: string, now: number): Effect[] => [
  { type: 'apply', commandId, event: { type: 'cancel', at: now } },
  wakeForNext(commandId),
  tell(commandId),
  report(commandId),
];

/**
 * A command's timer rang.
 * @param command as it is now; undefined: it is no more
 */
export function planTimer(command: Planned | undefined, now: number): Effect[] {
  if (command === undefined) return [];
  const { commandId, state } = command;
  if (isFinal(state)) return reportAgain(command);
  if (transition(command, { type: 'tick', at: now }) !== undefined)
    return [
      { type: 'apply', commandId, event: { type: 'tick', at: now } },
      wakeForNext(commandId),
      tell(commandId),
      report(commandId),
    ];
  return [timerOf(command, now), now < command.createdAt + firstWait ? tell(commandId) : { type: 'wake' }];
}
