import { setTimeout as wait } from 'node:timers/promises';
import type { Device } from '../../model/device.ts';
import { queryList } from '../http/listQuery.ts';
import { Problem } from '../http/problem.ts';
import type { Cause } from './cause.ts';
import {
  changeDevices,
  inTransactions,
  nextVersion,
  Outdated,
  type RegistryDependencies,
  readSurroundings,
  without,
} from './deviceChanges.ts';
import { openDeviceList } from './deviceList.ts';
import { parseDevice } from './registry.ts';

/** Milliseconds of a request that may go into detaching: API Gateway waits for 30 seconds. */
const patience = 20_000;
/** Times that an index may show nobody while the count says otherwise: it follows its table within a second or so. */
const emptyLooks = 5;
const devicesALook = 90;

type Pointer = 'roomId' | 'gatewayId';

/**
 * Takes all devices out of a room, or from behind a gateway, in transactions that each keep the count right: whatever stops it,
 * asking again goes on from there.
 * @param isEmpty reads the count
 * @throws Problem 503 when there are too many for one request
 */
export const detachAll =
  (dependencies: RegistryDependencies) =>
  async (pointer: Pointer, id: string, cause: Cause, isEmpty: () => Promise<boolean>): Promise<void> => {
    const { db, tables } = dependencies;
    const list = openDeviceList(tables.devices, pointer === 'roomId' ? 'byRoom' : 'byGateway', id, {
      grants: undefined,
    });
    const deadline = Date.now() + patience;
    for (let empty = 0; empty < emptyLooks && !(await isEmpty()); ) {
      const { items } = await queryList(db, list.query(), { limit: devicesALook });
      const devices = items.flatMap((item) => parseDevice(item) ?? []);
      const moved = await release(dependencies, pointer, devices, cause);
      if (moved) empty = 0;
      else {
        empty += 1;
        await wait(200);
      }
      if (Date.now() > deadline)
        throw new Problem(
          503,
          'Service Unavailable',
          'There are more devices than one request can detach. Ask again.',
          {
            headers: { 'retry-after': '1' },
          },
        );
    }
  };

async function release(
  dependencies: RegistryDependencies,
  pointer: Pointer,
  devices: readonly Device[],
  cause: Cause,
): Promise<boolean> {
  const changes = devices.map((before) => ({ before, after: nextVersion(before, without(before, pointer)) }));
  // Only what they leave: what else they point at stays.
  const surroundings = await readSurroundings(dependencies)(
    devices.map(({ applicationId, [pointer]: id }) => ({ applicationId, [pointer]: id })),
  );
  let moved = false;
  for (const part of inTransactions(changes)) {
    try {
      await changeDevices(dependencies)(part, surroundings, cause);
      moved = true;
    } catch (error) {
      // Somebody moved one of them meanwhile: the next look shows where all are.
      if (!(error instanceof Outdated)) throw error;
    }
  }
  return moved;
}
