import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Device } from '../../functions/model/device.ts';
import { conflict } from '../../functions/platform/http/problem.ts';
import { changesBetween } from '../../functions/platform/records/audit.ts';
import { changeTogether } from '../../functions/platform/records/change.ts';
import { deviceItem, deviceKey, parseDevice } from '../../functions/platform/records/registry.ts';
import { issueToken } from '../../functions/provisioning/permit.ts';
import type { Target } from '../target.ts';

/** The operator's own hands on the registry, past the HTTP API: by AWS credentials, written down as done by the system. */
export function operatorRegistry({ client, output }: Pick<Target, 'client' | 'output'>) {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(client), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const devicesTable = output('Data', 'DevicesTableName');
  const change = changeTogether({ db, auditTable: output('Data', 'AuditTableName') });
  const issue = issueToken({ change, directoryTable: output('Data', 'DirectoryTableName') });

  const find = async (deviceId: string): Promise<Device | undefined> => {
    const { Item } = await db.send(
      new GetCommand({ TableName: devicesTable, Key: deviceKey(deviceId), ConsistentRead: true }),
    );
    return parseDevice(Item);
  };

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
      const now = new Date().toISOString();
      const device: Device = {
        deviceId,
        applicationId,
        name: deviceId,
        kind: 'device',
        status: 'registered',
        metadata: {},
        configuration: {},
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await change(
        [
          {
            item: {
              Put: {
                TableName: devicesTable,
                Item: deviceItem(device),
                ConditionExpression: 'attribute_not_exists(deviceId)',
              },
            },
            refusal: () => conflict(`Others registered ${deviceId} at the same time. Try again.`),
          },
        ],
        [
          {
            applicationId,
            actor: 'system',
            operation: 'provision',
            entity: `device:${deviceId}`,
            changes: changesBetween(undefined, device),
          },
        ],
      );
      return { device, isNew: true };
    },
    issueToken: (device: Device, validMinutes: number) => issue(device, { validMinutes, actor: 'system' }),
  };
}
