import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Device } from '../../model/device.ts';
import { type DeviceType, deviceType, unitsOf } from '../../model/deviceType.ts';
import { metadataOf } from '../../model/event.ts';
import type { Room } from '../../model/room.ts';
import type { Sends } from '../clients.ts';
import { badRequest, conflict, notFound, Problem, preconditionFailed } from '../http/problem.ts';
import { logger } from '../observe.ts';
import { readItems } from '../tables.ts';
import { changesBetween } from './audit.ts';
import type { Cause } from './cause.ts';
import type { changeTogether, Write } from './change.ts';
import { directoryKeys } from './directory.ts';
import { eventWrite } from './events.ts';
import { presenceKey } from './presence.ts';
import { deviceItem, deviceKey, parseDevice, parseRoom, roomKey } from './registry.ts';

/** AWS: "TransactWriteItems", at most 100 actions. */
const transactionLimit = 100;
const triesOnConflict = 10;

export interface RegistryTables {
  readonly devices: string;
  readonly rooms: string;
  readonly directory: string;
  readonly events: string;
}

export interface RegistryDependencies {
  readonly db: Sends;
  readonly tables: RegistryTables;
  readonly change: ReturnType<typeof changeTogether>;
  /** Of devices that came behind another gateway: their commands go another way. */
  readonly wakeMailboxes?: (deviceIds: readonly string[]) => Promise<void>;
}

/** A device as it was and as it is to be: it comes, changes or goes. */
export interface DeviceChange {
  readonly before?: Device | undefined;
  readonly after?: Device | undefined;
}

/** What devices point at, as it is now. */
export interface Surroundings {
  readonly rooms: ReadonlyMap<string, Room>;
  readonly gateways: ReadonlyMap<string, Device>;
  /** By applicationId and name, as `application/name`. */
  readonly types: ReadonlyMap<string, DeviceType>;
}

/** Somebody else changed the same thing meanwhile: what was to be done must be thought over. */
export class Outdated extends Problem {
  constructor() {
    super(409, 'Conflict', 'Others keep changing the same things. Ask again.');
  }
}

const outdated = () => new Outdated();
const typeName = (applicationId: string, name: string) => `${applicationId}/${name}`;
const defined = <Value>(values: readonly (Value | undefined)[]): Value[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];

type Pointers = Pick<Device, 'applicationId'> & {
  readonly [Name in 'roomId' | 'gatewayId' | 'deviceType']?: string | undefined;
};

/** Reads the rooms, gateways and types that these devices name, strongly consistent. */
export const readSurroundings =
  ({ db, tables }: Pick<RegistryDependencies, 'db' | 'tables'>) =>
  async (devices: readonly (Pointers | undefined)[]): Promise<Surroundings> => {
    const roomIds = defined(devices.map((one) => one?.roomId));
    const gatewayIds = defined(devices.map((one) => one?.gatewayId));
    const types = new Map(
      devices.flatMap((one) =>
        one?.deviceType === undefined
          ? []
          : [
              [
                typeName(one.applicationId, one.deviceType),
                directoryKeys.deviceType(one.applicationId, one.deviceType),
              ],
            ],
      ),
    );
    const found = await readItems({ db })({
      [tables.rooms]: roomIds.map(roomKey),
      [tables.devices]: gatewayIds.map(deviceKey),
      [tables.directory]: [...types.values()],
    });
    return {
      rooms: new Map(
        (found[tables.rooms] ?? []).flatMap((item) => parseRoom(item) ?? []).map((one) => [one.roomId, one]),
      ),
      gateways: new Map(
        (found[tables.devices] ?? []).flatMap((item) => parseDevice(item) ?? []).map((one) => [one.deviceId, one]),
      ),
      types: new Map(
        (found[tables.directory] ?? [])
          .map((item) => deviceType.parse(item))
          .map((one) => [typeName(one.applicationId, one.typeName), one]),
      ),
    };
  };

/**
 * A device with what follows from what it points at: the units of its type.
 * @throws Problem 400 naming what it points at that is not there, or not in its application
 */
