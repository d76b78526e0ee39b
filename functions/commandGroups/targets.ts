import * as z from 'zod';
import { checkCommand } from '../commands/createCommand.ts';
import type { Device } from '../model/device.ts';
import { type DeviceType, deviceType } from '../model/deviceType.ts';
import type { Granted } from '../platform/access/authorize.ts';
import type { Sends } from '../platform/clients.ts';
import { queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import { Problem } from '../platform/http/problem.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { filterMetadata } from '../platform/records/listFilters.ts';
import { parseDevice, typeKey } from '../platform/records/registry.ts';
import { readItems } from '../platform/tables.ts';
import { type Group, mostTargets, type Target } from './groupCommand.ts';

export interface TargetDependencies {
  readonly db: Sends;
  readonly tables: { readonly devices: string; readonly directory: string };
}

type Asked = Pick<Group, 'name' | 'parameters' | 'filter' | 'quorum' | 'compensation'>;

/** Pages of 2500 devices that are looked at for one command: an application may have any number. */
const mostPages = 10;

const unprocessable = (detail: string) => new Problem(422, 'Unprocessable Content', detail);

/**
 * The devices of a group command, by id: those of the room, or else the application, that the filter names and the grants show. Who can't
 * carry it out is among them as refused, with the reason.
 * @throws Problem 422 when there are none, too many, or none that can carry it out; or fewer than the quorum demands
 */
export const findTargets =
  (dependencies: TargetDependencies) =>
  async (access: Granted, asked: Asked): Promise<Target[]> => {
    const devices = await findDevices(dependencies, access, asked.filter);
    if (devices.length === 0) throw unprocessable('No device matches: there is none here of such type and metadata.');
    if ('count' in asked.quorum && asked.quorum.count > devices.length)
      throw unprocessable(`The quorum demands ${asked.quorum.count} devices, and ${devices.length} match.`);
    const types = await readTypes(dependencies, devices);
    const targets = devices.map((device) => targetOf(device, types.get(device.deviceType ?? ''), asked));
    if (targets.every(({ outcome }) => outcome === 'refused'))
      throw unprocessable(`None of the ${targets.length} devices can do this: ${commonestReasons(targets)}`);
    return targets;
  };

const mostReasons = 3;

function commonestReasons(targets: readonly Target[]): string {
  const counts = new Map<string, number>();
  for (const { reason = '' } of targets) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, mostReasons)
    .map(([reason]) => reason)
    .join(' ');
}

function targetOf(device: Device, type: DeviceType | undefined, { name, parameters, compensation }: Asked): Target {
  const { deviceId, roomId } = device;
  const target = { deviceId, ...(roomId !== undefined && { roomId }) };
  try {
    checkCommand(device, type, name, parameters);
    if (compensation !== undefined) checkCommand(device, type, compensation.name, compensation.parameters);
    return target;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...target, outcome: 'refused', reason: error.message };
  }
}

async function findDevices(
  { db, tables }: TargetDependencies,
  access: Granted,
  { deviceType: typeName, metadata }: Group['filter'],
): Promise<Device[]> {
  const { room, applicationId } = access;
  const [index, value] =
    room !== undefined
      ? (['byRoom', room.roomId] as const)
      : typeName === undefined
        ? (['byApplication', applicationId] as const)
        : (['byType', typeKey(applicationId, typeName)] as const);
  const list = openDeviceList(tables.devices, index, value, access);
  // A filter can't name what is in the key of its index.
  if (index !== 'byApplication') list.filter.equals('applicationId', applicationId);
  if (typeName !== undefined && index !== 'byType') list.filter.equals('deviceType', typeName);
  if (metadata !== undefined)
    filterMetadata(
      list.filter,
      Object.fromEntries(Object.entries(metadata).map(([name, wanted]) => [name, String(wanted)])),
    );
  const found: Device[] = [];
  let next: string | undefined;
  for (let page = 1; ; page += 1) {
    const { items, lastKey } = await queryList(db, list.query(), { limit: mostTargets + 1, next });
    found.push(...items.flatMap((item) => parseDevice(item) ?? []));
    if (found.length > mostTargets || (page === mostPages && lastKey !== undefined))
      throw unprocessable(
        `More than ${mostTargets} devices, or too many to look at. Filter by deviceType, or by room.`,
      );
    if (lastKey === undefined) return found.sort((one, other) => (one.deviceId < other.deviceId ? -1 : 1));
    next = writeCursor(lastKey).next;
  }
}

async function readTypes(
  { db, tables }: TargetDependencies,
  devices: readonly Device[],
): Promise<ReadonlyMap<string, DeviceType>> {
  const names = new Map(
    devices.flatMap(({ applicationId, deviceType: name }) => (name === undefined ? [] : [[name, applicationId]])),
  );
  if (names.size === 0) return new Map();
  const { [tables.directory]: items = [] } = await readItems({ db })({
    [tables.directory]: [...names].map(([name, applicationId]) => directoryKeys.deviceType(applicationId, name)),
  });
  return new Map(
    z
      .array(deviceType)
      .parse(items)
      .map((type) => [type.typeName, type]),
  );
}
