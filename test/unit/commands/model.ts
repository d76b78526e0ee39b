import { isFinal, type LifeEvent, transition } from '../../../functions/commands/lifecycle.ts';
import {
  type Effect,
  longestWait,
  type Planned,
  planCancel,
  planCreate,
  planDispatch,
  planResponse,
  planTimer,
} from '../../../functions/commands/plans.ts';

/**
 * An executable model of what happens to the commands of one device: queues that deliver at least once and in any order, handlers
 * that die between any two effects, a device that is there or not, answers that are doubled and lost. The plans and the
 * transitions are the real ones; only the store, the queues and the device are the model's.
 */

export interface Bounds {
  readonly commands: number;
  /** How often, in all, a handler dies, a message is doubled, one is lost on its way to or from the device. */
  readonly crashes: number;
  readonly duplicates: number;
  readonly losses: number;
  readonly cancels: number;
  /** Handlers at work at once. */
  readonly handlers: number;
}

type Message =
  | { readonly to: 'create'; readonly commandId: string }
  | { readonly to: 'cancel'; readonly commandId: string }
  | { readonly to: 'dispatch' }
  | { readonly to: 'timer'; readonly commandId: string; readonly at: number }
  | { readonly to: 'device'; readonly commandId: string; readonly attemptId: string }
  | { readonly to: 'response'; readonly commandId: string; readonly attemptId: string; readonly ends: boolean };

interface Handler {
  readonly message: Message;
  readonly effects: readonly Effect[];
}

export interface World {
  readonly now: number;
  readonly connected: boolean;
  readonly commands: readonly Planned[];
  readonly messages: readonly Message[];
  readonly atWork: readonly Handler[];
  /** Attempts that the device has carried out. */
  readonly executed: readonly string[];
  /** Attempt → how often it became acknowledged. */
  readonly acknowledged: readonly string[];
  readonly left: Pick<Bounds, 'crashes' | 'duplicates' | 'losses' | 'cancels'>;
}

/** Time moves in steps: each is as long as the longest wait between two looks at a command. */
const step = longestWait;
const lastStep = 4;
const lifetime = 2 * step;
const timeout = step;

export const initialWorld = (bounds: Bounds): World => ({
  now: 0,
  connected: false,
  commands: [],
  messages: Array.from({ length: bounds.commands }, (_, index) => ({ to: 'create', commandId: `c${index + 1}` })),
  atWork: [],
  executed: [],
  acknowledged: [],
  left: bounds,
});

/** Every world that may come next, each with what led to it. */
export function* next(world: World, bounds: Bounds): Generator<readonly [string, World]> {
  // A handler lives less than a step: Lambda ends it after half a minute.
  if (world.now < lastStep * step && world.atWork.length === 0)
    yield ['time passes', { ...world, now: world.now + step }];
  yield [world.connected ? 'disconnects' : 'connects', connect(world)];
  for (const [index, handler] of world.atWork.entries()) yield* proceed(world, handler, index);
  const dispatching = world.atWork.some(({ message }) => message.to === 'dispatch');
  for (const [index, message] of world.messages.entries()) {
    const name = JSON.stringify(message);
    const rest = world.messages.filter((_, other) => other !== index);
    if (message.to === 'device') {
      if (world.connected)
        yield [
          `the device takes ${name}`,
          { ...execute(world, message), messages: [...rest, ...answers(world, message)] },
        ];
      if (world.left.losses > 0) yield [`lost ${name}`, { ...world, messages: rest, left: spend(world, 'losses') }];
      continue;
    }
    if (message.to === 'timer' && message.at > world.now) continue;
    if (message.to === 'response') {
      if (world.left.duplicates > 0)
        yield [
          `doubled ${name}`,
          { ...world, messages: [...world.messages, message], left: spend(world, 'duplicates') },
        ];
      if (world.left.losses > 0) yield [`lost ${name}`, { ...world, messages: rest, left: spend(world, 'losses') }];
    }
    // The mailbox is a message group of a FIFO queue: one at a time.
    if (world.atWork.length >= bounds.handlers || (message.to === 'dispatch' && dispatching)) continue;
    yield [
      `begins ${name}`,
      { ...world, messages: rest, atWork: [...world.atWork, { message, effects: plan(world, message) }] },
    ];
  }
  if (world.left.cancels > 0)
    for (const { commandId, state } of world.commands)
      if (!isFinal(state))
        yield [
          `cancel ${commandId}`,
          { ...world, messages: [...world.messages, { to: 'cancel', commandId }], left: spend(world, 'cancels') },
        ];
}

const spend = ({ left }: World, what: keyof World['left']) => ({ ...left, [what]: left[what] - 1 });

function connect(world: World): World {
  const connected = !world.connected;
  // Presence tells of the connection, and wakes the mailbox.
  const wakes = connected && !world.messages.some(({ to }) => to === 'dispatch');
  return { ...world, connected, messages: wakes ? [...world.messages, { to: 'dispatch' }] : world.messages };
}