export function settle(device: Device, before: Device | undefined, { rooms, gateways, types }: Surroundings): Device {
  const { applicationId, roomId, gatewayId, deviceType: type } = device;
  const wrong = (field: string, detail: string) => badRequest([{ in: 'body', field, detail }]);
  if (roomId !== undefined && roomId !== before?.roomId && rooms.get(roomId)?.applicationId !== applicationId)
    throw wrong('/roomId', `there is no room '${roomId}' in '${applicationId}'`);
  if (gatewayId !== undefined && gatewayId !== before?.gatewayId) {
    const gateway = gateways.get(gatewayId);
    if (gateway?.applicationId !== applicationId || gateway.kind !== 'gateway')
      throw wrong('/gatewayId', `there is no gateway '${gatewayId}' in '${applicationId}'`);
    if (device.kind === 'gateway') throw wrong('/gatewayId', 'a gateway is not the child of another');
  }
  if (type === undefined) return without(device, 'units');
  const model = types.get(typeName(applicationId, type));
  if (model !== undefined) return { ...device, units: unitsOf(model) };
  // A type that went meanwhile stays named by those who had it.
  if (type === before?.deviceType) return device;
  throw wrong('/deviceType', `there is no device type '${type}' in '${applicationId}'`);
}

export function without<Entity extends object, Name extends keyof Entity>(entity: Entity, name: Name): Entity {
  const { [name]: _, ...rest } = entity;
  return rest as Entity;
}

/** The device with its version and time moved on; the same when nothing differs. */
export function nextVersion<Entity extends { version: number; updatedAt: string }>(
  before: Entity,
  after: Entity,
): Entity {
  if (Object.keys(changesBetween(before, after)).length === 0) return before;
  return { ...after, version: before.version + 1, updatedAt: new Date().toISOString() };
}

/**
 * Makes changes of devices in one transaction: with the counts of their rooms and gateways, an audit entry each, and an event for
 * who came, went or moved. All of one application, no device twice. Who is behind another gateway then has its mailbox woken.
 * @throws Outdated when a device, or what it points at, changed since it was read; Problem 409 for a device that is there already
 */
export const changeDevices =
  ({ change, tables, wakeMailboxes }: Pick<RegistryDependencies, 'change' | 'tables' | 'wakeMailboxes'>) =>
  async (changes: readonly DeviceChange[], surroundings: Surroundings, cause: Cause): Promise<void> => {
    const now = new Date().toISOString();
    await change(
      [
        ...changes.flatMap((one) => deviceWrites(tables, one)),
        ...countWrites(tables, changes, surroundings, now),
        ...typeChecks(tables, changes, surroundings),
        ...changes.flatMap((one) => eventWrites(tables, one, cause)),
      ],
      changes.map(({ before, after }) => ({
        ...cause,
        applicationId: (after ?? (before as Device)).applicationId,
        entity: `device:${(after ?? (before as Device)).deviceId}`,
        changes: changesBetween(before, after),
      })),
    );
    const rerouted = changes.flatMap(({ before, after }) =>
      before !== undefined && after !== undefined && before.gatewayId !== after.gatewayId ? [after.deviceId] : [],
    );
    if (rerouted.length === 0) return;
    // It is done, whoever hears of it: timers look at their commands again too.
    await wakeMailboxes?.(rerouted).catch((error: Error) => logger.warn('mailboxes were not woken', { error }));
  };

/** Cuts changes into parts that fit into a transaction each. */
export function inTransactions<Change extends DeviceChange>(changes: readonly Change[]): Change[][] {
  const parts: Change[][] = [];
  let left = 0;
  let others = new Set<string>();
  for (const one of changes) {
    const named = [one.before, one.after].flatMap((device) => [
      `room:${device?.roomId}`,
      `gateway:${device?.gatewayId}`,
      `type:${device?.deviceType}`,
    ]);
    const isNew = (name: string) => !others.has(name);
    // The device, its audit entry, its event; of one that goes, its state and its presence.
    const own = one.after === undefined ? 5 : 3;
    if (parts.length === 0 || own + named.filter(isNew).length > left) {
      parts.push([]);
      left = transactionLimit;
      others = new Set();
    }
    left -= own + named.filter(isNew).length;
    for (const name of named) others.add(name);
    parts.at(-1)?.push(one);
  }
  return parts;
}

