import * as z from 'zod';
import { device } from '../model/device.ts';
import { applicationId, deviceId } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';

const params = z.object({ deviceId });

/** What a person gives of a new device. */
const newDevice = device
  .pick({ deviceId: true, deviceType: true, roomId: true, gatewayId: true })
  .partial({ deviceId: true })
  .extend({
    applicationId: applicationId.optional(),
    name: device.shape.name.optional(),
    kind: device.shape.kind.default('device'),
    metadata: device.shape.metadata.default({}),
    configuration: device.shape.configuration.default({}),
  })
  .strict()
  .meta({ id: 'NewDevice' });

export const deviceOperations = {
  listDevices: operation({
    method: 'GET',
    path: '/api/devices',
    tag: 'Devices',
    summary: 'Devices of an application',
    access: { permission: 'devices:read', of: 'application' },
    query: z.object({ ...pageQuery, applicationId: applicationId.optional() }),
    answer: { status: 200, description: 'A page of devices', content: json(page(device)) },
  }),
  createDevice: operation({
    method: 'POST',
    path: '/api/devices',
    tag: 'Devices',
    summary: 'Register a device',
    access: { permission: 'devices:manage', of: 'application' },
    body: newDevice,
    answer: { status: 201, description: 'The registered device', content: json(device) },
    problems: { 409: 'There is a device with this id' },
  }),
  getDevice: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}',
    tag: 'Devices',
    summary: 'A device as the registry knows it',
    access: { permission: 'devices:read', of: 'device' },
    params,
    answer: { status: 200, description: 'The device', content: json(device) },
  }),
};
