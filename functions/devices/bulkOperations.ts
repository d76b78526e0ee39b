import * as z from 'zod';
import { device } from '../model/device.ts';
import { applicationId } from '../model/identifiers.ts';
import {
  exportContent,
  exportQuery,
  importBody,
  importBodyLimit,
  importBodyTypes,
  importMode,
  importReport,
} from '../platform/http/bulk.ts';
import { json, operation } from '../platform/http/operation.ts';

/** Columns of devices in CSV, in the order in which they are written. */
export const deviceColumns = [
  'deviceId',
  'name',
  'kind',
  'deviceType',
  'roomId',
  'gatewayId',
  'status',
  'model',
  'firmware',
  'capabilities',
  'format',
  'channels',
  'metadata',
  'configuration',
] as const satisfies readonly (keyof z.infer<typeof device>)[];

const deviceRow = device
  .pick(
    Object.fromEntries(deviceColumns.map((column) => [column, true])) as {
      [Column in (typeof deviceColumns)[number]]: true;
    },
  )
  .meta({ id: 'DeviceRow' });

export const deviceBulkOperations = {
  importDevices: operation({
    method: 'POST',
    path: '/api/devices/import',
    tag: 'Devices',
    summary: 'Register and change up to 500 devices',
    description:
      'A row is a JSON Merge Patch of its device: what is not given stays, null and an empty cell remove. A bad row is refused with its reason, and never stops the others.',
    access: { permission: 'devices:manage', of: 'application' },
    query: z.object({ applicationId: applicationId.optional(), mode: importMode }),
    body: importBody,
    bodyTypes: importBodyTypes,
    bodyLimit: importBodyLimit,
    answer: { status: 200, description: 'What became of each row', content: json(importReport) },
  }),
  exportDevices: operation({
    method: 'GET',
    path: '/api/devices/export',
    tag: 'Devices',
    summary: 'Devices of an application as importDevices takes them',
    access: { permission: 'devices:read', of: 'application' },
    query: z.object({ ...exportQuery, applicationId: applicationId.optional() }),
    answer: { status: 200, description: 'A page of devices', content: exportContent(deviceRow) },
  }),
};
