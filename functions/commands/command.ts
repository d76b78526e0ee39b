import * as z from 'zod';
import { applicationId, deviceId, roomId, timestamp, version } from '../model/identifiers.ts';
import { finalStates, isFinal, isUnderWay, openStates } from './lifecycle.ts';
import { commandProgress } from './protocol.ts';

/** A command's id: a ULID, so that a device's commands sort by time. */
export const commandId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, '_' or '-'")
  .meta({ id: 'CommandId', example: '01KA7Q2M8XJ4T5R6V7W8X9Y0ZA' });

export const commandState = z.enum([...openStates, ...finalStates]).meta({
  id: 'CommandState',
  description:
    'queued: waits for the device. sent: the device was told. acknowledged: it begins. The others are final; expired: it could not be sent in time; timed-out: the device did not say in time how it ended.',
});

/** 0 to 9; of the commands that wait for a device, the greater goes first. */
export const priority = z.int().min(0).max(9);

/** Epoch milliseconds. */
const time = z.int().positive();

/** A command as the table holds it: its log, from who asked for it to how it ended. */
export const storedCommand = z.object({
  commandId,
  deviceId,
  applicationId,
  /** Where the device was when the command was given. */
  roomId: roomId.optional(),
  /** The gateway by which the device is told; a device that moves takes along what has not ended. */
  gatewayId: deviceId.optional(),
  /** The group command that it is a child of. */
  parentId: z.string().min(1).max(64).optional(),
  name: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  priority,
  /** `user:<id>` */
  requestedBy: z.string(),
  state: commandState,
  createdAt: time,
  expiresAt: time,
  timeoutSeconds: z.int().positive(),
  attemptId: z.string().optional(),
  sentAt: time.optional(),
  /** Once it was sent: whether another waited behind it. */
  followed: z.boolean().optional(),
  acknowledgedAt: time.optional(),
  endedAt: time.optional(),
  progress: commandProgress.extend({ at: time }).optional(),
  result: z.unknown().optional(),
  reason: z.string().optional(),
  version,
});
export type Command = z.infer<typeof storedCommand>;

/** A command as people see it. */
export const shownCommand = storedCommand
  .omit({ followed: true })
  .extend({
    createdAt: timestamp,
    expiresAt: timestamp.meta({ description: 'It is not sent after this' }),
    timeoutSeconds: z.int().positive().meta({ description: 'From when it was sent until it must have ended' }),
    sentAt: timestamp.optional(),
    acknowledgedAt: timestamp.optional(),
    endedAt: timestamp.optional(),
    progress: commandProgress.extend({ at: timestamp }).optional(),
  })
  .meta({ id: 'Command' });
export type ShownCommand = z.infer<typeof shownCommand>;

/** `data` of a live change of kind `command`. */
export const commandChange = shownCommand.omit({ applicationId: true, roomId: true, parameters: true }).meta({
  id: 'CommandChange',
  description:
    'A command that the device answered, that ended, or that is still open two seconds after it was given. The greater version is the newer.',
});

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

export function showCommand(command: Command): ShownCommand {
  const { followed: _, createdAt, expiresAt, sentAt, acknowledgedAt, endedAt, progress, ...rest } = command;
  return {
    ...rest,
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    ...(sentAt !== undefined && { sentAt: iso(sentAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: iso(acknowledgedAt) }),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    ...(progress !== undefined && { progress: { ...progress, at: iso(progress.at) } }),
  };
}

/**
 * The index of a device's commands that have not ended. It is of the table's partitions: it is read strongly consistent, so that a
 * mailbox never overlooks the command that woke it, nor one that is under way.
 */
export const openIndex = { name: 'open', partitionKey: 'deviceId', sortKey: 'openKey' } as const;

/**
 * The sparse index of the commands that have not ended, of devices behind gateways: whom a gateway that connects is to be asked for.
 * It holds a copy of two keys, and is not written when only the state changes.
 */
export const behindIndex = { name: 'byGateway', partitionKey: 'openBehind', sortKey: 'deviceId' } as const;

const dayMilliseconds = 86_400_000;

/** A command as its item: with what its indexes are made of, and after its end with when it is forgotten (epoch seconds). */
export const commandItem = (command: Command, retentionDays: number): Record<string, unknown> => ({
  ...command,
  ...(!isFinal(command.state) && {
    openKey: openKeyOf(command),
    ...(command.gatewayId !== undefined && { openBehind: command.gatewayId }),
  }),
  ...(command.endedAt !== undefined && {
    forgottenAt: Math.ceil((command.endedAt + retentionDays * dayMilliseconds) / 1000),
  }),
});

/** Sorts what is under way before what waits, and that by priority, then age. */
const openKeyOf = ({ state, priority: rank, commandId: id }: Command): string =>
  isUnderWay(state) ? `0#${id}` : `1#${9 - rank}#${id}`;
