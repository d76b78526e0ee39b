import {
  type Effect,
  type GroupState,
  hasEnded,
  type Part,
  type PlannedGroup,
  type PlannedTarget,
  planAdvance,
  planReport,
  planRequest,
  planTimer,
} from '../../../functions/commandGroups/plans.ts';
import { countOutcomes, type Outcome, type Quorum, verdictOf } from '../../../functions/commandGroups/quorum.ts';
import type { Model } from '../explore.ts';

/**
 * An executable model of one group command: queues that deliver at least once and in any order, reports that come twice or never,
 * handlers that die between any two effects, somebody who cancels. The plans are the real ones; the store, the queues and the
 * commands of the devices are the model's.
 */
export interface Bounds {
  readonly targets: number;
  readonly quorum: Quorum;
  readonly compensates: boolean;
  /** How often, in all, a handler dies, a report comes twice, a report never comes, somebody cancels, a device refuses. */
  readonly crashes: number;
  readonly duplicates: number;
  readonly losses: number;
  readonly cancels: number;
  readonly refusals: number;
  /** Handlers at work at once. */
  readonly handlers: number;
}

type Message =
  | { readonly to: 'request' | 'cancel' | 'advance' | 'timer' }
  | { readonly to: 'report'; readonly deviceId: string };

interface Handler {
  readonly message: Message;
  /** Version of the group when its handler read it. */
  readonly version: number;
  readonly effects: readonly (Effect | { readonly type: 'requestCancel' })[];
}

interface World {
  readonly group?: PlannedGroup & { readonly version: number };
  readonly targets: readonly PlannedTarget[];
  /** By part and device: how a command ended, or that it goes on. */
  readonly commands: Readonly<Record<string, Outcome | 'open'>>;
  /** The request has been answered, or died: the first timer does not ring before. */
  readonly requested: boolean;
  readonly messages: readonly Message[];
  readonly atWork: readonly Handler[];
  readonly left: Pick<Bounds, 'crashes' | 'duplicates' | 'losses' | 'cancels' | 'refusals'>;
}

const commandOf = (part: Part, deviceId: string) => `${part} ${deviceId}`;
const atOnce = 1;

export const realPlans = { planAdvance, planReport, planRequest, planTimer };

