import {
  isFinal,
  isUnderWay,
  type LifeEvent,
  leavesFollower,
  transition,
} from '../../../functions/commands/lifecycle.ts';
import {
  type Effect,
  isNotice,
  type Planned,
  planCancel,
  planCreate,
  planDispatch,
  planNew,
  planResponse,
  planTimer,
} from '../../../functions/commands/plans.ts';
import { type Model, textOnce } from '../explore.ts';

/**
 * An executable model of what happens to the commands of one device: queues that deliver at least once and in any order, handlers
 * that die between any two effects, a device that is there or not, answers that are doubled, lost and late. The plans and the
 * transitions are the real ones; only the store, the queues and the device are the model's.
 */

/** What handlers do; a test puts broken ones in their place. */
export const realPlans = { transition, planCreate, planNew, planDispatch, planResponse, planCancel, planTimer };
export type Plans = typeof realPlans;

/** How often, in all, something happens that need not. */
interface Mishaps {
  /** A handler dies. */
  readonly crashes: number;
  /** A message of a queue, to the device or from it comes twice. */
  readonly duplicates: number;
  /** One to the device or from it is lost. */
  readonly losses: number;
  /** Somebody takes a command back. */
  readonly cancels: number;
  /** The device connects, or goes. */
  readonly changes: number;
}

export interface Bounds extends Mishaps {
  readonly commands: number;
  /** Whether all are given at once; otherwise each when the one before is. */
  readonly together: boolean;
  /** Handlers at work at once. */
  readonly handlers: number;
  /** Whether the device is there at first. */
  readonly connected: boolean;
  /** Whether a message can take so long that others overtake it; it can always wait for a handler. */
  readonly lateMessages: boolean;
  /** Whether a new command goes at once where it may, as the API sends it; otherwise by way of the mailbox, as group commands go. */
  readonly directly: boolean;
  /** No timer rings, and nobody looks at what is new: all must come to its end by itself. */
  readonly timeStands: boolean;
  /** Milliseconds. As long as the wait before one of the looks at a command, it shows what happens at that look. */
  readonly step: number;
}

type Message =
  | { readonly to: 'create'; readonly commandId: string }
  | { readonly to: 'cancel'; readonly commandId: string }
  /** The stream of the table: it brings what was written, whoever dies. */
  | { readonly to: 'stream'; readonly commandId: string }
  | { readonly to: 'dispatch'; readonly missedUntil: number }
  | { readonly to: 'timer'; readonly commandId: string; readonly at: number }
  | { readonly to: 'device'; readonly commandId: string; readonly attemptId: string }
  | { readonly to: 'response'; readonly commandId: string; readonly attemptId: string; readonly ends: boolean }
  | { readonly to: 'group'; readonly commandId: string };

interface Handler {
  readonly message: Message;
  readonly effects: readonly Effect[];
}

interface World {
  readonly now: number;
  readonly connected: boolean;
  readonly commands: readonly Planned[];
  readonly messages: readonly Message[];
  readonly atWork: readonly Handler[];
  /** Attempts that the device has carried out. */
  readonly executed: readonly string[];
  /** Attempts that became acknowledged, each time. */
  readonly acknowledged: readonly string[];
  /** Commands of which the group heard that they ended. */
  readonly reported: readonly string[];
  readonly left: Mishaps;
}

/** Time moves in steps: a command's time-out is one, its lifetime two. */
const firstStep = 1;
const lastStep = 5;

/** What may happen to the commands of one device within bounds, as these plans have it. */
export const commandModel = (bounds: Bounds, plans: Plans): Model<World> => ({
  first: initialWorld(bounds),
  next: (world) => next(world, bounds, plans),
  keyOf,
  faultOf,
  isSettled: (world) => isSettled(world, bounds),
});

const initialWorld = (bounds: Bounds): World => ({
  now: firstStep * bounds.step,
  connected: bounds.connected,
  commands: [],
  messages: Array.from({ length: bounds.together ? bounds.commands : 1 }, (_, at) => ({
    to: 'create',
    commandId: `c${at + 1}`,
  })),
  atWork: [],
  executed: [],
  acknowledged: [],
  reported: [],
  left: {
    crashes: bounds.crashes,
    duplicates: bounds.duplicates,
    losses: bounds.losses,
    cancels: bounds.cancels,
    changes: bounds.changes,
  },
});

