import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../model/device.ts';
import { type DeviceType, unitsOf } from '../model/deviceType.ts';
import type { Sends } from '../platform/clients.ts';
import { queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import { Problem } from '../platform/http/problem.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { deviceKey, parseDevice, typeKey } from '../platform/records/registry.ts';
import { executeStatements, isContested } from '../platform/tables.ts';

/** Milliseconds of a request that may go into it: API Gateway waits for 30 seconds. */
const patience = 20_000;
const devicesALook = 500;

/**
 * Writes the units of a type onto its devices, where ingest reads them. A device that somebody changes meanwhile is looked at again;
 * whatever stops it, asking again goes on from there.
 * @throws Problem 503 when there are too many for one request
 */
export const bringUnitsInLine =
  ({ db, devicesTable }: { readonly db: Sends; readonly devicesTable: string }) =>
  async (type: DeviceType): Promise<void> => {
    const units = unitsOf(type);
    const list = openDeviceList(devicesTable, 'byType', typeKey(type.applicationId, type.typeName), {
      grants: undefined,
    });
    const deadline = Date.now() + patience;
    for (let overtaken = true; overtaken; ) {
      overtaken = false;
      let next: string | undefined;
      do {
        const { items, lastKey } = await queryList(db, list.query(), { limit: devicesALook, next });
        const behind = items
          .flatMap((item) => parseDevice(item) ?? [])
          .filter((device) => !isDeepStrictEqual(device.units, units));
        if (!(await write(db, devicesTable, behind, units))) overtaken = true;
        next = writeCursor(lastKey).next;
        if (Date.now() > deadline) throw tooMany();
      } while (next !== undefined);
    }
  };

const tooMany = () =>
  new Problem(
    503,
    'Service Unavailable',
    'The type is changed; not all of its devices have its units yet. Ask again.',
    {
      headers: { 'retry-after': '1' },
    },
  );

/** Whether all were as the index showed them. */
async function write(
  db: Sends,
  tableName: string,
  devices: readonly Device[],
  units: Readonly<Record<string, string>>,
): Promise<boolean> {
  const now = new Date().toISOString();
  const outcomes = await executeStatements({ db })(
    devices.map(({ deviceId, version }) => ({
      Statement: `UPDATE "${tableName}" SET "units"=? SET "version"=? SET "updatedAt"=? WHERE "deviceId"=? AND "item"=? AND "version"=?`,
      Parameters: [units, version + 1, now, deviceId, deviceKey(deviceId).item, version],
    })),
  );
  const errors = outcomes.filter((error) => error !== undefined);
  const fault = errors.find((error) => !isContested(error));
  if (fault !== undefined) throw fault;
  return errors.length === 0;
}
