import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { defaultApplication, type Membership } from '../../model/application.ts';
import type { Device } from '../../model/device.ts';
import type { Room } from '../../model/room.ts';
import type { Sends } from '../clients.ts';
import type { Access } from '../http/operation.ts';
import { badRequest, forbidden, notFound, unauthenticated } from '../http/problem.ts';
import { directoryKeys } from '../records/directory.ts';
import type { FoundMessage, findMessage } from '../records/messages.ts';
import { deviceKey, parseDevice, parseRoom, roomKey } from '../records/registry.ts';
import type { Caller } from './caller.ts';
import type { readStanding, Standing } from './memberships.ts';
import { isAllowed, type Role } from './permissions.ts';

/** What an allowed request may touch. */
export interface Granted {
  readonly caller: Caller;
  readonly applicationId: string;
  readonly role: Role;
  /** Undefined: all of the application. */
  readonly grants: Membership['grants'];
  /** Of a request about a device. */
  readonly device?: Device;
  /** Of one that asks for it. */
  readonly reach?: Reach;
  /** Of a request about a room. */
  readonly room?: Room;
  /** Of a request about a message. */
  readonly message?: FoundMessage;
}

/** Whether a device can be told something now. */
export interface Reach {
  /** Whether presence saw the device itself connect, and not go. */
  readonly connected: boolean;
  /** How many of its commands have not ended. */
  readonly open: number;
}

interface AuthorizeDependencies {
  readonly db: Sends;
  readonly directoryTable: string;
  readonly devicesTable: string;
  readonly roomsTable: string;
  readonly readStanding: ReturnType<typeof readStanding>;
  /** Of functions whose operations are about messages. */
  readonly findMessage?: ReturnType<typeof findMessage>;
  /** Of functions whose operations ask for the reach of a device: reads it together with the device, strongly consistent. */
  readonly readReach?: (deviceId: string) => Promise<{ readonly device: Device | undefined; readonly reach: Reach }>;
}

/** What a request names, wherever it names it. */
interface Named {
  readonly applicationId?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly roomId?: string | undefined;
  /** `<deviceId>~<messageId>` */
  readonly message?: string | undefined;
}

type Rule = Extract<Access, object>;

/** A signed-in person whose session was not ended. @throws Problem 401 */
export const requireSession =
  ({ readStanding: read }: Pick<AuthorizeDependencies, 'readStanding'>) =>
  async (caller: Caller): Promise<Standing> => {
    const standing = await read(caller);
    if (!standing.signedIn) throw unauthenticated('This session was signed out. Sign in again.');
    return standing;
  };

/**
 * Checks a permission in the application that a request is about.
 * @throws Problem 400 when no application can be told, 401, 403 for a member without the permission, 404 for what the caller
 * may not know of
 */
export const authorize =
  (dependencies: AuthorizeDependencies) =>
  async (rule: Rule, caller: Caller, named: Named): Promise<Granted> => {
    const standing = await requireSession(dependencies)(caller);
    const subject = await findSubject(dependencies, rule, named);
    const applicationId = subject?.applicationId ?? named.applicationId ?? onlyApplication(standing, caller);
    const membership = standing.memberships.get(applicationId);
    const absent = () =>
      rule.of === 'application'
        ? notFound('application', applicationId)
        : notFound(rule.of, { device: named.deviceId, room: named.roomId, message: named.message }[rule.of] ?? '');
    if (membership === undefined && !caller.isPlatformAdmin) throw absent();
    // Nobody is a member of what is not there; who needs no membership could write into it all the same.
    if (membership === undefined && subject === undefined && !(await isThere(dependencies, applicationId)))
      throw absent();
    const role = caller.isPlatformAdmin ? 'admin' : (membership?.role ?? 'viewer');
    const grants = caller.isPlatformAdmin ? undefined : membership?.grants;
    const granted: Granted = { caller, applicationId, role, grants, ...subject?.entity };
    // A message outlives its device: whoever was granted the device by its id still sees it.
    const device = granted.device ?? granted.message;
    if (device !== undefined && !seesDevice(granted, device)) throw absent();
    if (granted.room !== undefined && !seesRoom(granted, granted.room.roomId)) throw absent();
    if (!isAllowed(role, rule.permission))
      throw forbidden(`A ${role} of '${applicationId}' has not the permission ${rule.permission}.`);
    return granted;
  };