/** Every world that may come next, each with what led to it. */
function* next(world: World, bounds: Bounds, plans: Plans): Generator<readonly [string, World]> {
  // A handler lives less than a step: Lambda ends it after seconds. What waits in a queue is delivered within one, too, unless late.
  // A command's time begins when it is asked for.
  const mayWait = bounds.lateMessages ? world.messages.every(({ to }) => to !== 'create') : !isBusy(world);
  if (!bounds.timeStands && world.now < lastStep * bounds.step && world.atWork.length === 0 && mayWait)
    yield ['time passes', { ...world, now: world.now + bounds.step }];
  if (world.left.changes > 0) yield [world.connected ? 'disconnects' : 'connects', reconnect(world)];
  for (const [index, handler] of world.atWork.entries()) yield* proceed(world, bounds, plans, handler, index);
  for (const [index, message] of world.messages.entries()) yield* deliver(world, bounds, plans, message, index);
  if (world.left.cancels > 0)
    for (const { commandId, state } of world.commands)
      if (!isFinal(state))
        yield [`cancel ${commandId}`, { ...send(world, { to: 'cancel', commandId }), left: spend(world, 'cancels') }];
}

/** Whether something is to be delivered now. */
const isBusy = ({ messages, now, connected }: World): boolean =>
  messages.some((message) => (message.to === 'timer' ? message.at <= now : message.to === 'device' ? connected : true));

function* deliver(world: World, bounds: Bounds, plans: Plans, message: Message, index: number) {
  const name = describe(message);
  const rest = world.messages.filter((_, other) => other !== index);
  if (message.to === 'device' || message.to === 'response') {
    // Nobody keeps what is published while the device is away.
    const isLost = message.to === 'device' && !world.connected;
    if (isLost) yield [`nobody hears ${name}`, { ...world, messages: rest }] as const;
    else if (world.left.losses > 0)
      yield [`lost ${name}`, { ...world, messages: rest, left: spend(world, 'losses') }] as const;
    if (isLost) return;
  }
  const doubled = () => ({ ...world, messages: world.messages, left: spend(world, 'duplicates') });
  if (message.to === 'device') {
    const after = execute({ ...world, messages: rest }, message);
    yield [`the device takes ${name}`, after] as const;
    if (world.left.duplicates > 0) yield [`the device takes a copy of ${name}`, execute(doubled(), message)] as const;
    return;
  }
  if (message.to === 'group') {
    const reported = [...new Set([...world.reported, message.commandId])].sort();
    yield [`the group hears ${name}`, { ...world, messages: rest, reported }] as const;
    return;
  }
  if (message.to === 'timer' && message.at > world.now) return;
  if (message.to === 'stream' && bounds.timeStands) return;
  // The mailbox is a message group of a FIFO queue: one at a time.
  const dispatching = world.atWork.some((handler) => handler.message.to === 'dispatch');
  if (world.atWork.length >= bounds.handlers || (message.to === 'dispatch' && dispatching)) return;
  const handler = { message, effects: plan(world, bounds, plans, message) };
  yield [`begins ${name}`, { ...world, messages: rest, atWork: [...world.atWork, handler] }] as const;
  if (world.left.duplicates > 0)
    yield [`begins a copy of ${name}`, { ...doubled(), atWork: [...world.atWork, handler] }] as const;
}

const describe = textOnce(({ to, ...rest }: Message) => `${to} ${Object.values(rest).join(' ')}`);

const spend = ({ left }: World, what: keyof Mishaps): Mishaps => ({ ...left, [what]: left[what] - 1 });

/** Presence tells of the connection before it wakes the mailbox. */
function reconnect(world: World): World {
  const after = { ...world, connected: !world.connected, left: spend(world, 'changes') };
  return after.connected ? send(after, { to: 'dispatch', missedUntil: world.now }) : after;
}

function plan(world: World, bounds: Bounds, plans: Plans, message: Message): readonly Effect[] {
  const { now, commands, connected } = world;
  switch (message.to) {
    case 'create':
      return plans.planCreate(
        {
          commandId: message.commandId,
          ...(bounds.commands === 1 && { parentId: 'group' }),
          priority: 0,
          state: 'queued',
          createdAt: now,
          expiresAt: now + 2 * bounds.step,
          timeoutSeconds: bounds.step / 1000,
        },
        {
          directly: bounds.directly,
          ...(bounds.directly &&
            connected &&
            commands.every(({ state }) => isFinal(state)) && { attemptId: newAttempt(world) }),
        },
      );
    case 'cancel':
      return plans.planCancel(message.commandId, now);
    case 'dispatch': {
      const open = commands.filter(({ state }) => !isFinal(state));
      return plans.planDispatch(open, { connected, missedUntil: message.missedUntil }, now, newAttempt(world));
    }
    case 'stream':
    case 'timer': {
      const command = commands.find(({ commandId }) => commandId === message.commandId);
      return message.to === 'timer' ? plans.planTimer(command, now) : plans.planNew(command, now);
    }
    case 'response': {
      const { commandId, attemptId, ends } = message;
      const command = commands.find((one) => one.commandId === commandId);
      if (command?.attemptId !== attemptId) return [];
      return plans.planResponse(
        commandId,
        ends ? { type: 'end', attemptId, outcome: 'succeeded', at: now } : { type: 'acknowledge', attemptId, at: now },
      );
    }
    default:
      throw new Error(`nobody handles ${message.to}`);
  }
}