function plan(world: World, message: Message): readonly Effect[] {
  const { now, commands, connected } = world;
  switch (message.to) {
    case 'create': {
      const command: Planned = {
        commandId: message.commandId,
        priority: 0,
        state: 'queued',
        expiresAt: now + lifetime,
        timeout,
      };
      return planCreate(command, now);
    }
    case 'cancel':
      return planCancel(message.commandId);
    case 'dispatch': {
      const open = commands.filter(({ state }) => !isFinal(state));
      // A name that no attempt before had.
      const attempts = new Set(commands.map(({ attemptId }) => attemptId).filter(Boolean)).size;
      return planDispatch(open, { connected }, now, `a${attempts + 1}`);
    }
    case 'timer':
      return planTimer(
        commands.find(({ commandId }) => commandId === message.commandId),
        now,
      );
    case 'response':
      return planResponse(
        message.commandId,
        message.ends
          ? { type: 'end', attemptId: message.attemptId, outcome: 'succeeded' }
          : { type: 'acknowledge', attemptId: message.attemptId },
      );
    default:
      throw new Error(`nobody handles ${message.to}`);
  }
}

/** The handler's next effect; or it ends, or dies, and its message comes again. */
function* proceed(world: World, handler: Handler, index: number): Generator<readonly [string, World]> {
  const others = world.atWork.filter((_, other) => other !== index);
  const name = JSON.stringify(handler.message);
  const [effect, ...rest] = handler.effects;
  if (effect === undefined) {
    yield [`ends ${name}`, { ...world, atWork: others }];
  } else {
    const after = perform(world, effect);
    const stopped = effect.type === 'apply' && effect.required === true && after === world;
    yield [
      `${effect.type} of ${name}`,
      { ...after, atWork: [...others, { message: handler.message, effects: stopped ? [] : rest }] },
    ];
  }
  if (world.left.crashes > 0)
    yield [
      `dies at ${name}`,
      { ...world, atWork: others, messages: [...world.messages, handler.message], left: spend(world, 'crashes') },
    ];
}

function perform(world: World, effect: Effect): World {
  switch (effect.type) {
    case 'create':
      if (world.commands.some(({ commandId }) => commandId === effect.command.commandId)) return world;
      return { ...world, commands: [...world.commands, effect.command] };
    case 'apply':
      return apply(world, effect.commandId, effect.event);
    case 'publish':
      return send(world, { to: 'device', commandId: effect.commandId, attemptId: effect.attemptId });
    case 'timer':
      return send(world, { to: 'timer', commandId: effect.commandId, at: effect.at });
    case 'wake':
      return send(world, { to: 'dispatch' });
  }
}

/** Two of the same are no more than one: a handler may always be called once too often, which crashes try. */
function send(world: World, message: Message): World {
  const text = JSON.stringify(message);
  return world.messages.some((other) => JSON.stringify(other) === text)
    ? world
    : { ...world, messages: [...world.messages, message] };
}

function apply(world: World, commandId: string, event: LifeEvent): World {
  const command = world.commands.find((one) => one.commandId === commandId);
  const change = command && transition(command, event);
  if (command === undefined || change === undefined) return world;
  return {
    ...world,
    commands: world.commands.map((one) => (one === command ? { ...command, ...change } : one)),
    acknowledged:
      event.type === 'acknowledge' ? [...world.acknowledged, `${commandId} ${event.attemptId}`] : world.acknowledged,
  };
}

const attemptOf = ({ commandId, attemptId }: { commandId: string; attemptId: string }) => `${commandId} ${attemptId}`;

function execute(world: World, message: Extract<Message, { to: 'device' }>): World {
  const attempt = attemptOf(message);
  return world.executed.includes(attempt) ? world : { ...world, executed: [...world.executed, attempt].sort() };
}

/** A device answers an attempt that it knows already with nothing new. */
function answers({ executed }: World, { commandId, attemptId }: Extract<Message, { to: 'device' }>): Message[] {
  if (executed.includes(attemptOf({ commandId, attemptId }))) return [];
  return [false, true].map((ends) => ({ to: 'response', commandId, attemptId, ends }));
}

/** Whether all that began has ended, and nothing is under way. */
export const isSettled = ({ commands, messages, atWork }: World, bounds: Bounds): boolean =>
  commands.length === bounds.commands &&
  commands.every(({ state }) => isFinal(state)) &&
  atWork.length === 0 &&
  messages.every(({ to }) => to !== 'response');

/** The same world, however its parts are ordered. */
export function keyOf({ messages, atWork, acknowledged, ...world }: World): string {
  const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
  return JSON.stringify([world, sorted(messages), sorted(atWork), [...acknowledged].sort()]);
}
