import { decodeTime } from 'ulid';
import * as z from 'zod';
import { commandId, priority } from '../commands/command.ts';
import { applicationId, deviceId, metadata, roomId, timestamp, typeName, version } from '../model/identifiers.ts';
import { deterministicUlid } from '../platform/ulid.ts';
import { finalGroupStates, openGroupStates, type Part } from './plans.ts';
import { outcomes } from './quorum.ts';

/** More devices than this are not commanded together: all of them are read at each step. */
export const mostTargets = 1000;

const daySeconds = 86_400;

export const groupState = z.enum([...openGroupStates, ...finalGroupStates]).meta({
  id: 'GroupCommandState',
  description:
    'planning: its devices get their commands. running: they carry them out. cancelling: they are taken back. compensating: too few succeeded, and those that did get the compensating command. The others are final.',
});

export const outcome = z.enum(outcomes).meta({
  id: 'GroupCommandOutcome',
  description: 'How the command of a device ended. refused: it was never given one.',
});

export const countsByOutcome = z
  .object(
    Object.fromEntries((['open', ...outcomes] as const).map((name) => [name, z.int().nonnegative()])) as Record<
      'open' | (typeof outcomes)[number],
      z.ZodInt
    >,
  )
  .meta({ id: 'GroupCommandCounts', description: 'Devices by outcome; open: not ended yet. They add up to all.' });

export const quorum = z
  .union([
    z.strictObject({ count: z.int().min(1).max(mostTargets) }),
    z.strictObject({
      percent: z.number().min(0).max(100),
      leaveOut: z
        .array(outcome.exclude(['succeeded']))
        .max(outcomes.length)
        .default([])
        .meta({ description: 'Devices that ended so are no part of the whole' }),
    }),
  ])
  .meta({
    id: 'GroupCommandQuorum',
    description: 'How many devices must succeed: a number, or a part of the whole; one at least.',
  });

export const filter = z
  .strictObject({ deviceType: typeName.optional(), metadata: metadata.optional() })
  .meta({ id: 'GroupCommandFilter', description: 'Devices of this type, with this metadata' });

/** Seconds. */
export const timeout = z
  .int()
  .min(1)
  .max(daySeconds)
  .meta({ description: 'Seconds from when a device is sent it until it must have ended' });
export const deadlineIn = z
  .int()
  .min(2)
  .max(7 * daySeconds)
  .meta({ description: 'Seconds until all must have ended: a device is sent it until `timeout` before that' });

export const compensation = z.object({
  name: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  timeout,
  deadlineIn,
});

/** Who asked for what. */
const cause = z.object({ actor: z.string(), operation: z.string() });
/** Epoch milliseconds. */
const time = z.int().positive();

/** A group command as the table holds it. */
export const storedGroup = z.object({
  commandId,
  applicationId,
  /** Of a command of a room; otherwise it is one of its application. */
  roomId: roomId.optional(),
  name: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  priority,
  filter,
  quorum,
  timeout,
  deadlineIn,
  compensation: compensation.optional(),
  cause,
  /** Who cancelled it. */
  cancelledBy: cause.optional(),
  state: groupState,
  cursor: z.string().optional(),
  /** How many devices. */
  targets: z.int().positive(),
  createdAt: time,
  compensatingSince: time.optional(),
  endedAt: time.optional(),
  /** Of its end. */
  counts: countsByOutcome.optional(),
  told: z.object({ at: time, progress: z.string(), later: z.boolean().optional() }).optional(),
  version,
});
export type Group = z.infer<typeof storedGroup>;

/** A device of a group command: when it was asked for they were frozen. */
export const storedTarget = z.object({
  deviceId,
  roomId: roomId.optional(),
  outcome: outcome.optional(),
  reason: z.string().optional(),
  compensation: outcome.optional(),
  compensationReason: z.string().optional(),
});
export type Target = z.infer<typeof storedTarget>;

/** A group command as people see it. */
export const shownGroup = storedGroup
  .omit({ cause: true, cancelledBy: true, cursor: true, told: true, compensatingSince: true, version: true })
  .extend({
    requestedBy: z.string(),
    cancelledBy: z.string().optional(),
    createdAt: timestamp,
    deadline: timestamp,
    endedAt: timestamp.optional(),
  })
  .omit({ deadlineIn: true })
  .meta({ id: 'GroupCommand' });

export function showGroup(group: Group): z.infer<typeof shownGroup> {
  const {
    cause: by,
    cancelledBy,
    cursor: _,
    told: __,
    compensatingSince: ___,
    version: ____,
    deadlineIn: _____,
    ...rest
  } = group;
  return {
    ...rest,
    requestedBy: by.actor,
    ...(cancelledBy !== undefined && { cancelledBy: cancelledBy.actor }),
    createdAt: iso(group.createdAt),
    deadline: iso(deadlineOf(group, 'command')),
    endedAt: group.endedAt === undefined ? undefined : iso(group.endedAt),
  };
}

export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** By when all devices must have ended. Epoch milliseconds. */
export const deadlineOf = (group: Group, part: Part): number =>
  part === 'command'
    ? group.createdAt + group.deadlineIn * 1000
    : (group.compensatingSince ?? group.createdAt) + (group.compensation?.deadlineIn ?? 0) * 1000;

/** The id of a device's command: the same however often it is asked for. */
export const childId = (group: Pick<Group, 'commandId' | 'compensatingSince'>, part: Part, device: string): string =>
  deterministicUlid(
    part === 'command' ? decodeTime(group.commandId) : (group.compensatingSince ?? 0),
    `${group.commandId} ${part} ${device}`,
  );

/** As in `room:hall-2`: what it is a command of, which is also the channel that tells of it. */
export const scopeOf = ({
  roomId: room,
  applicationId: application,
}: Pick<Group, 'roomId' | 'applicationId'>): string =>
  room === undefined ? `application:${application}` : `room:${room}`;

/** Items of the table of group commands: the group itself, then its targets in the order of their ids. */
export const groupKey = (groupId: string) => ({ groupId, entry: 'group' });
export const targetKey = (groupId: string, device: string) => ({ groupId, entry: `target#${device}` });
/** The entries of targets are between these. */
export const targetEntries = { from: 'target#', to: 'target#~' };

/** Group commands of a room, or of an application; only the groups themselves have a scope. */
export const scopeIndex = { name: 'byScope', partitionKey: 'scope', sortKey: 'groupId' } as const;

const dayMilliseconds = 86_400_000;

/** When its items are forgotten, epoch seconds: some time after the latest end that it can have. */
const forgottenAt = ({ createdAt, deadlineIn: deadline, compensation: other }: Group, retentionDays: number): number =>
  Math.ceil((createdAt + retentionDays * dayMilliseconds) / 1000) + 2 * deadline + (other?.deadlineIn ?? 0);

export const groupItem = (group: Group, retentionDays: number): Record<string, unknown> => ({
  ...groupKey(group.commandId),
  ...group,
  scope: scopeOf(group),
  forgottenAt: forgottenAt(group, retentionDays),
});

export const targetItem = (group: Group, target: Target, retentionDays: number): Record<string, unknown> => ({
  ...targetKey(group.commandId, target.deviceId),
  ...target,
  forgottenAt: forgottenAt(group, retentionDays),
});
