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

/** What counts the devices that point at it: a room, a gateway. */
interface Counter {
  readonly count: number;
  readonly version: number;
}

/**
 * Takes all devices out of a room, or from behind a gateway, in transactions that each keep the count right: whatever stops it,
 * asking again goes on from there.
 * @param read the room or the gateway as it is at that moment, strongly consistent; undefined when it is gone
 * @returns undefined when it counts nobody any more; the version at which it counts somebody whom nobody finds
 * @throws Problem 503 when there are too many for one request
 */
export const detachAll =
  (dependencies: RegistryDependencies) =>
  async (
    pointer: Pointer,
    id: string,
    cause: Cause,
    read: () => Promise<Counter | undefined>,
  ): Promise<number | undefined> => {
    const { db, tables } = dependencies;
    const list = openDeviceList(tables.devices, pointer === 'roomId' ? 'byRoom' : 'byGateway', id, {
      grants: undefined,
    });
    const deadline = Date.now() + patience;
    let looks = { version: 0, empty: 0 };
    for (;;) {
      const { count, version } = (await read()) ?? { count: 0, version: 0 };
      if (count === 0) return undefined;
      // Whoever came since then is looked for as long as those before.
      if (version !== looks.version) looks = { version, empty: 0 };
      if (looks.empty === emptyLooks) return version;
      const { items } = await queryList(db, list.query(), { limit: devicesALook });
      const devices = items.flatMap((item) => parseDevice(item) ?? []);
      const moved = await release(dependencies, pointer, devices, cause);
      looks.empty = devices.length === 0 ? looks.empty + 1 : 0;
      if (!moved) await wait(200);
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
