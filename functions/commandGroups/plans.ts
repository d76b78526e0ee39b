import { type Counts, countOutcomes, type Outcome, type Quorum, verdictOf } from './quorum.ts';

/**
 * The life of a group command, and what each handler does in it, as a list of effects in their order.
 *
 *     planning → running → [compensating →] succeeded | failed
 *     planning, running → cancelling → [compensating →] cancelled
 *
 * A handler may die after any effect and is then called again with the same message. All look at what is, and do what that still
 * lacks; test/unit/commandGroups/modelCheck.test.ts tries every way. One call of `planAdvance` at a time for each group.
 */
export const openGroupStates = ['planning', 'running', 'cancelling', 'compensating'] as const;
export const finalGroupStates = ['succeeded', 'failed', 'cancelled'] as const;
type FinalGroupState = (typeof finalGroupStates)[number];
export type GroupState = (typeof openGroupStates)[number] | FinalGroupState;

export const hasEnded = (state: GroupState): state is FinalGroupState =>
  (finalGroupStates as readonly GroupState[]).includes(state);

/** A group command as far as its plans go. */
export interface PlannedGroup {
  readonly state: GroupState;
  /** The last device that this state has dealt with, in the order of their ids. */
  readonly cursor?: string | undefined;
  /** Somebody wants it cancelled. */
  readonly cancelRequested?: boolean | undefined;
  readonly quorum: Quorum;
  /** If the quorum is missed, those that succeeded are sent another command. */
  readonly compensates: boolean;
  /** What was told last to those who watch. */
  readonly told?: Told | undefined;
}

interface Told {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly progress: string;
  /** Another look is ordered, because this one came too soon. */
  readonly later?: boolean | undefined;
}

/** A device of a group command; in the order of their ids. */
export interface PlannedTarget {
  readonly deviceId: string;
  readonly outcome?: Outcome | undefined;
  readonly compensation?: Outcome | undefined;
}

/** Which of a target's two commands. */
export type Part = 'command' | 'compensation';

export type Effect =
  /** Writes the group, its targets first, on condition that there is none of this id. */
  | { readonly type: 'begin' }
  /** Makes a target's command, whose id is always the same; a device that can't be commanded ends as refused. */
  | { readonly type: 'create'; readonly part: Part; readonly deviceId: string }
  /** Cancels a target's command, or notes that it was never made. */
  | { readonly type: 'cancel'; readonly deviceId: string }
  /** Notes for each target how its commands ended, if they have: once, and never another way. */
  | { readonly type: 'settle'; readonly deviceIds: readonly string[] }
  /** Changes the group, on condition that nobody did since it was read. */
  | { readonly type: 'move'; readonly state: GroupState; readonly cursor?: string | undefined }
  /** Calls `planAdvance`. */
  | { readonly type: 'wake' }
  /** Calls `planTimer`, or with `look` only `planAdvance`, not before `at`. Epoch milliseconds. */
  | { readonly type: 'timer'; readonly at: number; readonly look?: true }
  /** To those who watch. */
  | { readonly type: 'tell' }
  | { readonly type: 'noteTold'; readonly told: Told };

/** A look at every open group at least this often: what was lost costs no more. Milliseconds. */
const longestLook = 60_000;
/** A request lives no longer (AWS: "Quotas for HTTP APIs", 30 s): its first timer finds what it wrote, or nobody will write it. */
const requestLife = 35_000;
/** Two changes a second, at most, are told of a group. Milliseconds. */
const tellingPause = 500;

/** The timer comes first: a group without one could be left lying. One for a group that was never written does no harm. */
export const planRequest = (now: number): Effect[] => [
  { type: 'timer', at: now + requestLife },
  { type: 'begin' },
  { type: 'wake' },
];

/** Commands of these targets ended, or may have. */
export const planReport = (deviceIds: readonly string[]): Effect[] => [{ type: 'settle', deviceIds }, { type: 'wake' }];

/**
 * The group's timer rang. Each orders the next.
 * @param group as it is now; undefined: it was never written
 */
export function planTimer(group: PlannedGroup | undefined, targets: readonly PlannedTarget[], now: number): Effect[] {
  if (group === undefined || hasEnded(group.state)) return [];
  const part: Part = group.state === 'compensating' ? 'compensation' : 'command';
  return [
    { type: 'timer', at: now + longestLook },
    ...planReport(targets.filter((target) => isOpen(target, part)).map(({ deviceId }) => deviceId)),
  ];
}

/**
 * The group was woken: its next step.
 * @param atOnce targets that one call deals with
 */
export function planAdvance(group: PlannedGroup, targets: readonly PlannedTarget[], atOnce: number): Effect[] {
  const { state, cursor = '' } = group;
  const next = (part: Part, act: (deviceId: string) => Effect): Effect[] => {
    const due = targets.filter((target) => target.deviceId > cursor && isOpen(target, part)).slice(0, atOnce);
    const last = due.at(-1);
    if (last === undefined) return [];
    return [
      ...due.map(({ deviceId }) => act(deviceId)),
      { type: 'move', state, cursor: last.deviceId },
      { type: 'wake' },
    ];
  };
  const go = (to: GroupState): Effect[] => [{ type: 'move', state: to }, { type: 'wake' }];
  const create = (part: Part) => (deviceId: string) => ({ type: 'create', part, deviceId }) as const;

  const counts = countOutcomes(targets.map(({ outcome }) => outcome));
  // What has ended can't be cancelled any more.
  const isCancellable = state === 'planning' || (state === 'running' && counts.open > 0);
  if (group.cancelRequested && isCancellable) return go('cancelling');
  switch (state) {
    case 'planning': {
      const creations = next('command', create('command'));
      return creations.length > 0 ? creations : go('running');
    }
    case 'cancelling': {
      const cancellations = next('command', (deviceId) => ({ type: 'cancel', deviceId }));
      if (cancellations.length > 0) return cancellations;
      break;
    }
    case 'compensating': {
      const creations = next('compensation', create('compensation'));
      if (creations.length > 0) return creations;
      return targets.some((target) => isOpen(target, 'compensation'))
        ? []
        : go(group.cancelRequested ? 'cancelled' : 'failed');
    }
    case 'running':
      break;
    default:
      return [];
  }
  if (counts.open > 0) return [];
  const met = verdictOf(counts, group.quorum) === 'met';
  if (!met && group.compensates && counts.succeeded > 0) return go('compensating');
  if (state === 'cancelling') return go('cancelled');
  return go(met ? 'succeeded' : 'failed');
}

function isOpen({ outcome, compensation }: PlannedTarget, part: Part): boolean {
  return part === 'command' ? outcome === undefined : outcome === 'succeeded' && compensation === undefined;
}

/** What those who watch must be told now: nothing twice, and not too often. */
export function planTelling(
  { state, told }: Pick<PlannedGroup, 'state' | 'told'>,
  { command, compensation }: { readonly command: Counts; readonly compensation: Counts },
  now: number,
): Effect[] {
  const progress = `${state} ${command.open} ${compensation.open}`;
  if (told?.progress === progress) return [];
  const due = (told?.at ?? 0) + tellingPause;
  if (hasEnded(state) || now >= due) return [{ type: 'tell' }, { type: 'noteTold', told: { at: now, progress } }];
  if (told === undefined || told.later) return [];
  return [
    { type: 'timer', at: due, look: true },
    { type: 'noteTold', told: { ...told, later: true } },
  ];
}