function deviceWrites({ devices }: RegistryTables, { before, after }: DeviceChange): Write[] {
  if (before === undefined && after !== undefined)
    return [
      {
        item: {
          Put: { TableName: devices, Item: deviceItem(after), ConditionExpression: 'attribute_not_exists(deviceId)' },
        },
        refusal: () => conflict(`There is a device '${after.deviceId}' already. Take another id.`),
      },
    ];
  if (before === undefined) return [];
  if (after !== undefined)
    return [
      {
        item: { Update: itemUpdate(devices, deviceKey(before.deviceId), deviceItem(before), deviceItem(after)) },
        refusal: outdated,
      },
    ];
  return [
    {
      item: {
        Delete: {
          TableName: devices,
          Key: deviceKey(before.deviceId),
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': before.version },
        },
      },
      refusal: outdated,
    },
    {
      item: { Delete: { TableName: devices, Key: { deviceId: before.deviceId, item: 'state' } } },
      refusal: outdated,
    },
    { item: { Delete: { TableName: devices, Key: presenceKey(before.deviceId) } }, refusal: outdated },
  ];
}

/** Sets what differs and leaves the rest of the item alone, on condition that its version is the one before. */
export function itemUpdate(
  tableName: string,
  key: Record<string, unknown>,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
) {
  const attributes = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  const indexed = attributes.map((name, at) => ({ name, place: `#a${at}`, value: `:a${at}` }));
  const set = indexed.filter(({ name }) => after[name] !== undefined);
  const remove = indexed.filter(({ name }) => after[name] === undefined);
  return {
    TableName: tableName,
    Key: key,
    UpdateExpression: [
      `SET ${set.map(({ place, value }) => `${place} = ${value}`).join(', ')}`,
      ...(remove.length > 0 ? [`REMOVE ${remove.map(({ place }) => place).join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: {
      '#version': 'version',
      ...Object.fromEntries(indexed.map(({ place, name }) => [place, name])),
    },
    ExpressionAttributeValues: {
      ':version': before['version'],
      ...Object.fromEntries(set.map(({ value, name }) => [value, after[name]])),
    },
  };
}

/** A room's deviceCount and a gateway's childCount move with the devices that point at them. */
function countWrites(
  { rooms, devices }: RegistryTables,
  changes: readonly DeviceChange[],
  surroundings: Surroundings,
  now: string,
): Write[] {
  const steps = (pointer: 'roomId' | 'gatewayId') => {
    const by = new Map<string, number>();
    for (const { before, after } of changes) {
      const [from, to] = [before?.[pointer], after?.[pointer]];
      if (from === to) continue;
      if (from !== undefined) by.set(from, (by.get(from) ?? 0) - 1);
      if (to !== undefined) by.set(to, (by.get(to) ?? 0) + 1);
    }
    return [...by];
  };
  const write = (table: string, key: Record<string, string>, count: string, counted: number, step: number): Write => {
    // What others counted wrongly never stands in the way.
    const guarded = step < 0 && counted > 0;
    return {
      item: {
        Update: {
          TableName: table,
          Key: key,
          UpdateExpression:
            'SET #count = if_not_exists(#count, :zero) + :step, #version = #version + :one, updatedAt = :now',
          ConditionExpression: `attribute_exists(#version)${guarded ? ' AND #count >= :least' : ''}`,
          ExpressionAttributeNames: { '#count': count, '#version': 'version' },
          ExpressionAttributeValues: {
            ':zero': 0,
            ':step': Math.max(step, -counted),
            ':one': 1,
            ':now': now,
            ...(guarded && { ':least': Math.min(-step, counted) }),
          },
        },
      },
      refusal: outdated,
    };
  };
  return [
    ...steps('roomId').flatMap(([roomId, step]) => {
      const room = surroundings.rooms.get(roomId);
      return room === undefined ? [] : [write(rooms, roomKey(roomId), 'deviceCount', room.deviceCount, step)];
    }),
    ...steps('gatewayId').flatMap(([gatewayId, step]) => {
      const gateway = surroundings.gateways.get(gatewayId);
      return gateway === undefined
        ? []
        : [write(devices, deviceKey(gatewayId), 'childCount', gateway.childCount ?? 0, step)];
    }),
  ];
}

/** The types that devices are given must be what they were when the units were read from them. */
function typeChecks({ directory }: RegistryTables, changes: readonly DeviceChange[], { types }: Surroundings): Write[] {
  const given = new Map(
    changes.flatMap(({ before, after }) => {
      if (after?.deviceType === undefined) return [];
      if (before?.deviceType === after.deviceType && isDeepStrictEqual(before.units, after.units)) return [];
      const type = types.get(typeName(after.applicationId, after.deviceType));
      return type === undefined ? [] : [[type.typeName, type] as const];
    }),
  );
  return [...given.values()].map(({ applicationId, typeName: name, version }) => ({
    item: {
      ConditionCheck: {
        TableName: directory,
        Key: directoryKeys.deviceType(applicationId, name),
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': version },
      },
    },
    refusal: outdated,
  }));
}

function eventWrites({ events }: RegistryTables, { before, after }: DeviceChange, { actor }: Cause): Write[] {
  const device = after ?? before;
  if (device === undefined) return [];
  const { applicationId, deviceId } = device;
  const write = (type: string, data: Record<string, string>): Write[] => [
    {
      item: eventWrite(events, {
        applicationId,
        type,
        entity: `device:${deviceId}`,
        actor,
        data,
        ...metadataOf(device),
      }),
      refusal: outdated,
    },
  ];
  const inRoom = (id: string | undefined) => (id === undefined ? {} : { roomId: id });
  if (before === undefined) return write('device.registered', { name: device.name, ...inRoom(device.roomId) });
  if (after === undefined) return write('device.deleted', { name: device.name, ...inRoom(device.roomId) });
  if (before.roomId === after.roomId) return [];
  return write('device.moved', {
    ...inRoom(after.roomId),
    ...(before.roomId !== undefined && { fromRoomId: before.roomId }),
  });
}

/** Reads a device, strongly consistent. */
export const readDevice =
  ({ db, tables }: Pick<RegistryDependencies, 'db' | 'tables'>) =>
  async (deviceId: string): Promise<Device | undefined> => {
    const { Item } = await db.send(
      new GetCommand({ TableName: tables.devices, Key: deviceKey(deviceId), ConsistentRead: true }),
    );
    return parseDevice(Item);
  };

/** Reads devices, strongly consistent. */
export const readDevices =
  ({ db, tables }: Pick<RegistryDependencies, 'db' | 'tables'>) =>
  async (deviceIds: readonly string[]): Promise<Map<string, Device>> => {
    const { [tables.devices]: items = [] } = await readItems({ db })({ [tables.devices]: deviceIds.map(deviceKey) });
    return new Map(items.flatMap((item) => parseDevice(item) ?? []).map((one) => [one.deviceId, one]));
  };

/**
 * Does what may find itself outdated, over and over until it does not.
 * @throws Problem 409 when others are always faster
 */
export async function untilCurrent<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Outdated) || tries === triesOnConflict) throw error;
      await wait(Math.random() * Math.min(10 * 2 ** tries, 200));
    }
  }
}

