import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Application } from '../model/application.ts';
import type { readMemberships } from '../platform/access/memberships.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { type PageRequest, queryPage, readCursor, writeCursor } from '../platform/http/paging.ts';
import { conflict, notFound } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { changesBetween } from '../platform/records/audit.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { changeSettings } from '../platform/records/changeSettings.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { changedMeanwhile, checkVersion } from '../platform/records/versions.ts';
import { readItems } from '../platform/tables.ts';
import { newId } from '../platform/ulid.ts';
import type { applicationDirectory } from './applicationDirectory.ts';
import { firstVersion, newApplicationWrite, parseApplication } from './applicationRecords.ts';
import type { applicationOperations } from './operations.ts';

interface ApplicationDependencies {
  readonly db: Sends;
  readonly tables: { readonly directory: string; readonly devices: string; readonly rooms: string };
  readonly directory: ReturnType<typeof applicationDirectory>;
  readonly readMemberships: ReturnType<typeof readMemberships>;
  readonly change: ReturnType<typeof changeTogether>;
}

type Operations = Pick<
  typeof applicationOperations,
  'listApplications' | 'createApplication' | 'getApplication' | 'patchApplication' | 'deleteApplication'
>;

export const applicationHandlers = (dependencies: ApplicationDependencies): Handlers<Operations> => {
  const { db, tables, directory, readMemberships, change } = dependencies;

  const ownPage = async (userId: string, { limit, next }: PageRequest) => {
    const after = String(readCursor(next)?.['sk'] ?? '');
    const ids = (await readMemberships(userId)).map(({ applicationId }) => applicationId).sort();
    const rest = ids.filter((id) => id > after);
    const listed = rest.slice(0, limit);
    const last = listed.at(-1);
    return {
      items: await readApplications(db, tables.directory, listed),
      ...writeCursor(rest.length > limit && last !== undefined ? directoryKeys.application(last) : undefined),
    };
  };

  return {
    listApplications: async ({ access: { caller }, query }) => {
      if (!caller.isPlatformAdmin) return { body: await ownPage(caller.userId, query) };
      const { items, lastKey } = await queryPage(
        db,
        {
          TableName: tables.directory,
          KeyConditionExpression: 'pk = :applications',
          ExpressionAttributeValues: { ':applications': directoryKeys.application('').pk },
        },
        query,
      );
      return { body: { items: items.flatMap((item) => parseApplication(item) ?? []), ...writeCursor(lastKey) } };
    },

    createApplication: async ({ access: { caller }, body, operationId }) => {
      const created = firstVersion({ ...body, applicationId: body.applicationId ?? newId() });
      await change(
        [newApplicationWrite(tables.directory, created)],
        [{ ...subjectOf(caller, created), operation: operationId, changes: changesBetween(undefined, created) }],
      );
      return { body: created, etag: versionTag(created.version) };
    },

    getApplication: async ({ access: { applicationId } }) => {
      const found = await directory.application(applicationId);
      return { body: found, etag: versionTag(found.version) };
    },

    patchApplication: async ({ access: { applicationId, caller }, body, ifMatch, operationId }) => {
      const before = await directory.application(applicationId);
      checkVersion(before.version, ifMatch);
      const after: Application = {
        ...before,
        name: body.name ?? before.name,
        settings: changeSettings(before.settings, body.settings ?? {}, '/settings'),
        version: before.version + 1,
        updatedAt: new Date().toISOString(),
      };
      const { name, settings, version, updatedAt } = after;
      await change(
        [
          {
            item: {
              Update: {
                TableName: tables.directory,
                Key: directoryKeys.application(applicationId),
                UpdateExpression: 'SET #name = :name, settings = :settings, version = :version, updatedAt = :updatedAt',
                ConditionExpression: 'version = :seen',
                ExpressionAttributeNames: { '#name': 'name' },
                ExpressionAttributeValues: {
                  ':name': name,
                  ':settings': settings,
                  ':version': version,
                  ':updatedAt': updatedAt,
                  ':seen': before.version,
                },
              },
            },
            refusal: changedMeanwhile(ifMatch),
          },
        ],
        [{ ...subjectOf(caller, after), operation: operationId, changes: changesBetween(before, after) }],
      );
      return { body: after, etag: versionTag(after.version) };
    },

    deleteApplication: async ({ access: { applicationId, caller }, ifMatch, operationId }) => {
      const before = await directory.find(applicationId);
      if (before === undefined) {
        // Another DELETE may have been cut short after the application itself was gone.
        if ((await directory.removeContents(applicationId)) === 0) throw notFound('application', applicationId);
        return {};
      }
      checkVersion(before.version, ifMatch);
      const [devices, rooms] = await Promise.all(
        [tables.devices, tables.rooms].map((table) => hasAny(db, table, applicationId)),
      );
      if (devices || rooms)
        throw conflict(`'${applicationId}' still has ${devices ? 'devices' : 'rooms'}. Delete or move them first.`);
      await change(
        [
          {
            item: {
              Delete: {
                TableName: tables.directory,
                Key: directoryKeys.application(applicationId),
                ConditionExpression: 'version = :seen',
                ExpressionAttributeValues: { ':seen': before.version },
              },
            },
            refusal: changedMeanwhile(ifMatch),
          },
        ],
        [{ ...subjectOf(caller, before), operation: operationId, changes: changesBetween(before, undefined) }],
      );
      await directory.removeContents(applicationId);
      return {};
    },
  };
};

const subjectOf = ({ userId }: { userId: string }, { applicationId }: Application) => ({
  applicationId,
  actor: `user:${userId}`,
  entity: `application:${applicationId}`,
});

async function hasAny(db: Sends, TableName: string, applicationId: string): Promise<boolean> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName,
      IndexName: 'byApplication',
      KeyConditionExpression: 'applicationId = :application',
      ExpressionAttributeValues: { ':application': applicationId },
      Limit: 1,
    }),
  );
  return Items.length > 0;
}

/** In the order of their ids. */
async function readApplications(db: Sends, tableName: string, ids: readonly string[]): Promise<Application[]> {
  const { [tableName]: items = [] } = await readItems({ db })({ [tableName]: ids.map(directoryKeys.application) });
  return items
    .flatMap((item) => parseApplication(item) ?? [])
    .sort((one, other) => (one.applicationId < other.applicationId ? -1 : 1));
}
