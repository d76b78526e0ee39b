import * as z from 'zod';
import { device } from '../model/device.ts';
import { applicationId, deviceId, roomId, timestamp, typeName } from '../model/identifiers.ts';
import { latestValues } from '../model/latest.ts';
import { mergePatchTypes, patchOfRecord, removable } from '../platform/http/mergePatch.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';
import { presenceState } from '../presence/protocol.ts';
import { deviceBulkOperations } from './bulkOperations.ts';
import { gatewayOperations } from './gatewayOperations.ts';

const params = z.object({ deviceId });

/** What a person gives of a new device. */
const newDevice = device
  .pick({
    deviceId: true,
    deviceType: true,
    roomId: true,
    gatewayId: true,
    model: true,
    firmware: true,
    capabilities: true,
    format: true,
    channels: true,
  })
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

const devicePatch = device
  .pick({ name: true, status: true })
  .partial()
  .extend({
    ...removable({
      deviceType: typeName,
      model: device.shape.model.unwrap(),
      firmware: device.shape.firmware.unwrap(),
      capabilities: device.shape.capabilities.unwrap(),
      format: device.shape.format.unwrap(),
      channels: device.shape.channels.unwrap(),
    }),
    metadata: patchOfRecord,
    configuration: patchOfRecord,
  })
  .strict()
  .meta({ id: 'DevicePatch', description: 'JSON Merge Patch (RFC 7396): null removes a field.' });

const listedDevice = device
  .extend({
    connectivity: z
      .object({
        state: presenceState,
        /** When it came to be in this state. */
        since: timestamp.optional(),
      })
      .meta({ id: 'ListedConnectivity' }),
    latest: latestValues.omit({ deviceId: true }).optional(),
  })
  .meta({
    id: 'ListedDevice',
    description: 'A device and whether it is there, with its newest values when they were asked for',
  });

const deviceFilters = {
  type: typeName.optional().meta({ description: 'Name of their device type' }),
  room: roomId.optional().meta({ description: 'The room that they are in' }),
  gateway: deviceId.optional().meta({ description: 'The gateway that publishes for them' }),
  status: device.shape.status.optional(),
  kind: device.shape.kind.optional(),
  text: z
    .string()
    .trim()
    .min(1)
    .max(128)
    .optional()
    .meta({ description: 'In their id, name, model, firmware or metadata, whatever its case' }),
  metadata: z
    .record(z.string().max(64), z.string().max(256))
    .refine((entries) => Object.keys(entries).length <= 10, 'at most 10 entries')
    .optional()
    .meta({
      description: 'Entries of their metadata: `metadata[floor]=2`, or `metadata.floor=2`. All must match.',
      param: { style: 'deepObject', explode: true },
    }),
};

const filtered =
  'With filters, one request looks at 2500 devices at most: a page may then hold fewer than `limit`, even none, and still have a `next`.';

export const deviceOperations = {
  listDevices: operation({
    method: 'GET',
    path: '/api/devices',
    tag: 'Devices',
    summary: 'Devices of an application',
    description: filtered,
    access: { permission: 'devices:read', of: 'application' },
    query: z.object({
      ...pageQuery,
      applicationId: applicationId.optional(),
      ...deviceFilters,
      sort: z.enum(['deviceId', 'name']).default('deviceId'),
      order: z.enum(['asc', 'desc']).default('asc'),
      include: z.literal('latest').optional().meta({ description: 'Their newest values too' }),
    }),
    answer: { status: 200, description: 'A page of devices', content: json(page(listedDevice)) },
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
  patchDevice: operation({
    method: 'PATCH',
    path: '/api/devices/{deviceId}',
    tag: 'Devices',
    summary: 'Change a device',
    description: 'JSON Merge Patch (RFC 7396): null removes a field. Room and gateway have operations of their own.',
    access: { permission: 'devices:manage', of: 'device' },
    params,
    body: devicePatch,
    bodyTypes: mergePatchTypes,
    versioned: true,
    answer: { status: 200, description: 'The device as it is now', content: json(device) },
    problems: { 409: 'Others keep changing it' },
  }),
  deleteDevice: operation({
    method: 'DELETE',
    path: '/api/devices/{deviceId}',
    tag: 'Devices',
    summary: 'Take a device out of the registry',
    description:
      'Its certificates are revoked, and its shadows and newest values go with it; what it sent stays until it expires. A refusal because somebody changed it in that very moment may come after the revocation: ask again.',
    access: { permission: 'devices:manage', of: 'device' },
    params,
    query: z.object({
      children: z
        .literal('detach')
        .optional()
        .meta({ description: 'Of a gateway: its children stay, without a gateway. Safe to repeat.' }),
    }),
    versioned: true,
    answer: { status: 204, description: 'It is gone' },
    problems: { 409: 'It is a gateway that has children', 503: 'Its children are being detached: ask again' },
  }),
  moveDevice: operation({
    method: 'PUT',
    path: '/api/devices/{deviceId}/room',
    tag: 'Devices',
    summary: 'Move a device into a room, or out of any',
    access: { permission: 'devices:operate', of: 'device' },
    params,
    body: z.strictObject({ roomId: roomId.nullable() }).meta({ id: 'DeviceMove' }),
    versioned: true,
    answer: { status: 200, description: 'The device as it is now', content: json(device) },
    problems: { 409: 'Others keep moving it' },
  }),
  getLatestValues: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/latest',
    tag: 'Devices',
    summary: 'The newest value of each metric of a device',
    access: { permission: 'devices:read', of: 'device' },
    params,
    answer: { status: 200, description: 'Its newest values', content: json(latestValues) },
  }),
  ...gatewayOperations,
  ...deviceBulkOperations,
};