/** A name that no attempt before had. */
const newAttempt = ({ commands }: World): string =>
  `a${new Set(commands.map(({ attemptId }) => attemptId).filter(Boolean)).size + 1}`;

/** The handler's next effect; or it ends, or dies, and its message comes again. */
function* proceed(
  world: World,
  bounds: Bounds,
  plans: Plans,
  handler: Handler,
  index: number,
): Generator<readonly [string, World]> {
  const others = world.atWork.filter((_, other) => other !== index);
  const name = describe(handler.message);
  const [first] = handler.effects;
  if (first === undefined) {
    const after = { ...world, atWork: others };
    const given = Number(handler.message.to === 'create' && handler.message.commandId.slice(1));
    // The next is given when the one before is: they differ in nothing else.
    yield [`ends ${name}`, given > 0 && given < bounds.commands ? giveNext(after, given + 1) : after];
    return;
  }
  // Notices that follow each other are done at once: each of them may be the first.
  const inAnyOrder = isNotice(first) ? handler.effects.findIndex((effect) => !isNotice(effect)) : 1;
  const choices = handler.effects.slice(0, inAnyOrder < 0 ? handler.effects.length : inAnyOrder);
  for (const [at, effect] of choices.entries()) {
    const after = perform(world, plans, effect);
    // What AWS IoT does not take, the mailbox is woken for; a publish of its own comes again with its message.
    if (effect.type === 'deliver' && effect.directly && world.left.losses > 0) {
      const woken = send(world, { to: 'dispatch', missedUntil: world.now });
      const rest = handler.effects.filter((_, other) => other !== at);
      const atWork = [...others, { message: handler.message, effects: rest }];
      yield [`${effect.type} of ${name} fails`, { ...woken, atWork, left: spend(world, 'losses') }];
    }
    const stopped =
      effect.type === 'apply' &&
      effect.goOn !== undefined &&
      effect.goOn !== (after === world ? 'unchanged' : 'changed');
    const effects = stopped ? [] : handler.effects.filter((_, other) => other !== at);
    yield [`${effect.type} of ${name}`, { ...after, atWork: [...others, { message: handler.message, effects }] }];
  }
  if (world.left.crashes > 0) {
    // A person's request comes again if the person likes: here, never. A wake-up tells that it comes again.
    const { message } = handler;
    const again: Message[] =
      message.to === 'cancel'
        ? []
        : [message.to === 'dispatch' ? { ...message, missedUntil: Number.POSITIVE_INFINITY } : message];
    yield [`dies at ${name}`, again.reduce(send, { ...world, atWork: others, left: spend(world, 'crashes') })];
  }
}

const giveNext = (world: World, number: number): World => {
  const commandId = `c${number}`;
  const isThere = world.commands.some((one) => one.commandId === commandId);
  return isThere ? world : send(world, { to: 'create', commandId });
};

function perform(world: World, plans: Plans, effect: Effect): World {
  switch (effect.type) {
    case 'create': {
      const { command, sent } = effect;
      if (world.commands.some(({ commandId }) => commandId === command.commandId)) return world;
      const isOnly = world.commands.every(({ state }) => isFinal(state));
      const written = isOnly && sent !== undefined ? sent : command;
      const { commandId } = command;
      return send({ ...world, commands: [...world.commands, written] }, { to: 'stream', commandId });
    }
    case 'deliver': {
      const command = world.commands.find(({ commandId }) => commandId === effect.commandId);
      if (command?.state === 'queued') return send(world, { to: 'dispatch', missedUntil: 0 });
      const { commandId, attemptId } = command ?? {};
      return effect.directly && command?.state === 'sent' && commandId !== undefined && attemptId !== undefined
        ? send(world, { to: 'device', commandId, attemptId })
        : world;
    }
    case 'apply':
      return apply(world, plans, effect.commandId, effect.event);
    case 'publish':
      return send(world, { to: 'device', commandId: effect.commandId, attemptId: effect.attemptId });
    case 'timer':
      return send(world, { to: 'timer', commandId: effect.commandId, at: effect.at });
    case 'wake':
      return send(world, { to: 'dispatch', missedUntil: effect.next ? 0 : world.now });
    case 'wakeForNext': {
      const command = world.commands.find(({ commandId }) => commandId === effect.commandId);
      return command !== undefined && leavesFollower(command) ? send(world, { to: 'dispatch', missedUntil: 0 }) : world;
    }
    case 'report': {
      const command = world.commands.find(({ commandId }) => commandId === effect.commandId);
      return command?.parentId !== undefined && isFinal(command.state)
        ? send(world, { to: 'group', commandId: effect.commandId })
        : world;
    }
    case 'tell':
      return world;
  }
}

