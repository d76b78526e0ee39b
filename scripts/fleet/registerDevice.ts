import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { putType } from '../../functions/deviceTypes/deviceTypes.ts';
import type { Device } from '../../functions/model/device.ts';
import type { DeviceType } from '../../functions/model/deviceType.ts';
import { changeTogether } from '../../functions/platform/records/change.ts';
import { changeDevices, readDevice, readSurroundings } from '../../functions/platform/records/deviceChanges.ts';
import { newDevice } from '../../functions/platform/records/newDevice.ts';
import { issueToken } from '../../functions/provisioning/permit.ts';
import type { Target } from '../target.ts';

/** A new device points at no room, gateway or type. */
const nothing = { rooms: new Map(), gateways: new Map(), types: new Map() };

/** The operator's own hands on the registry, past the HTTP API: by AWS credentials, written down as done by the system. */
export function operatorRegistry({ client, output }: Pick<Target, 'client' | 'output'>) {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(client), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const tables = {
    devices: output('Data', 'DevicesTableName'),
    rooms: output('Data', 'RoomsTableName'),
    directory: output('Data', 'DirectoryTableName'),
    events: output('Data', 'EventsTableName'),
  };
  const change = changeTogether({ db, auditTable: output('Data', 'AuditTableName') });
  const issue = issueToken({ change, directoryTable: tables.directory });

  const find = readDevice({ db, tables });

  return {
    change,
    find,
    /** The device as the registry has it; put there if it was not. */
    async register(
      deviceId: string,
      applicationId: string,
    ): Promise<{ readonly device: Device; readonly isNew: boolean }> {
      const known = await find(deviceId);
      if (known !== undefined) return { device: known, isNew: false };
      const device = newDevice({ deviceId, applicationId });
      await changeDevices({ tables, change })([{ after: device }], nothing, {
        actor: 'system',
        operation: 'provision',
      });
      return { device, isNew: true };
    },
    /** Puts a type there that is not; what people made of one stays. */
    async ensureType(type: Pick<DeviceType, 'applicationId' | 'typeName' | 'thingModel'>): Promise<void> {
      const { types } = await readSurroundings({ db, tables })([
        { applicationId: type.applicationId, deviceType: type.typeName },
      ]);
      if (types.size > 0) return;
      const put = putType({ db, devicesTable: tables.devices, directoryTable: tables.directory, change });
      await put(type, { actor: 'system', operation: 'simulate' });
    },
    issueToken: (device: Device, validMinutes: number) => issue(device, { validMinutes, actor: 'system' }),
  };
}
