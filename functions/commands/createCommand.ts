import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Device } from '../model/device.ts';
import { type DeviceType, deviceType } from '../model/deviceType.ts';
import type { Sends } from '../platform/clients.ts';
import { conflict, notFound, Problem } from '../platform/http/problem.ts';
import type { Cause } from '../platform/records/cause.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { newId } from '../platform/ulid.ts';
import { carryOut, type Effects } from './carryOut.ts';
import type { Command } from './command.ts';
import { readParameters } from './parameters.ts';
import { planCancel, planCreate } from './plans.ts';
import { longestTopic, responseTopic } from './protocol.ts';

export interface CommandRequest {
  readonly device: Device;
  /** The same id again gives the command that is there. A new one unless given. */
  readonly commandId?: string;
  /** The group command that it is a child of. */
  readonly parentId?: string;
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly priority: number;
  /** Seconds until it is not sent any more. */
  readonly expiresIn: number;
  /** Seconds from when it was sent until it must have ended. */
  readonly timeout: number;
  /** Of one who publishes: whether it may go at once. Otherwise it goes by way of the mailbox. */
  readonly atOnce?: boolean;
  /** Who asks, by which operation. */
  readonly cause: Cause;
}

/** A changed type is in force for every command within this. */
const typeLifetime = 5_000;
const typesKept = 200;

/**
 * The type of a device, if it has one and that is there.
 * @returns it as it is now, or as it was read some seconds ago if that will do
 */
export const readDeviceType = ({ db, tableName: TableName }: { readonly db: Sends; readonly tableName: string }) => {
  const kept = new Map<string, { readonly type: DeviceType; readonly until: number }>();
  return async (
    { applicationId, deviceType: typeName }: Device,
    { recent }: { readonly recent: boolean },
  ): Promise<DeviceType | undefined> => {
    if (typeName === undefined) return undefined;
    const name = `${applicationId} ${typeName}`;
    const known = kept.get(name);
    if (recent && known !== undefined && known.until > Date.now()) return known.type;
    const Key = directoryKeys.deviceType(applicationId, typeName);
    const { Item } = await db.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    const type = deviceType.optional().parse(Item);
    if (kept.size >= typesKept) kept.clear();
    if (type === undefined) kept.delete(name);
    else kept.set(name, { type, until: Date.now() + typeLifetime });
    return type;
  };
};

/**
 * The parameters of a command as the device gets them.
 * @throws Problem 409 for a device that takes none now, 422 for what its type does not know
 */
export function checkCommand(
  { deviceId, status, gatewayId }: Device,
  type: DeviceType | undefined,
  name: string,
  parameters: CommandRequest['parameters'],
): Readonly<Record<string, unknown>> {
  if (status === 'disabled') throw conflict(`The device '${deviceId}' is disabled and takes no commands.`);
  if (responseTopic(deviceId, gatewayId).length > longestTopic)
    throw conflict(
      `The ids of the device '${deviceId}' and its gateway '${gatewayId}' don't fit into one topic, which has at most ${longestTopic} characters.`,
    );
  return readParameters(type, name, parameters);
}

export interface CreateDependencies {
  readonly effects: Effects;
  readonly typeOf: ReturnType<typeof readDeviceType>;
}

/** What a type of some seconds ago refuses, the type of now may allow. */
async function currentCheck(
  typeOf: CreateDependencies['typeOf'],
  { device, name, parameters }: CommandRequest,
): Promise<CommandRequest['parameters']> {
  try {
    return checkCommand(device, await typeOf(device, { recent: true }), name, parameters);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 422) throw error;
    return checkCommand(device, await typeOf(device, { recent: false }), name, parameters);
  }
}

/**
 * Gives a device a command, if its type has such an action; once for each id.
 * @throws Problem 409 for a device that takes none now, 422 for what its type does not know
 */
export const createCommand =
  ({ effects, typeOf }: CreateDependencies) =>
  async (request: CommandRequest): Promise<Command> => {
    const { device, commandId = newId(), parentId, name, priority, expiresIn, timeout, atOnce, cause } = request;
    const { deviceId, applicationId, roomId, gatewayId } = device;
    const parameters = await currentCheck(typeOf, request);
    const createdAt = Date.now();
    const command: Command = {
      commandId,
      deviceId,
      applicationId,
      ...(roomId !== undefined && { roomId }),
      ...(gatewayId !== undefined && { gatewayId }),
      ...(parentId !== undefined && { parentId }),
      name,
      parameters,
      priority,
      requestedBy: cause.actor,
      state: 'queued',
      createdAt,
      expiresAt: createdAt + expiresIn * 1000,
      timeoutSeconds: timeout,
      version: 1,
    };
    const plan = planCreate(command, { directly: atOnce !== undefined, ...(atOnce && { attemptId: newId() }) });
    const { command: created } = await carryOut(effects)(deviceId, plan, { cause });
    return created as Command;
  };

/**
 * Takes a command back that the device has not acknowledged; once is as good as twice.
 * @throws Problem 404, or 409 with the state when it is too late
 */
export const cancelCommand =
  ({ effects }: Pick<CreateDependencies, 'effects'>) =>
  async ({ deviceId, commandId }: Pick<Command, 'deviceId' | 'commandId'>, cause: Cause): Promise<Command> => {
    const { command } = await carryOut(effects)(deviceId, planCancel(commandId, Date.now()), { cause });
    if (command === undefined) throw notFound('command', commandId);
    if (command.state !== 'cancelled')
      throw conflict(`It is too late to cancel the command: its state is ${command.state}.`);
    return command;
  };
