import { createHash, randomBytes } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { apiKey, type StoredApiKey } from '../model/apiKey.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { queryPage, writeCursor } from '../platform/http/paging.ts';
import { badRequest, notFound } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { changesBetween } from '../platform/records/audit.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import { newId } from '../platform/ulid.ts';
import type { applicationDirectory } from './applicationDirectory.ts';
import { adminsWrite } from './applicationRecords.ts';
import type { applicationOperations } from './operations.ts';

interface ApiKeyDependencies {
  readonly db: Sends;
  readonly tables: { readonly directory: string; readonly devices: string };
  readonly directory: ReturnType<typeof applicationDirectory>;
  readonly change: ReturnType<typeof changeTogether>;
}

type Operations = Pick<typeof applicationOperations, 'listApiKeys' | 'createApiKey' | 'deleteApiKey'>;

export const apiKeyHandlers = ({ db, tables, directory, change }: ApiKeyDependencies): Handlers<Operations> => ({
  listApiKeys: async ({ access: { applicationId }, query }) => {
    const { pk, sk } = directoryKeys.apiKey(applicationId, '');
    const { items, lastKey } = await queryPage(
      db,
      {
        TableName: tables.directory,
        KeyConditionExpression: 'pk = :application AND begins_with(sk, :key)',
        ExpressionAttributeValues: { ':application': pk, ':key': sk },
      },
      query,
    );
    return { body: { items: items.map((item) => apiKey.parse(item)), ...writeCursor(lastKey) } };
  },

  createApiKey: async ({ access: { applicationId, caller }, body, operationId }) => {
    if (body.validUntil !== undefined && Date.parse(body.validUntil) <= Date.now())
      throw badRequest([{ in: 'body', field: '/validUntil', detail: 'must be in the future' }]);
    if (body.deviceId !== undefined) {
      const { Item } = await db.send(new GetCommand({ TableName: tables.devices, Key: deviceKey(body.deviceId) }));
      if (parseDevice(Item)?.applicationId !== applicationId)
        throw badRequest([
          { in: 'body', field: '/deviceId', detail: `there is no device '${body.deviceId}' in '${applicationId}'` },
        ]);
    }
    const keyId = newId();
    const secret = randomBytes(32).toString('base64url');
    const stored: StoredApiKey = {
      ...body,
      applicationId,
      keyId,
      secretHash: createHash('sha256').update(secret).digest('hex'),
      createdAt: new Date().toISOString(),
      createdBy: `user:${caller.userId}`,
      version: 1,
    };
    const shown = apiKey.parse(stored);
    await change(
      [
        {
          item: {
            Put: {
              TableName: tables.directory,
              Item: { ...directoryKeys.apiKey(applicationId, keyId), ...stored },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          refusal: () => {
            throw new Error('Two API keys have one id.');
          },
        },
        adminsWrite(tables.directory, applicationId, 0),
      ],
      [{ ...subjectOf(caller, stored), operation: operationId, changes: changesBetween(undefined, shown) }],
    );
    return { body: { ...shown, key: `fl_${applicationId}.${keyId}.${secret}` }, etag: versionTag(shown.version) };
  },

  deleteApiKey: async ({ access: { caller }, params: { applicationId, keyId }, operationId }) => {
    const absent = () => notFound('API key', keyId);
    const item = await directory.read(directoryKeys.apiKey(applicationId, keyId));
    if (item === undefined) throw absent();
    const before = apiKey.parse(item);
    await change(
      [
        {
          item: {
            Delete: {
              TableName: tables.directory,
              Key: directoryKeys.apiKey(applicationId, keyId),
              ConditionExpression: 'attribute_exists(pk)',
            },
          },
          refusal: absent,
        },
      ],
      [{ ...subjectOf(caller, before), operation: operationId, changes: changesBetween(before, undefined) }],
    );
    return {};
  },
});

const subjectOf = (
  { userId }: { userId: string },
  { applicationId, keyId }: { applicationId: string; keyId: string },
) => ({
  applicationId,
  actor: `user:${userId}`,
  entity: `apiKey:${keyId}`,
});
