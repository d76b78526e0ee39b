import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { ulid } from 'ulid';
import type { Room } from '../../functions/model/room.ts';
import { operations } from '../../functions/operations.ts';
import { permissions, type Role } from '../../functions/platform/access/permissions.ts';
import type { Operation } from '../../functions/platform/http/operation.ts';
import { directoryKeys } from '../../functions/platform/records/directory.ts';
import { roomItem } from '../../functions/platform/records/registry.ts';
import { insertRecords } from '../../functions/telemetry/stores/messageRecords.ts';
import { callApi } from './callApi.ts';
import { newApplication } from './newApplication.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

/** Over the wire, with the authorizers of the routes: what test/unit/access/permissionMatrix.test.ts proves of the dispatcher. */

const roles: readonly Role[] = ['viewer', 'operator', 'admin'];
const callers = [
  'nobody',
  'a member of nothing',
  'one who signed out',
  ...roles.map((role) => `an own ${role}` as const),
  ...roles.map((role) => `a foreign ${role}` as const),
  'an admin of the platform',
] as const;
type CallerName = (typeof callers)[number];

let system: SystemUnderTest;
let people: ReadonlyMap<CallerName, Person>;
/** Of parameters. */
const ids: Record<string, string> = { deviceId: `device-${ulid()}`, roomId: `room-${ulid()}` };

beforeAll(async () => {
  system = await openSystem();
  const platformAdmin = await signIn(system, { platformAdmin: true });
  const [own, foreign] = await Promise.all([1, 2].map(() => newApplication(system, platformAdmin)));
  if (own === undefined || foreign === undefined) throw new Error('no applications');
  const { applicationId } = own;
  const { deviceId = '', roomId = '' } = ids;
  Object.assign(ids, { applicationId, gatewayId: deviceId, userId: 'nobody', keyId: 'none' });
  const body = { applicationId, deviceId, kind: 'gateway' };
  await callApi(system, { method: 'POST', path: '/api/devices', body, as: platformAdmin });
  const at = new Date().toISOString();
  const room: Room = {
    ...{ roomId, applicationId, name: 'Hall', deviceCount: 0, metadata: {}, configuration: {} },
    ...{ version: 1, createdAt: at, updatedAt: at },
  };
  await system.db.send(new PutCommand({ TableName: system.output('Data', 'RoomsTableName'), Item: roomItem(room) }));
  const messageId = ulid();
  ids['id'] = `${deviceId}~${messageId}`;
  await insertRecords({ db: system.db, tableName: system.tables.messages, retentionDays: 1 })([
    {
      ...{ deviceId, messageId, applicationId, traceId: ulid(), disposition: 'quarantined', attempt: 0 },
      ...{ receivedAt: Date.now(), stages: {}, raw: { key: 'raw/none.gz', offset: 0, length: 1 } },
    },
  ]);
  people = new Map<CallerName, Person>([
    ['a member of nothing', await signIn(system)],
    ['one who signed out', await signedOut(await own.member('admin'))],
    ['an admin of the platform', platformAdmin],
    ...(await Promise.all(roles.map(async (role) => [`an own ${role}`, await own.member(role)] as const))),
    ...(await Promise.all(roles.map(async (role) => [`a foreign ${role}`, await foreign.member(role)] as const))),
  ]);
});

/** Ended before any function has asked for it. */
async function signedOut(person: Person): Promise<Person> {
  const { origin_jti } = decodeJwt<{ origin_jti: string }>(person.accessToken);
  await system.db.send(
    new PutCommand({
      TableName: system.output('Data', 'DirectoryTableName'),
      Item: { ...directoryKeys.session(person.userId, origin_jti), signedOutAt: new Date().toISOString() },
    }),
  );
  return person;
}

/** The status of a refusal; undefined where the operation is allowed. */
function refusal({ access }: Operation, caller: CallerName): number | undefined {
  if (access === 'public' || access === 'apiKey') return undefined;
  if (caller === 'nobody' || caller === 'one who signed out') return 401;
  if (access === 'signedIn' || caller === 'an admin of the platform') return undefined;
  if (access === 'platformAdmin') return 403;
  const role = roles.find((one) => caller === `an own ${one}`);
  if (role === undefined) return 404;
  return (permissions[access.permission] as readonly Role[]).includes(role) ? undefined : 403;
}

const address = ({ path, query }: Operation) =>
  `${path.replace(/\{(\w+)\+?\}/g, (_, name: string) => ids[name] ?? 'none')}${
    query !== undefined && 'applicationId' in query.shape ? `?applicationId=${ids['applicationId']}` : ''
  }`;

const declared = Object.entries<Operation>(operations);
/** Whose parts are right without anything being changed, whoever asks. */
const readable = declared.filter(([, { method, query }]) => method === 'GET' && (query?.safeParse({}).success ?? true));

test.each(declared)(
  '%s is refused to nobody, by the authorizer of its route, unless it is public',
  async (_, operation) => {
    const { status } = await callApi(system, { method: operation.method, path: address(operation) });
    const expected = refusal(operation, 'nobody');
    if (expected !== undefined) expect(status).toBe(expected);
    else if (operation.access === 'public') expect([401, 403]).not.toContain(status);
  },
);

describe.each(readable)('%s', (_, operation) => {
  test.each(callers)('is answered to %s as declared', async (caller) => {
    const as = people.get(caller);
    const { status } = await callApi(system, { path: address(operation), ...(as && { as }) });
    const expected = refusal(operation, caller);
    if (expected !== undefined) expect(status).toBe(expected);
    else expect([401, 403]).not.toContain(status);
  });
});