/** Two of the same are no more than one: a handler may always be called once too often, which duplicates try. */
function send(world: World, message: Message): World {
  if (message.to === 'dispatch') {
    // Wake-ups of a device are taken together.
    const others = world.messages.filter(({ to }) => to !== 'dispatch');
    const missedUntil = Math.max(
      message.missedUntil,
      ...world.messages.map((other) => (other.to === 'dispatch' ? other.missedUntil : 0)),
    );
    return { ...world, messages: [...others, { to: 'dispatch', missedUntil }] };
  }
  const text = describe(message);
  return world.messages.some((other) => describe(other) === text)
    ? world
    : { ...world, messages: [...world.messages, message] };
}

function apply(world: World, plans: Plans, commandId: string, event: LifeEvent): World {
  const command = world.commands.find((one) => one.commandId === commandId);
  const change = command && plans.transition(command, event);
  if (command === undefined || change === undefined) return world;
  // What is only written down decides nothing, and would tell worlds apart that are the same.
  const { acknowledgedAt: _, endedAt: __, reason: ___, ...decisive } = { ...command, ...change };
  const became = change.acknowledgedAt !== undefined && change.state === 'acknowledged';
  return {
    ...world,
    commands: world.commands.map((one) => (one === command ? decisive : one)),
    acknowledged: became ? [...world.acknowledged, `${commandId} ${decisive.attemptId}`] : world.acknowledged,
  };
}

/** The device carries out an attempt once; of one that it knows already it says again what it said. */
function execute(world: World, { commandId, attemptId }: Extract<Message, { to: 'device' }>): World {
  const attempt = `${commandId} ${attemptId}`;
  const executed = world.executed.includes(attempt) ? world.executed : [...world.executed, attempt].sort();
  const answers = [false, true].map((ends) => ({ to: 'response', commandId, attemptId, ends }) as const);
  return answers.reduce(send, { ...world, executed });
}

/** Whether all that began has ended, the group knows of it, and nothing is under way. */
const isSettled = ({ commands, messages, atWork, reported }: World, bounds: Bounds): boolean =>
  commands.length === bounds.commands &&
  commands.every(
    ({ state, commandId, parentId }) => isFinal(state) && (parentId === undefined || reported.includes(commandId)),
  ) &&
  atWork.length === 0 &&
  messages.every(({ to }) => to !== 'response');

/** What breaks a rule in one step. */
function faultOf(before: World, after: World): string | undefined {
  for (const command of before.commands) {
    const now = after.commands.find(({ commandId }) => commandId === command.commandId);
    if (isFinal(command.state) && now?.state !== command.state) return `${command.commandId} ended twice`;
  }
  if (new Set(after.acknowledged).size < after.acknowledged.length) return 'an attempt was acknowledged twice';
  if (after.commands.filter(({ state }) => isUnderWay(state)).length > 1)
    return 'two commands are under way at one device';
  for (const { commandId, state } of after.commands)
    if (!isFinal(state) && !isWatched(after, commandId)) return `${commandId} is open and nothing watches it`;
  return undefined;
}

const isWatched = ({ messages, atWork }: World, commandId: string): boolean =>
  messages.some((message) => bringsTimer(message, commandId)) ||
  atWork.some(
    ({ message, effects }) =>
      bringsTimer(message, commandId) ||
      effects.some((effect) => effect.type === 'timer' && effect.commandId === commandId),
  );

const bringsTimer = (message: Message, commandId: string): boolean =>
  (message.to === 'timer' || message.to === 'stream') && message.commandId === commandId;

const textOfHandler = textOnce(({ message, effects }: Handler) => `${describe(message)}>${JSON.stringify(effects)}`);
const textOfCommand = textOnce(
  (one: Planned) => `${one.commandId}${one.state}${one.attemptId}${one.sentAt}${one.createdAt}${one.followed}`,
);

/** The same world, however its parts are ordered. */
function keyOf({ now, connected, commands, messages, atWork, executed, acknowledged, reported, left }: World) {
  return [
    now,
    connected,
    commands.map(textOfCommand).sort(),
    messages.map(describe).sort().join('|'),
    atWork.map(textOfHandler).sort().join('|'),
    executed.join('|'),
    [...acknowledged].sort().join('|'),
    reported.join('|'),
    Object.values(left).join(),
  ].join('/');
}