export function groupModel(bounds: Bounds, plans: typeof realPlans = realPlans): Model<World> {
  const { crashes, duplicates, losses, cancels, refusals } = bounds;
  const planned = Array.from({ length: bounds.targets }, (_, index) => ({ deviceId: `d${index + 1}` }));
  return {
    first: {
      targets: [],
      commands: {},
      requested: false,
      messages: [{ to: 'request' }],
      atWork: [],
      left: { crashes, duplicates, losses, cancels, refusals },
    },
    next,
    keyOf: ({ messages, atWork, ...world }) => JSON.stringify([world, sorted(messages), sorted(atWork)]),
    faultOf,
    // A request that died before it wrote anything leaves nothing.
    isSettled: ({ group, messages, atWork }) =>
      atWork.length === 0 && (group === undefined ? messages.length === 0 : hasEnded(group.state)),
  };

  function* next(world: World): Generator<readonly [string, World]> {
    for (const [index, handler] of world.atWork.entries()) yield* proceed(world, handler, index);
    for (const [index, message] of world.messages.entries()) {
      const name = JSON.stringify(message);
      const messages = world.messages.filter((_, other) => other !== index);
      if (message.to === 'report') {
        const { left } = world;
        if (left.losses > 0) yield [`lost ${name}`, { ...world, messages, left: { ...left, losses: left.losses - 1 } }];
        if (left.duplicates > 0)
          yield [`doubled ${name}`, begin({ ...world, left: { ...left, duplicates: left.duplicates - 1 } }, message)];
      }
      if (world.atWork.length >= bounds.handlers) continue;
      if (message.to === 'timer' && !world.requested) continue;
      // A group has a message group of a FIFO queue: one at a time.
      if (message.to === 'advance' && world.atWork.some((handler) => handler.message.to === 'advance')) continue;
      yield [`begins ${name}`, begin({ ...world, messages }, message)];
    }
    for (const [name, state] of Object.entries(world.commands)) {
      if (state !== 'open') continue;
      const [, deviceId = ''] = name.split(' ');
      for (const outcome of ['succeeded', 'failed'] as const)
        yield [
          `${name} ${outcome}`,
          send({ ...world, commands: { ...world.commands, [name]: outcome } }, { to: 'report', deviceId }),
        ];
    }
    const { group, left } = world;
    if (left.cancels > 0 && group !== undefined && !hasEnded(group.state))
      yield ['somebody cancels', send({ ...world, left: { ...left, cancels: left.cancels - 1 } }, { to: 'cancel' })];
  }

  function begin(world: World, message: Message): World {
    const handler = { message, version: world.group?.version ?? 0, effects: plan(world, message).flatMap(oneByOne) };
    return { ...world, atWork: [...world.atWork, handler] };
  }

  function plan({ group, targets }: World, message: Message): readonly Handler['effects'][number][] {
    switch (message.to) {
      case 'request':
        return plans.planRequest(0);
      case 'advance':
        return group === undefined ? [] : plans.planAdvance(group, targets, atOnce);
      case 'report':
        return plans.planReport([message.deviceId]);
      case 'timer':
        return plans.planTimer(group, targets, 0);
      case 'cancel':
        return [{ type: 'requestCancel' }, { type: 'wake' }];
    }
  }

  /** The handler's next effect; or it ends, or dies, and its message comes again. A request comes only once. */
  function* proceed(world: World, handler: Handler, index: number): Generator<readonly [string, World]> {
    const others = world.atWork.filter((_, other) => other !== index);
    const name = JSON.stringify(handler.message);
    const [effect, ...effects] = handler.effects;
    const isRequest = handler.message.to === 'request';
    if (effect === undefined)
      yield [`ends ${name}`, { ...world, atWork: others, requested: world.requested || isRequest }];
    else
      for (const after of perform(world, effect, handler))
        yield [`${JSON.stringify(effect)} of ${name}`, { ...after, atWork: [...others, { ...handler, effects }] }];
    const { left } = world;
    if (left.crashes > 0)
      yield [
        `dies at ${name}`,
        {
          ...world,
          atWork: others,
          requested: world.requested || isRequest,
          messages:
            isRequest || handler.message.to === 'cancel' ? world.messages : [...world.messages, handler.message],
          left: { ...left, crashes: left.crashes - 1 },
        },
      ];
  }

  function* perform(world: World, effect: Handler['effects'][number], handler: Handler): Generator<World> {
    const { group, commands, left } = world;
    switch (effect.type) {
      case 'begin':
        yield {
          ...world,
          targets: planned,
          group: { state: 'planning', quorum: bounds.quorum, compensates: bounds.compensates, version: 1 },
        };
        return;
      case 'create': {
        const name = commandOf(effect.part, effect.deviceId);
        if (name in commands) {
          yield world;
          return;
        }
        yield { ...world, commands: { ...commands, [name]: 'open' } };
        if (left.refusals > 0)
          yield note(
            { ...world, left: { ...left, refusals: left.refusals - 1 } },
            effect.part,
            effect.deviceId,
            'refused',
          );
        return;
      }
      case 'cancel': {
        const name = commandOf('command', effect.deviceId);
        const state = commands[name];
        if (state === undefined) yield note(world, 'command', effect.deviceId, 'cancelled');
        else yield world;
        if (state === 'open')
          yield send(
            { ...world, commands: { ...commands, [name]: 'cancelled' } },
            { to: 'report', deviceId: effect.deviceId },
          );
        return;
      }
      case 'settle':
        yield effect.deviceIds.reduce(settle, world);
        return;
      case 'move': {
        if (group === undefined || group.version !== handler.version) {
          yield world;
          return;
        }
        const { cursor: _, ...rest } = group;
        const { state, cursor } = effect;
        const moved = { ...rest, state, ...(cursor !== undefined && { cursor }), version: group.version + 1 };
        yield { ...world, group: moved };
        return;
      }
      case 'requestCancel':
        yield group === undefined || !(group.state === 'planning' || group.state === 'running')
          ? world
          : { ...world, group: { ...group, cancelRequested: true, version: group.version + 1 } };
        return;
      case 'wake':
        yield send(world, { to: 'advance' });
        return;
      case 'timer':
        yield send(world, { to: 'timer' });
        return;
      default:
        throw new Error(`nobody does ${effect.type}`);
    }
  }

  function settle(world: World, deviceId: string): World {
    return (['command', 'compensation'] as const).reduce((now, part) => {
      const outcome = now.commands[commandOf(part, deviceId)];
      return outcome === undefined || outcome === 'open' ? now : note(now, part, deviceId, outcome);
    }, world);
  }

  function note(world: World, part: Part, deviceId: string, outcome: Outcome): World {
    const name = part === 'command' ? 'outcome' : 'compensation';
    return {
      ...world,
      targets: world.targets.map((target) =>
        target.deviceId === deviceId && target[name] === undefined ? { ...target, [name]: outcome } : target,
      ),
    };
  }

  /** The rules, of one step. */
  function faultOf(before: World, after: World): string | undefined {
    const { group, targets, commands } = after;
    if (group === undefined) return undefined;
    if (before.group !== undefined && hasEnded(before.group.state) && group.state !== before.group.state)
      return 'it ended twice';
    for (const { deviceId, outcome, compensation } of before.targets) {
      const now = targets.find((target) => target.deviceId === deviceId);
      if (outcome !== undefined && now?.outcome !== outcome) return `the outcome of ${deviceId} changed`;
      if (compensation !== undefined && now?.compensation !== compensation)
        return `the compensation of ${deviceId} changed`;
    }
    for (const { deviceId, outcome } of targets) {
      const command = commands[commandOf('command', deviceId)];
      if (command !== undefined && outcome !== undefined && command !== outcome)
        return `${deviceId} is said to be ${outcome}, and is ${command}`;
      if (commandOf('compensation', deviceId) in commands && outcome !== 'succeeded')
        return `${deviceId} is compensated for what it did not do`;
    }
    if (!hasEnded(group.state)) return watches(after) ? undefined : 'it is open and nothing watches it';
    return hasEnded(before.group?.state ?? 'planning') ? undefined : endFault(after, group);
  }

  function endFault({ targets, commands }: World, { state }: { readonly state: GroupState }): string | undefined {
    const counts = countOutcomes(targets.map(({ outcome }) => outcome));
    if (counts.open > 0 || Object.values(commands).includes('open')) return 'it ended before its devices';
    const met = verdictOf(counts, bounds.quorum) === 'met';
    if (state !== 'cancelled' && met !== (state === 'succeeded'))
      return `it is ${state}, and its quorum says otherwise`;
    for (const { deviceId, outcome, compensation } of targets) {
      const isDue = bounds.compensates && !met && outcome === 'succeeded';
      if (isDue !== (compensation !== undefined))
        return `${deviceId} is ${compensation === undefined ? 'not ' : ''}compensated`;
    }
    return undefined;
  }

  function watches({ messages, atWork }: World): boolean {
    return (
      messages.some(({ to }) => to === 'timer') ||
      atWork.some(({ message, effects }) => message.to === 'timer' || effects.some(({ type }) => type === 'timer'))
    );
  }
}

/** A settling is a write for each device: a handler may die between any two. */
const oneByOne = (effect: Handler['effects'][number]): Handler['effects'] =>
  effect.type === 'settle' ? effect.deviceIds.map((deviceId) => ({ type: 'settle', deviceIds: [deviceId] })) : [effect];

/** Two of the same are no more than one: a handler may always be called once too often, which crashes try. */
function send(world: World, message: Message): World {
  const text = JSON.stringify(message);
  return world.messages.some((other) => JSON.stringify(other) === text)
    ? world
    : { ...world, messages: [...world.messages, message] };
}

const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
