import * as z from 'zod';
import { device } from '../model/device.ts';
import { applicationId, deviceId } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';

const child = z.object({ gatewayId: deviceId, deviceId });

/** A gateway is a device that publishes for others: its children. */
export const gatewayOperations = {
  listGateways: operation({
    method: 'GET',
    path: '/api/gateways',
    tag: 'Gateways',
    summary: 'Gateways of an application, by id',
    access: { permission: 'devices:read', of: 'application' },
    query: z.object({ ...pageQuery, applicationId: applicationId.optional() }),
    answer: { status: 200, description: 'A page of gateways', content: json(page(device)) },
  }),
  listGatewayDevices: operation({
    method: 'GET',
    path: '/api/gateways/{gatewayId}/devices',
    tag: 'Gateways',
    summary: 'Devices that a gateway publishes for, by id',
    access: { permission: 'devices:read', of: 'device' },
    params: child.pick({ gatewayId: true }),
    query: z.object(pageQuery),
    answer: { status: 200, description: 'A page of its children', content: json(page(device)) },
  }),
  attachDevice: operation({
    method: 'PUT',
    path: '/api/gateways/{gatewayId}/devices/{deviceId}',
    tag: 'Gateways',
    summary: 'Put a device behind a gateway',
    description: 'One that is behind another gateway changes over.',
    access: { permission: 'devices:manage', of: 'device' },
    params: child,
    versioned: true,
    answer: { status: 200, description: 'The device as it is now', content: json(device) },
    problems: { 409: 'A gateway is not the child of another' },
  }),
  detachDevice: operation({
    method: 'DELETE',
    path: '/api/gateways/{gatewayId}/devices/{deviceId}',
    tag: 'Gateways',
    summary: 'Take a device from behind its gateway',
    access: { permission: 'devices:manage', of: 'device' },
    params: child,
    versioned: true,
    answer: { status: 204, description: 'It has no gateway any more' },
  }),
};
