import { isDeepStrictEqual } from 'node:util';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type DeviceType, deviceType } from '../model/deviceType.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import { conflict, notFound } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { changesBetween } from '../platform/records/audit.ts';
import { type Cause, causeOf } from '../platform/records/cause.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { Outdated, requireVersion, untilCurrent } from '../platform/records/deviceChanges.ts';
import { openDeviceList } from '../platform/records/deviceList.ts';
import { directoryKeys, directoryPrefixes } from '../platform/records/directory.ts';
import { typeKey } from '../platform/records/registry.ts';
import { bringUnitsInLine } from './deviceUnits.ts';
import type { deviceTypeOperations } from './operations.ts';

interface DeviceTypeDependencies {
  readonly db: Sends;
  readonly devicesTable: string;
  readonly directoryTable: string;
  readonly change: ReturnType<typeof changeTogether>;
}

export const deviceTypeHandlers = (dependencies: DeviceTypeDependencies): Handlers<typeof deviceTypeOperations> => {
  const { db, devicesTable, directoryTable } = dependencies;

  const read = readType(dependencies);
  const write = (before: DeviceType | undefined, after: DeviceType | undefined, cause: Cause): Promise<void> =>
    writeType(dependencies, before, after, cause);

  return {
    listDeviceTypes: async ({ params: { applicationId }, query }) => {
      const { pk, prefix } = directoryPrefixes.deviceTypes(applicationId);
      const { items, lastKey } = await queryList(
        db,
        {
          tableName: directoryTable,
          partition: { name: 'pk', value: pk },
          between: { name: 'sk', from: prefix, to: `${prefix}\uffff` },
          keyNames: ['pk', 'sk'],
        },
        query,
      );
      return { body: { items: items.map((item) => deviceType.parse(item)), ...writeCursor(lastKey) } };
    },

    getDeviceType: async ({ params: { applicationId, typeName } }) => {
      const found = await read(applicationId, typeName);
      if (found === undefined) throw notFound('device type', typeName);
      return { body: found, etag: versionTag(found.version) };
    },

    putDeviceType: async (request) => {
      const { params, body, ifMatch } = request;
      const put = await putType(dependencies)({ ...params, thingModel: body.thingModel }, causeOf(request), ifMatch);
      return { body: put, etag: versionTag(put.version) };
    },

    deleteDeviceType: async (request) => {
      const { params, ifMatch } = request;
      const { applicationId, typeName } = params;
      const list = openDeviceList(devicesTable, 'byType', typeKey(applicationId, typeName), { grants: undefined });
      await untilCurrent(async () => {
        const before = await read(applicationId, typeName);
        if (before === undefined) throw notFound('device type', typeName);
        requireVersion(ifMatch, before);
        const { items } = await queryList(db, list.query(), { limit: 1 });
        if (items.length > 0) throw conflict(`Devices have the type '${typeName}'. Give them another, or none, first.`);
        await write(before, undefined, causeOf(request));
      });
      return {};
    },
  };
};

const readType =
  ({ db, directoryTable }: Pick<DeviceTypeDependencies, 'db' | 'directoryTable'>) =>
  async (applicationId: string, typeName: string): Promise<DeviceType | undefined> => {
    const Key = directoryKeys.deviceType(applicationId, typeName);
    const { Item } = await db.send(new GetCommand({ TableName: directoryTable, Key, ConsistentRead: true }));
    return Item && deviceType.parse(Item);
  };

/**
 * Puts a type as it is to be, and its units onto its devices.
 * @param ifMatch the version to change; any, without it
 * @throws Problem 404 or 412 when it is not that version
 */
export const putType =
  (dependencies: DeviceTypeDependencies) =>
  async (
    { applicationId, typeName, thingModel }: Pick<DeviceType, 'applicationId' | 'typeName' | 'thingModel'>,
    cause: Cause,
    ifMatch?: number,
  ): Promise<DeviceType> => {
    const now = new Date().toISOString();
    const put = await untilCurrent(async () => {
      const before = await readType(dependencies)(applicationId, typeName);
      if (before === undefined && ifMatch !== undefined) throw notFound('device type', typeName);
      if (before !== undefined) requireVersion(ifMatch, before);
      if (before !== undefined && isDeepStrictEqual(before.thingModel, thingModel)) return before;
      const after: DeviceType = {
        applicationId,
        typeName,
        thingModel,
        version: (before?.version ?? 0) + 1,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
      };
      await writeType(dependencies, before, after, cause);
      return after;
    });
    // Of an unchanged type too: what a request before left undone is done now.
    await bringUnitsInLine(dependencies)(put);
    return put;
  };

async function writeType(
  { directoryTable, change }: DeviceTypeDependencies,
  before: DeviceType | undefined,
  after: DeviceType | undefined,
  cause: Cause,
): Promise<void> {
  const { applicationId, typeName } = (after ?? before) as DeviceType;
  const key = directoryKeys.deviceType(applicationId, typeName);
  const condition =
    before === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': before.version },
        };
  await change(
    [
      {
        item:
          after === undefined
            ? { Delete: { TableName: directoryTable, Key: key, ...condition } }
            : { Put: { TableName: directoryTable, Item: { ...key, ...after }, ...condition } },
        refusal: () => new Outdated(),
      },
    ],
    [
      {
        ...cause,
        applicationId,
        entity: `deviceType:${applicationId}/${typeName}`,
        changes: changesBetween(before, after),
      },
    ],
  );
}
