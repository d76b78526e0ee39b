import * as z from 'zod';
import { deviceType } from '../model/deviceType.ts';
import { applicationId, typeName } from '../model/identifiers.ts';
import { thingModel } from '../model/thingModel.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';

const ofApplication = z.object({ applicationId });
const params = z.object({ applicationId, typeName });

export const deviceTypeOperations = {
  listDeviceTypes: operation({
    method: 'GET',
    path: '/api/applications/{applicationId}/device-types',
    tag: 'Device types',
    summary: 'Device types of an application, by name',
    access: { permission: 'deviceTypes:read', of: 'application' },
    params: ofApplication,
    query: z.object(pageQuery),
    answer: { status: 200, description: 'A page of device types', content: json(page(deviceType)) },
  }),
  getDeviceType: operation({
    method: 'GET',
    path: '/api/applications/{applicationId}/device-types/{typeName}',
    tag: 'Device types',
    summary: 'A device type: the Thing Model of its devices',
    access: { permission: 'deviceTypes:read', of: 'application' },
    params,
    answer: { status: 200, description: 'The device type', content: json(deviceType) },
  }),
  putDeviceType: operation({
    method: 'PUT',
    path: '/api/applications/{applicationId}/device-types/{typeName}',
    tag: 'Device types',
    summary: 'Make or change a device type',
    description:
      'A W3C WoT Thing Model: properties are the metrics that devices send, actions the commands that they take. Its devices get the units of its properties before this answers. Safe to repeat.',
    access: { permission: 'deviceTypes:manage', of: 'application' },
    params,
    body: z.strictObject({ thingModel }).meta({ id: 'NewDeviceType' }),
    versioned: true,
    answer: { status: 200, description: 'The device type as it is now', content: json(deviceType) },
    problems: { 409: 'Others keep changing it', 503: 'Its devices are still being brought in line: ask again' },
  }),
  deleteDeviceType: operation({
    method: 'DELETE',
    path: '/api/applications/{applicationId}/device-types/{typeName}',
    tag: 'Device types',
    summary: 'Delete a device type that no device has',
    access: { permission: 'deviceTypes:manage', of: 'application' },
    params,
    versioned: true,
    answer: { status: 204, description: 'It is gone' },
    problems: { 409: 'Devices have it' },
  }),
};
