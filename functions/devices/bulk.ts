import * as z from 'zod';
import { type Device, device } from '../model/device.ts';
import { type Granted, seesDevice, seesRoom } from '../platform/access/authorize.ts';
import { exportAnswer, readRows, reportOf } from '../platform/http/bulk.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { queryList } from '../platform/http/listQuery.ts';
import { patched, patchOfRecord, removable } from '../platform/http/mergePatch.ts';
import { badRequest, conflict, fieldErrors, Problem } from '../platform/http/problem.ts';
import { type Cause, causeOf } from '../platform/records/cause.ts';
import {
  changeDevices,
  inTransactions,
  nextVersion,
  type RegistryDependencies,
  readDevices,
  readSurroundings,
  settle,
} from '../platform/records/deviceChanges.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { type Importer, type ImportRow, identify, importRows, orProblem } from '../platform/records/importRows.ts';
import { newDevice } from '../platform/records/newDevice.ts';
import { parseDevice } from '../platform/records/registry.ts';
import { type deviceBulkOperations, deviceColumns } from './bulkOperations.ts';

export const deviceBulkHandlers = (dependencies: RegistryDependencies): Handlers<typeof deviceBulkOperations> => ({
  importDevices: async (request) => {
    const { access, body, query } = request;
    const { rows, refused } = identify(readRows(body, deviceColumns), 'deviceId', device.shape.deviceId);
    const importer = deviceImporter(dependencies, access, query.mode, causeOf(request));
    const known = await readDevices(dependencies)(rows.map(({ id }) => id));
    const isGateway = ({ id, value }: ImportRow) => (known.get(id)?.kind ?? value['kind']) === 'gateway';
    // Gateways first: other rows may name them, and count up what they publish for.
    const gateways = await importRows(importer, rows.filter(isGateway));
    const others = await importRows(
      importer,
      rows.filter((row) => !isGateway(row)),
    );
    return { body: reportOf([...refused, ...gateways, ...others]) };
  },

  exportDevices: async ({ access, query, event }) => {
    const { db, tables } = dependencies;
    const list = openDeviceList(tables.devices, 'byApplication', access.applicationId, access);
    const { items, lastKey } = await queryList(db, list.query(), query);
    const devices: Device[] = items.flatMap((item) => parseDevice(item) ?? []);
    return exportAnswer(devices, lastKey, deviceColumns, {
      format: query.format,
      path: event.requestContext.http.path,
      query: { limit: query.limit, format: query.format, applicationId: access.applicationId },
    });
  },
});

/** A merge patch of a device; null of what can't be missing leaves it as it is. */
const deviceRow = z.strictObject({
  ...removable(device.pick({ deviceId: true, name: true, kind: true, status: true }).shape),
  ...removable(
    device
      .pick({
        deviceType: true,
        roomId: true,
        gatewayId: true,
        model: true,
        firmware: true,
        capabilities: true,
        format: true,
        channels: true,
      })
      .required().shape,
  ),
  metadata: patchOfRecord,
  configuration: patchOfRecord,
});
const neverMissing = ['deviceId', 'name', 'kind', 'status'] as const;

function deviceImporter(
  dependencies: RegistryDependencies,
  access: Granted,
  mode: 'create' | 'upsert',
  cause: Cause,
): Importer<Device> {
  const draft = (known: Device | undefined, { id, value }: ImportRow): Device => {
    const result = deviceRow.safeParse(value);
    if (!result.success) throw badRequest(fieldErrors('body', result.error));
    const patch = Object.fromEntries(
      Object.entries(result.data).filter(
        ([name, given]) => given !== null || !neverMissing.some((one) => one === name),
      ),
    );
    const isThere = known !== undefined && (known.applicationId !== access.applicationId || !seesDevice(access, known));
    if (isThere || (known !== undefined && mode === 'create'))
      throw conflict(`There is a device '${id}' already. Take another id.`);
    if (known !== undefined && patch['kind'] !== undefined && patch['kind'] !== known.kind)
      throw conflict(`'${id}' is a ${known.kind}, which it stays.`);
    const before = known ?? newDevice({ deviceId: id, applicationId: access.applicationId });
    const after = patched(device, before, patch, { metadata: {}, configuration: {} });
    if (after.roomId !== known?.roomId && after.roomId !== undefined && !seesRoom(access, after.roomId))
      throw badRequest([
        { in: 'body', field: '/roomId', detail: `there is no room '${after.roomId}' in '${access.applicationId}'` },
      ]);
    if (known === undefined && !seesDevice(access, after))
      throw conflict('Your grants show some rooms and devices only: register a device in one of those rooms.');
    return after;
  };
  return {
    pack: inTransactions,
    plan: async (rows) => {
      const known = await readDevices(dependencies)(rows.map(({ id }) => id));
      const drafts = rows.map((row) => ({
        row,
        before: known.get(row.id),
        draft: orProblem(() => draft(known.get(row.id), row)),
      }));
      const surroundings = await readSurroundings(dependencies)(
        drafts.flatMap(({ before, draft: after }) => (after instanceof Problem ? [] : [before, after])),
      );
      const planned = drafts.map(({ row, before, draft: wanted }) => {
        const decide = () => {
          if (wanted instanceof Problem) return wanted;
          const settled = settle(wanted, before, surroundings);
          return { before, after: before === undefined ? settled : nextVersion(before, settled) };
        };
        return [row.row, orProblem(decide)] as const;
      });
      return {
        rows: new Map(planned),
        apply: (changes) => changeDevices(dependencies)(changes, surroundings, cause),
      };
    },
  };
}
