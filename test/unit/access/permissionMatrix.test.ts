import '../platform/silent.ts';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod';
import { readReach } from '../../../functions/commands/reach.ts';
import { operations } from '../../../functions/operations.ts';
import { authorize, requireSession } from '../../../functions/platform/access/authorize.ts';
import { platformAdminGroup } from '../../../functions/platform/access/caller.ts';
import { readStanding } from '../../../functions/platform/access/memberships.ts';
import { permissions, type Role } from '../../../functions/platform/access/permissions.ts';
import { type Handlers, httpApi } from '../../../functions/platform/http/httpApi.ts';
import { type Access, type Operation, routeKeyOf } from '../../../functions/platform/http/operation.ts';
import { limitRate } from '../../../functions/platform/http/rateLimit.ts';
import { aDevice, aMember, anApplication, anEndedSession, aRoom, fakeDirectory } from './fakeDirectory.ts';

/**
 * Every operation × everybody who may ask, held against nothing but what the operations and the table of permissions declare: no
 * list of exceptions, and nothing to add for a new operation.
 */

const roles: readonly Role[] = ['viewer', 'operator', 'admin'];
const [own, foreign] = ['own', 'foreign'];
/** Sees neither the device nor the room that is asked about. */
const grantedElsewhere = { deviceIds: ['other'], roomIds: ['other'] };
const granted = { deviceIds: ['device'], roomIds: ['room'] };

interface Caller {
  readonly name: string;
  /** Claims of the access token; undefined for who has none. */
  readonly claims: Record<string, string> | undefined;
  readonly sessionEnded?: boolean;
  readonly isPlatformAdmin?: boolean;
  /** Application → role. */
  readonly memberOf: Readonly<Record<string, Role>>;
  /** Whether grants, if it has any, show what is asked about. */
  readonly seesIt?: boolean;
}

const claimsOf = (userId: string, more = {}) => ({
  sub: userId,
  token_use: 'access',
  origin_jti: `s-${userId}`,
  ...more,
});
const person = (userId: string, more: Partial<Caller> = {}): Caller => ({
  name: userId,
  claims: claimsOf(userId),
  memberOf: {},
  ...more,
});

const callers: readonly Caller[] = [
  { name: 'nobody', claims: undefined, memberOf: {} },
  {
    name: 'who shows an id token',
    claims: { ...claimsOf('own-admin'), token_use: 'id' },
    memberOf: { [own]: 'admin' },
  },
  person('member-of-nothing'),
  ...roles.map((role) => person(`own-${role}`, { memberOf: { [own]: role }, seesIt: true })),
  ...roles.map((role) => person(`granted-${role}`, { memberOf: { [own]: role }, seesIt: true })),
  ...roles.map((role) => person(`elsewhere-${role}`, { memberOf: { [own]: role }, seesIt: false })),
  ...roles.map((role) => person(`foreign-${role}`, { memberOf: { [foreign]: role } })),
  person('platform-admin', {
    isPlatformAdmin: true,
    claims: claimsOf('platform-admin', { 'cognito:groups': `[readers ${platformAdminGroup}]` }),
  }),
  person('signed-out-admin', { memberOf: { [own]: 'admin' }, seesIt: true, sessionEnded: true }),
  person('signed-out-platform-admin', {
    isPlatformAdmin: true,
    sessionEnded: true,
    claims: claimsOf('signed-out-platform-admin', { 'cognito:groups': `[${platformAdminGroup}]` }),
  }),
];

const db = fakeDirectory([
  anApplication(own),
  aDevice({ deviceId: 'device', applicationId: own }),
  aRoom({ roomId: 'room', applicationId: own }),
  ...roles.flatMap((role) => [
    aMember({ applicationId: own, userId: `own-${role}`, role }),
    aMember({ applicationId: own, userId: `granted-${role}`, role, grants: granted }),
    aMember({ applicationId: own, userId: `elsewhere-${role}`, role, grants: grantedElsewhere }),
    aMember({ applicationId: foreign, userId: `foreign-${role}`, role }),
  ]),
  aMember({ applicationId: own, userId: 'signed-out-admin', role: 'admin' }),
  anEndedSession('signed-out-admin', 's-signed-out-admin'),
  anEndedSession('signed-out-platform-admin', 's-signed-out-platform-admin'),
]);

/** Where a request may name its application. */
const naming = z.object({ applicationId: z.string().optional() });

/** An operation as it is declared, but for what its parts must be: the matrix is about who asks, other tests about what. */
function withAnyParts({ params, query, body, ...declared }: Operation): Operation {
  return {
    ...declared,
    ...(params && { params: z.looseObject({}) }),
    ...(query && { query: naming }),
    ...(body && { body: naming }),
    bodyTypes: ['application/json'],
  };
}

const declared = Object.entries<Operation>(operations).map(([id, operation]) => ({
  id,
  operation,
  isNamedByPath: operation.path.includes('{applicationId}'),
}));
const reached = { statusCode: 299 };