/** The application of devices that nobody assigned is there before anybody made it. */
async function isThere({ db, directoryTable }: AuthorizeDependencies, applicationId: string): Promise<boolean> {
  if (applicationId === defaultApplication) return true;
  const Key = directoryKeys.application(applicationId);
  const { Item } = await db.send(new GetCommand({ TableName: directoryTable, Key, ConsistentRead: true }));
  return Item !== undefined;
}

/** Whether a member's grants show a device. */
export const seesDevice = (
  { grants }: Pick<Granted, 'grants'>,
  device: { readonly deviceId: string; readonly roomId?: string | undefined },
): boolean =>
  grants === undefined ||
  grants.deviceIds.includes(device.deviceId) ||
  (device.roomId !== undefined && grants.roomIds.includes(device.roomId));

export const seesRoom = ({ grants }: Pick<Granted, 'grants'>, roomId: string): boolean =>
  grants === undefined || grants.roomIds.includes(roomId);

async function findSubject(dependencies: AuthorizeDependencies, rule: Rule, named: Named) {
  const { db, roomsTable } = dependencies;
  if (rule.of === 'message') return findMessageSubject(dependencies, named.message ?? '');
  if (rule.of === 'device') {
    const deviceId = named.deviceId ?? '';
    const { device, ...more } =
      rule.reach === true ? await readReach(dependencies, deviceId) : await readDevice(dependencies, deviceId);
    if (device === undefined) throw notFound('device', deviceId);
    return { applicationId: device.applicationId, entity: { device, ...more } };
  }
  if (rule.of === 'room') {
    const roomId = named.roomId ?? '';
    const { Item } = await db.send(new GetCommand({ TableName: roomsTable, Key: roomKey(roomId) }));
    const room = parseRoom(Item);
    if (room === undefined) throw notFound('room', roomId);
    return { applicationId: room.applicationId, entity: { room } };
  }
  return undefined;
}

async function readDevice({ db, devicesTable }: AuthorizeDependencies, deviceId: string) {
  const { Item } = await db.send(new GetCommand({ TableName: devicesTable, Key: deviceKey(deviceId) }));
  return { device: parseDevice(Item) };
}

function readReach({ readReach: read }: AuthorizeDependencies, deviceId: string) {
  if (read === undefined) throw new Error('This function was not given the reader of the reach of devices.');
  return read(deviceId);
}

/** A message is of the application that its device was in when it came; of its device's, where that was not known. */
async function findMessageSubject({ db, devicesTable, findMessage }: AuthorizeDependencies, reference: string) {
  if (findMessage === undefined) throw new Error('This function was not given the table of messages.');
  const [deviceId = ''] = reference.split('~');
  const [message, { Item }] = await Promise.all([
    findMessage(reference),
    db.send(new GetCommand({ TableName: devicesTable, Key: deviceKey(deviceId) })),
  ]);
  const device = parseDevice(Item);
  const applicationId = message?.applicationId ?? device?.applicationId;
  if (message === undefined || applicationId === undefined) throw notFound('message', reference);
  return { applicationId, entity: { message, ...(device !== undefined && { device }) } };
}

function onlyApplication({ memberships }: Standing, caller: Caller): string {
  const [first, ...others] = memberships.keys();
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined && !caller.isPlatformAdmin)
    throw forbidden('You are a member of no application. Ask an admin of one.');
  throw badRequest([{ in: 'query', field: 'applicationId', detail: 'say which application: you see more than one' }]);
}
