import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Device } from '../../../functions/model/device.ts';
import { changeTogether } from '../../../functions/platform/records/change.ts';
import { directoryKeys } from '../../../functions/platform/records/directory.ts';
import { deviceItem, deviceKey } from '../../../functions/platform/records/registry.ts';
import { memoryTables } from '../platform/memoryTables.ts';

/** The tables that provisioning works with. */
export function openRegistry() {
  const { db, calls } = memoryTables({
    devices: ['deviceId', 'item'],
    directory: ['pk', 'sk'],
    rooms: ['roomId', 'item'],
    events: ['applicationId', 'eventId'],
    audit: ['applicationId', 'auditId'],
    ephemeral: ['id'],
  });
  return {
    db,
    calls,
    tables: { devices: 'devices', rooms: 'rooms', directory: 'directory', events: 'events', ephemeral: 'ephemeral' },
    devicesTable: 'devices',
    directoryTable: 'directory',
    eventsTable: 'events',
    change: changeTogether({ db, auditTable: 'audit' }),
    put: (device: Partial<Device> = {}) =>
      db.send(new PutCommand({ TableName: 'devices', Item: deviceItem({ ...boiler, ...device }) })),
    putType: ({ applicationId, typeName }: { readonly applicationId: string; readonly typeName: string }) =>
      db.send(
        new PutCommand({
          TableName: 'directory',
          Item: {
            ...directoryKeys.deviceType(applicationId, typeName),
            applicationId,
            typeName,
            thingModel: kettleModel,
            version: 1,
            createdAt: at,
            updatedAt: at,
          },
        }),
      ),
    get: async (item = 'device') =>
      (await db.send(new GetCommand({ TableName: 'devices', Key: { ...deviceKey('boiler-7'), item } }))).Item,
    all: async (TableName: string) => (await db.send(new ScanCommand({ TableName }))).Items ?? [],
  };
}

const kettleModel = {
  '@context': 'https://www.w3.org/2022/wot/td/v1.1',
  '@type': 'tm:ThingModel',
  title: 'Kettle',
  properties: { temperature: { type: 'number', unit: 'Cel' } },
};
const at = '2026-01-31T12:00:00.000Z';

/** As people registered it. */
export const boiler: Device = {
  deviceId: 'boiler-7',
  applicationId: 'plant',
  name: 'boiler-7',
  kind: 'device',
  status: 'registered',
  metadata: {},
  configuration: {},
  version: 1,
  createdAt: at,
  updatedAt: at,
};
