import type { Device } from '../model/device.ts';
import type { Granted } from '../platform/access/authorize.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { queryPage, writeCursor } from '../platform/http/paging.ts';
import { conflict } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { changesBetween } from '../platform/records/audit.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { deviceItem, parseDevice } from '../platform/records/registry.ts';
import { newId } from '../platform/ulid.ts';
import type { deviceOperations } from './operations.ts';

interface DeviceDependencies {
  readonly db: Sends;
  readonly devicesTable: string;
  readonly change: ReturnType<typeof changeTogether>;
}

export const deviceHandlers = ({
  db,
  devicesTable,
  change,
}: DeviceDependencies): Handlers<typeof deviceOperations> => ({
  listDevices: async ({ access, query }) => {
    const { items, lastKey } = await queryPage(
      db,
      {
        TableName: devicesTable,
        IndexName: 'byApplication',
        KeyConditionExpression: 'applicationId = :application',
        ExpressionAttributeValues: { ':application': access.applicationId },
      },
      query,
    );
    return { body: { items: items.flatMap((item) => parseDevice(item) ?? []), ...writeCursor(lastKey) } };
  },

  createDevice: async ({ access, body, operationId }) => {
    const now = new Date().toISOString();
    const deviceId = body.deviceId ?? newId();
    const created: Device = {
      ...body,
      deviceId,
      name: body.name ?? deviceId,
      applicationId: access.applicationId,
      status: 'registered',
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
              Item: deviceItem(created),
              ConditionExpression: 'attribute_not_exists(deviceId)',
            },
          },
          refusal: () => conflict(`There is a device '${deviceId}' already. Take another id.`),
        },
      ],
      [{ ...subjectOf(access, created), operation: operationId, changes: changesBetween(undefined, created) }],
    );
    return { body: created, etag: versionTag(created.version) };
  },

  getDevice: async ({ access: { device } }) => ({ body: device, etag: versionTag(device.version) }),
});

const subjectOf = ({ caller }: Granted, { applicationId, deviceId }: Device) => ({
  applicationId,
  actor: `user:${caller.userId}`,
  entity: `device:${deviceId}`,
});
