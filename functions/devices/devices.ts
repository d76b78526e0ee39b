import { device } from '../model/device.ts';
import { seesDevice, seesRoom } from '../platform/access/authorize.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { patched } from '../platform/http/mergePatch.ts';
import { badRequest, conflict, forbidden } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { causeOf } from '../platform/records/cause.ts';
import { detachAll } from '../platform/records/detach.ts';
import { revokeCertificates } from '../platform/records/deviceCertificates.ts';
import {
  changeDevices,
  editDevice,
  type RegistryDependencies,
  readDevice,
  readSurroundings,
  requireVersion,
  settle,
  untilCurrent,
  without,
} from '../platform/records/deviceChanges.ts';
import { deleteShadows } from '../platform/records/deviceShadows.ts';
import { readLatest } from '../platform/records/latest.ts';
import { newDevice } from '../platform/records/newDevice.ts';
import { deviceBulkHandlers } from './bulk.ts';
import { gatewayHandlers } from './gateways.ts';
import { listDevices } from './listDevices.ts';
import type { deviceOperations } from './operations.ts';

interface DeviceDependencies extends RegistryDependencies {
  readonly iot: Sends;
  readonly iotData: Sends;
}

export const deviceHandlers = (dependencies: DeviceDependencies): Handlers<typeof deviceOperations> => ({
  listDevices: async ({ access, query }) => ({ body: await listDevices(dependencies)(access, query) }),

  createDevice: async (request) => {
    const { access, body } = request;
    const { applicationId: _, ...given } = body;
    const wanted = newDevice({ ...given, applicationId: access.applicationId });
    if (!seesDevice(access, wanted))
      throw forbidden('Your grants show some rooms and devices only: register a device in one of those rooms.');
    const created = await untilCurrent(async () => {
      const surroundings = await readSurroundings(dependencies)([wanted]);
      const after = settle(wanted, undefined, surroundings);
      await changeDevices(dependencies)([{ after }], surroundings, causeOf(request));
      return after;
    });
    return { body: created, etag: versionTag(created.version) };
  },

  getDevice: async ({ access }) => ({ body: access.device, etag: versionTag(access.device.version) }),

  patchDevice: async (request) => {
    const changed = await editDevice(dependencies)(request.access.device, request.ifMatch, causeOf(request), (before) =>
      patched(device, before, request.body, { metadata: {}, configuration: {} }),
    );
    return { body: changed, etag: versionTag(changed.version) };
  },

  deleteDevice: async (request) => {
    const { access, query, ifMatch } = request;
    const { deviceId } = access.device;
    const cause = causeOf(request);
    const read = () => readDevice(dependencies)(deviceId);
    const counted = async () => {
      const now = await read();
      return now && { count: now.childCount ?? 0, version: now.version };
    };
    let guard = ifMatch;
    let miscounted: number | undefined;
    const before = (await read()) ?? access.device;
    requireVersion(ifMatch, before);
    if ((before.childCount ?? 0) > 0) {
      if (query.children !== 'detach')
        throw conflict(`'${deviceId}' has children. Detach them, or ask for ?children=detach.`);
      miscounted = await detachAll(dependencies)('gatewayId', deviceId, cause, counted);
      // Each child that left was a change of the gateway.
      guard = undefined;
    }
    // First the lock: a certificate that is left would bring the device back as soon as it announces itself.
    const revoked = await revokeCertificates(dependencies)(deviceId);
    if (revoked.length > 0)
      await dependencies.change(
        [],
        [
          {
            ...cause,
            applicationId: access.applicationId,
            entity: `device:${deviceId}`,
            changes: Object.fromEntries(
              revoked.map(({ certificateId, status }) => [
                `certificate ${certificateId}`,
                { from: status, to: 'REVOKED' },
              ]),
            ),
          },
        ],
      );
    // What one owner wanted of it neither moves it for the next nor is shown there.
    await deleteShadows(dependencies)(deviceId);
    await editDevice(dependencies)(access.device, guard, cause, ({ childCount = 0, version }) => {
      if (childCount > 0 && version !== miscounted) throw conflict(`'${deviceId}' got a child meanwhile. Ask again.`);
      return undefined;
    });
    return {};
  },

  moveDevice: async (request) => {
    const { access, body, ifMatch } = request;
    const { roomId } = body;
    if (roomId !== null && !seesRoom(access, roomId)) throw noSuchRoom(roomId, access.applicationId);
    const moved = await editDevice(dependencies)(access.device, ifMatch, causeOf(request), (before) =>
      roomId === null ? without(before, 'roomId') : { ...before, roomId },
    );
    return { body: moved, etag: versionTag(moved.version) };
  },

  getLatestValues: async ({ params: { deviceId } }) => {
    const latest = await readLatest(dependencies)([deviceId]);
    return { body: latest(deviceId) };
  },

  ...gatewayHandlers(dependencies),
  ...deviceBulkHandlers(dependencies),
});

/** As of a room that is not there: what grants hide and what is not there must not be told apart. */
const noSuchRoom = (roomId: string, applicationId: string) =>
  badRequest([{ in: 'body', field: '/roomId', detail: `there is no room '${roomId}' in '${applicationId}'` }]);