/** The real dispatcher and checks, with handlers that only say that they were reached. */
const standing = { readStanding: readStanding({ db, tableName: 'directory' }) };
const handler = httpApi(
  Object.fromEntries(declared.map(({ id, operation }) => [id, withAnyParts(operation)])),
  Object.fromEntries(declared.map(({ id }) => [id, async () => ({ status: reached.statusCode })])) as Handlers<
    Record<string, Operation>
  >,
  {
    authorize: authorize({
      db,
      directoryTable: 'directory',
      devicesTable: 'devices',
      roomsTable: 'rooms',
      findMessage: async () => ({ deviceId: 'device', messageId: 'message', applicationId: own, entries: [] }),
      readReach: readReach({ db, devicesTable: 'devices', commandsTable: 'commands' }),
      ...standing,
    }),
    requireSession: requireSession(standing),
    limitRate: limitRate({ db, tableName: 'ephemeral', perMinute: 100_000 }),
    onceByKey: () => {
      throw new Error('No request here has an Idempotency-Key.');
    },
    reserveId: () => {
      throw new Error('Nothing here makes anything.');
    },
  },
);

/** @param named whether the request says which application it is about, where the path does not */
async function ask(operation: Operation, { claims }: Caller, named: boolean): Promise<number | undefined> {
  const values: Record<string, string> = {
    applicationId: own,
    deviceId: 'device',
    gatewayId: 'device',
    roomId: 'room',
    id: 'device~message',
  };
  const parameters = [...operation.path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => name);
  const event = {
    routeKey: routeKeyOf(operation),
    headers: { 'content-type': 'application/json' },
    pathParameters: Object.fromEntries(parameters.map((name) => [name, values[name] ?? 'any'])),
    ...(operation.query && named && { queryStringParameters: { applicationId: own } }),
    ...(operation.body && { body: JSON.stringify(named ? { applicationId: own } : {}) }),
    requestContext: {
      http: { method: operation.method, path: operation.path, sourceIp: '192.0.2.1' },
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
    },
  } as unknown as APIGatewayProxyEventV2;
  const result = (await handler(event, {} as Context)) as APIGatewayProxyStructuredResultV2;
  return result.statusCode;
}

/** What follows from the declaration alone. An application that is not named is the only one that the caller is a member of. */
function expected(access: Access, caller: Caller, isNamed: boolean): number {
  const allowed = reached.statusCode;
  if (access === 'public' || access === 'apiKey') return allowed;
  if (caller.claims?.['token_use'] !== 'access' || caller.sessionEnded) return 401;
  if (access === 'signedIn') return allowed;
  if (access === 'platformAdmin') return caller.isPlatformAdmin ? allowed : 403;
  if (access.of === 'application' && !isNamed) {
    if (caller.isPlatformAdmin) return 400;
    const [only] = Object.values(caller.memberOf);
    return only !== undefined && holds(only, access) ? allowed : 403;
  }
  if (caller.isPlatformAdmin) return allowed;
  const role = caller.memberOf[own];
  if (role === undefined || (access.of !== 'application' && !caller.seesIt)) return 404;
  return holds(role, access) ? allowed : 403;
}

const holds = (role: Role, { permission }: Extract<Access, object>) =>
  (permissions[permission] as readonly Role[]).includes(role);

describe.each(declared)('$id', ({ operation, isNamedByPath }) => {
  test.each(callers)('is answered to $name as declared', async (caller) => {
    expect(await ask(operation, caller, true)).toBe(expected(operation.access, caller, isNamed(true)));
    expect(await ask(operation, caller, false)).toBe(expected(operation.access, caller, isNamed(false)));
  });

  /** An operation that takes the application nowhere is never told which. */
  const isNamed = (named: boolean) =>
    isNamedByPath || (named && (operation.query !== undefined || operation.body !== undefined));

  test('names in its path what its access is about', () => {
    const { access, path } = operation;
    if (typeof access !== 'object') return;
    if (access.of === 'device') expect(path).toMatch(/\{(deviceId|gatewayId)\}/);
    if (access.of === 'room') expect(path).toContain('{roomId}');
  });
});

test('no operation is declared twice, and none changes anything for everybody', () => {
  const routes = declared.map(({ operation }) => routeKeyOf(operation));
  expect(new Set(routes).size).toBe(routes.length);
  const open = declared.filter(({ operation }) => operation.access === 'public' && operation.method !== 'GET');
  for (const { operation } of open) expect(operation.path).toMatch(/^\/api\/auth\//);
});

test('roles are nested: what a viewer may, an operator may, and what an operator may, an admin may', () => {
  for (const holders of Object.values<readonly Role[]>(permissions)) {
    const ranks = holders.map((role) => roles.indexOf(role)).sort();
    expect(ranks).toEqual(roles.map((_, rank) => rank).slice(-ranks.length));
  }
});