/** @throws Problem 412 */
export function requireVersion(ifMatch: number | undefined, { version }: { readonly version: number }): void {
  if (ifMatch !== undefined && ifMatch !== version)
    throw preconditionFailed(`The version is ${version} by now. Read it again and decide anew.`);
}

/**
 * Changes a device as it is at that moment.
 * @param edit makes the new state, or undefined to delete it
 * @returns the device as it is now; as it was, of one that is deleted
 * @throws Problem 404, 409, 412, and what `edit` throws
 */
export const editDevice =
  (dependencies: RegistryDependencies) =>
  (
    { deviceId, applicationId }: Pick<Device, 'deviceId' | 'applicationId'>,
    ifMatch: number | undefined,
    cause: Cause,
    edit: (device: Device) => Device | undefined,
  ): Promise<Device> =>
    untilCurrent(async () => {
      const before = await readDevice(dependencies)(deviceId);
      if (before?.applicationId !== applicationId) throw notFound('device', deviceId);
      requireVersion(ifMatch, before);
      const edited = edit(before);
      const surroundings = await readSurroundings(dependencies)([before, edited]);
      const after = edited && nextVersion(before, settle(edited, before, surroundings));
      if (after === before) return before;
      await changeDevices(dependencies)([{ before, after }], surroundings, cause);
      return after ?? before;
    });
