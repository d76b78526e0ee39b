import { type Membership, membership } from '../model/application.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { queryPage, writeCursor } from '../platform/http/paging.ts';
import { badRequest, type FieldError, notFound } from '../platform/http/problem.ts';
import { versionTag } from '../platform/http/respond.ts';
import { changesBetween } from '../platform/records/audit.ts';
import type { changeTogether, Write } from '../platform/records/change.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { deviceKey, roomKey } from '../platform/records/registry.ts';
import { changedMeanwhile, checkVersion } from '../platform/records/versions.ts';
import { readItems } from '../platform/tables.ts';
import type { findOrInvite } from './accounts.ts';
import type { applicationDirectory } from './applicationDirectory.ts';
import { adminsWrite, firstVersion, newMemberWrite } from './applicationRecords.ts';
import type { applicationOperations } from './operations.ts';

interface MemberDependencies {
  readonly db: Sends;
  readonly tables: { readonly directory: string; readonly devices: string; readonly rooms: string };
  readonly directory: ReturnType<typeof applicationDirectory>;
  readonly findOrInvite: ReturnType<typeof findOrInvite>;
  readonly change: ReturnType<typeof changeTogether>;
}

type Operations = Pick<typeof applicationOperations, 'listMembers' | 'addMember' | 'patchMember' | 'removeMember'>;

export const memberHandlers = (dependencies: MemberDependencies): Handlers<Operations> => {
  const { db, tables, directory, findOrInvite, change } = dependencies;

  const find = async ({ applicationId, userId }: Pick<Membership, 'applicationId' | 'userId'>): Promise<Membership> => {
    const item = await directory.read(directoryKeys.member(applicationId, userId));
    if (item === undefined) throw notFound('member', userId);
    return membership.parse(item);
  };

  /** The writes that bring a member from one state to the next, with the count of admins. */
  const writes = (before: Membership, after: Membership | undefined, refusal: Write['refusal']): Write[] => {
    const guard = {
      TableName: tables.directory,
      ConditionExpression: 'version = :seen',
      ExpressionAttributeValues: { ':seen': before.version },
    };
    const key = directoryKeys.member(before.applicationId, before.userId);
    return [
      {
        item:
          after === undefined ? { Delete: { ...guard, Key: key } } : { Put: { ...guard, Item: { ...key, ...after } } },
        refusal,
      },
      adminsWrite(tables.directory, before.applicationId, countAdmin(after) - countAdmin(before)),
    ];
  };

  return {
    listMembers: async ({ access: { applicationId }, query }) => {
      const { pk, sk } = directoryKeys.member(applicationId, '');
      const { items, lastKey } = await queryPage(
        db,
        {
          TableName: tables.directory,
          KeyConditionExpression: 'pk = :application AND begins_with(sk, :member)',
          ExpressionAttributeValues: { ':application': pk, ':member': sk },
        },
        query,
      );
      return { body: { items: items.map((item) => membership.parse(item)), ...writeCursor(lastKey) } };
    },

    addMember: async ({ access: { applicationId, caller }, body, operationId }) => {
      await directory.application(applicationId);
      await checkGrants(dependencies, applicationId, body);
      const userId = await findOrInvite(body.email);
      const added: Membership = firstVersion({ ...body, applicationId, userId });
      await change(
        [newMemberWrite(tables.directory, added), adminsWrite(tables.directory, applicationId, countAdmin(added))],
        [{ ...subjectOf(caller, added), operation: operationId, changes: changesBetween(undefined, added) }],
      );
      return { body: added, etag: versionTag(added.version) };
    },

    patchMember: async ({ access: { caller }, params, body, ifMatch, operationId }) => {
      const before = await find(params);
      checkVersion(before.version, ifMatch);
      const { grants: given, ...rest } = before;
      const grants = body.grants === undefined ? given : (body.grants ?? undefined);
      const after: Membership = {
        ...rest,
        role: body.role ?? before.role,
        ...(grants !== undefined && { grants }),
        version: before.version + 1,
        updatedAt: new Date().toISOString(),
      };
      await checkGrants(dependencies, params.applicationId, after);
      await change(writes(before, after, changedMeanwhile(ifMatch)), [
        { ...subjectOf(caller, after), operation: operationId, changes: changesBetween(before, after) },
      ]);
      return { body: after, etag: versionTag(after.version) };
    },

    removeMember: async ({ access: { caller }, params, ifMatch, operationId }) => {
      const before = await find(params);
      checkVersion(before.version, ifMatch);
      await change(writes(before, undefined, changedMeanwhile(ifMatch)), [
        { ...subjectOf(caller, before), operation: operationId, changes: changesBetween(before, undefined) },
      ]);
      return {};
    },
  };
};

const countAdmin = (member: Membership | undefined) => (member?.role === 'admin' ? 1 : 0);

const subjectOf = ({ userId }: { userId: string }, member: Membership) => ({
  applicationId: member.applicationId,
  actor: `user:${userId}`,
  entity: `member:${member.userId}`,
});

/** @throws Problem 400 for grants of an admin, and for devices and rooms that the application does not have */
async function checkGrants(
  { db, tables }: Pick<MemberDependencies, 'db' | 'tables'>,
  applicationId: string,
  { role, grants }: Pick<Membership, 'role' | 'grants'>,
): Promise<void> {
  if (grants === undefined) return;
  if (role === 'admin')
    throw badRequest([
      { in: 'body', field: '/grants', detail: 'an admin sees all of the application: give grants to others' },
    ]);
  const found = await readItems({ db })({
    [tables.devices]: [...new Set(grants.deviceIds)].map(deviceKey),
    [tables.rooms]: [...new Set(grants.roomIds)].map(roomKey),
  });
  const known = (table: string, idName: string) =>
    new Set((found[table] ?? []).filter((item) => item['applicationId'] === applicationId).map((item) => item[idName]));
  const missing = (kind: string, field: string, ids: readonly string[], there: ReadonlySet<unknown>): FieldError[] =>
    ids.flatMap((id, index) =>
      there.has(id)
        ? []
        : [
            {
              in: 'body',
              field: `/grants/${field}/${index}`,
              detail: `there is no ${kind} '${id}' in '${applicationId}'`,
            },
          ],
    );
  const errors = [
    ...missing('device', 'deviceIds', grants.deviceIds, known(tables.devices, 'deviceId')),
    ...missing('room', 'roomIds', grants.roomIds, known(tables.rooms, 'roomId')),
  ];
  if (errors.length > 0) throw badRequest(errors);
}
