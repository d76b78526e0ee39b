import type { Device } from '../model/device.ts';
import { type Granted, seesDevice } from '../platform/access/authorize.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { queryList } from '../platform/http/listQuery.ts';
import { type PageRequest, writeCursor } from '../platform/http/paging.ts';
import { conflict, notFound } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { causeOf } from '../platform/records/cause.ts';
import { editDevice, type RegistryDependencies, readDevice, without } from '../platform/records/deviceChanges.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { parseDevice } from '../platform/records/registry.ts';
import type { gatewayOperations } from './gatewayOperations.ts';

export const gatewayHandlers = (dependencies: RegistryDependencies): Handlers<typeof gatewayOperations> => {
  const { db, tables } = dependencies;
  const list = async (index: 'gateways' | 'byGateway', value: string, access: Granted, query: PageRequest) => {
    const { items, lastKey } = await queryList(db, openDeviceList(tables.devices, index, value, access).query(), query);
    return { body: { items: items.flatMap((item) => parseDevice(item) ?? []), ...writeCursor(lastKey) } };
  };
  /** @throws Problem 404 for what is no gateway, or not to be seen */
  const requireGateway = async (gatewayId: string, access: Granted): Promise<Device> => {
    const gateway = await readDevice(dependencies)(gatewayId);
    if (gateway?.kind !== 'gateway' || gateway.applicationId !== access.applicationId || !seesDevice(access, gateway))
      throw notFound('gateway', gatewayId);
    return gateway;
  };
  return {
    listGateways: ({ access, query }) => list('gateways', access.applicationId, access, query),

    listGatewayDevices: ({ access, query }) => {
      const { deviceId, kind } = access.device;
      if (kind !== 'gateway') throw notFound('gateway', deviceId);
      return list('byGateway', deviceId, access, query);
    },

    attachDevice: async (request) => {
      const { access, params, ifMatch } = request;
      await requireGateway(params.gatewayId, access);
      if (access.device.kind === 'gateway')
        throw conflict(`'${params.deviceId}' is a gateway, which is not the child of another.`);
      const attached = await editDevice(dependencies)(access.device, ifMatch, causeOf(request), (before) => ({
        ...before,
        gatewayId: params.gatewayId,
      }));
      return { body: attached, etag: versionTag(attached.version) };
    },

    detachDevice: async (request) => {
      const { access, params, ifMatch } = request;
      await editDevice(dependencies)(access.device, ifMatch, causeOf(request), (before) => {
        if (before.gatewayId !== params.gatewayId)
          throw notFound(`device behind '${params.gatewayId}'`, params.deviceId);
        return without(before, 'gatewayId');
      });
      return {};
    },
  };
};
