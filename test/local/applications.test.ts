import { createHash } from 'node:crypto';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { storedApiKey } from '../../functions/model/apiKey.ts';
import { directoryKeys } from '../../functions/platform/records/directory.ts';
import { type ApiAnswer, callApi } from './callApi.ts';
import { newApplication } from './newApplication.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

let system: SystemUnderTest;
let platformAdmin: Person;

beforeAll(async () => {
  system = await openSystem();
  platformAdmin = await signIn(system, { platformAdmin: true });
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (as: Person, method: Method, path: string, body?: object, headers = {}): Promise<ApiAnswer> =>
  callApi(system, { method, path: `/api/applications${path}`, as, headers, ...(body && { body }) });
const statuses = (answers: readonly ApiAnswer[]) => answers.map(({ status }) => status).sort();

describe('an application', () => {
  test('is made by an admin of the platform, changed by its version, and deleted', async () => {
    const applicationId = `app-${ulid()}`;
    const made = await call(platformAdmin, 'POST', '', { applicationId, name: ' Plant ', settings: { a: 1, b: 2 } });
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
    expect(made.json).toMatchObject({ applicationId, name: 'Plant', settings: { a: 1, b: 2 }, version: 1 });
    expect(made.json).not.toHaveProperty('admins');
    expect((await call(platformAdmin, 'POST', '', { applicationId, name: 'Again' })).status).toBe(409);

    const path = `/${applicationId}`;
    const changed = await call(platformAdmin, 'PATCH', path, { settings: { a: null, c: 3 } }, { 'if-match': '"1"' });
    expect(changed.json).toMatchObject({ name: 'Plant', settings: { b: 2, c: 3 }, version: 2 });
    expect((await call(platformAdmin, 'PATCH', path, { name: 'Mill' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await call(platformAdmin, 'GET', path)).json).toEqual(changed.json);
    expect((await call(platformAdmin, 'DELETE', path, undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect((await call(platformAdmin, 'DELETE', path)).status).toBe(204);
    expect((await call(platformAdmin, 'GET', path)).status).toBe(404);
    expect((await call(platformAdmin, 'DELETE', path)).status).toBe(404);
  });

  test('is not named as the platform names its own', async () => {
    const { status, json } = await call(platformAdmin, 'POST', '', { applicationId: '_platform', name: 'Mine' });
    expect([status, json.errors[0].field]).toEqual([400, '/applicationId']);
  });

  test('with devices is not deleted; its members and keys go with it when it has none', async () => {
    const { applicationId, member } = await newApplication(system, platformAdmin);
    const owner = await member('admin');
    await call(owner, 'POST', `/${applicationId}/api-keys`, { name: 'key' });
    await callApi(system, { method: 'POST', path: '/api/devices', body: { applicationId }, as: owner });
    expect((await call(owner, 'DELETE', `/${applicationId}`)).json.detail).toContain('still has devices');

    const empty = await newApplication(system, platformAdmin);
    const other = await empty.member('admin');
    await call(other, 'POST', `/${empty.applicationId}/api-keys`, { name: 'key' });
    expect((await call(other, 'DELETE', `/${empty.applicationId}`)).status).toBe(204);
    const { Items } = await system.db.send(
      new QueryCommand({
        TableName: system.output('Data', 'DirectoryTableName'),
        KeyConditionExpression: 'pk = :application',
        ExpressionAttributeValues: { ':application': directoryKeys.member(empty.applicationId, '').pk },
      }),
    );
    expect(Items).toEqual([]);
  });

  test('is listed to its members, page by page, and all of them to admins of the platform', async () => {
    const applications = await Promise.all([1, 2, 3].map(() => newApplication(system, platformAdmin)));
    const [first] = applications;
    const person = await first?.member('viewer');
    if (person === undefined) throw new Error('no application');
    for (const { applicationId } of applications.slice(1))
      await call(platformAdmin, 'POST', `/${applicationId}/members`, { email: person.email, role: 'viewer' });

    const list = async (as: Person, limit: number) => {
      const ids: string[] = [];
      let next: string | undefined;
      do {
        const page = await call(as, 'GET', `?${new URLSearchParams({ limit: String(limit), ...(next && { next }) })}`);
        expect(page.json.items.length).toBeLessThanOrEqual(limit);
        ids.push(...page.json.items.map(({ applicationId }: { applicationId: string }) => applicationId));
        next = page.json.next;
      } while (next !== undefined);
      return ids;
    };
    const own = applications.map(({ applicationId }) => applicationId).sort();
    expect(await list(person, 2)).toEqual(own);
    expect(await list(platformAdmin, 100)).toEqual(expect.arrayContaining(own));
    expect(await list(await signIn(system), 2)).toEqual([]);
  });
});

describe('members', () => {
  test('who have no account are invited, and are told who they are when they come', async () => {
    const { applicationId } = await newApplication(system, platformAdmin);
    const email = `New.${ulid()}@Example.com`;
    const added = await call(platformAdmin, 'POST', `/${applicationId}/members`, { email, role: 'operator' });
    expect(added.status).toBe(201);
    expect(added.json).toMatchObject({ applicationId, email: email.toLowerCase(), role: 'operator', version: 1 });
    const again = await call(platformAdmin, 'POST', `/${applicationId}/members`, { email, role: 'viewer' });
    expect(again.status).toBe(409);
    const elsewhere = await newApplication(system, platformAdmin);
    const second = await call(platformAdmin, 'POST', `/${elsewhere.applicationId}/members`, { email, role: 'viewer' });
    expect(second.json.userId).toBe(added.json.userId);
  });

  test('invited by two at once have one account and one membership', async () => {
    const { applicationId } = await newApplication(system, platformAdmin);
    const body = { email: `twice-${ulid().toLowerCase()}@example.com`, role: 'viewer' };
    const answers = await Promise.all([1, 2].map(() => call(platformAdmin, 'POST', `/${applicationId}/members`, body)));
    expect(statuses(answers)).toEqual([201, 409]);
    expect((await call(platformAdmin, 'GET', `/${applicationId}/members`)).json.items).toHaveLength(1);
  });

  test('see what they are granted, and no more', async () => {
    const { applicationId, member } = await newApplication(system, platformAdmin);
    const [shown, hidden] = [`shown-${ulid()}`, `hidden-${ulid()}`];
    for (const deviceId of [shown, hidden])
      await callApi(system, {
        method: 'POST',
        path: '/api/devices',
        body: { applicationId, deviceId },
        as: platformAdmin,
      });
    const viewer = await member('viewer', { deviceIds: [shown], roomIds: [] });
    const get = async (deviceId: string) =>
      (await callApi(system, { path: `/api/devices/${deviceId}`, as: viewer })).status;
    expect([await get(shown), await get(hidden)]).toEqual([200, 404]);
  });

  test.each([
    ['of an admin', { role: 'admin', grants: { deviceIds: [], roomIds: [] } }, '/grants'],
    ['of a device that is elsewhere', { role: 'viewer', grants: { deviceIds: ['nowhere'] } }, '/grants/deviceIds/0'],
    ['of a room that is elsewhere', { role: 'viewer', grants: { roomIds: ['nowhere'] } }, '/grants/roomIds/0'],
  ])('take no grants %s', async (_, body, field) => {
    const { applicationId } = await newApplication(system, platformAdmin);
    const email = `grants-${ulid().toLowerCase()}@example.com`;
    const { status, json } = await call(platformAdmin, 'POST', `/${applicationId}/members`, { email, ...body });
    expect([status, json.errors[0].field]).toEqual([400, field]);
  });

  test('are made in an application that there is', async () => {
    const body = { email: `lost-${ulid().toLowerCase()}@example.com`, role: 'viewer' };
    expect((await call(platformAdmin, 'POST', '/nowhere-at-all/members', body)).status).toBe(404);
  });

  test('of whom the last admin neither goes nor steps down, however many do at once', async () => {
    const { applicationId, member } = await newApplication(system, platformAdmin);
    const [one, other] = await Promise.all([member('admin'), member('admin'), member('viewer')]);
    const path = ({ userId }: Person) => `/${applicationId}/members/${userId}`;
    const answers = await Promise.all([
      call(platformAdmin, 'DELETE', path(one)),
      call(platformAdmin, 'PATCH', path(other), { role: 'viewer' }),
    ]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1);
    const { items } = (await call(platformAdmin, 'GET', `/${applicationId}/members`)).json;
    const admins = items.filter(({ role }: { role: string }) => role === 'admin');
    expect(admins).toHaveLength(1);

    // Once somebody else is an admin, the other may go.
    const [last] = admins;
    const viewer = items.find(({ role }: { role: string }) => role === 'viewer');
    expect((await call(platformAdmin, 'DELETE', path(last))).status).toBe(409);
    expect((await call(platformAdmin, 'PATCH', path(viewer), { role: 'admin' })).status).toBe(200);
    expect((await call(platformAdmin, 'DELETE', path(last))).status).toBe(204);
  });

  test('change by their version, and lose grants by null', async () => {
    const { applicationId, member } = await newApplication(system, platformAdmin);
    const viewer = await member('viewer', { deviceIds: [], roomIds: [] });
    const path = `/${applicationId}/members/${viewer.userId}`;
    const changed = await call(platformAdmin, 'PATCH', path, { grants: null, role: 'admin' }, { 'if-match': '"1"' });
    expect(changed.json).toMatchObject({ role: 'admin', version: 2 });
    expect(changed.json).not.toHaveProperty('grants');
    expect((await call(platformAdmin, 'PATCH', path, { role: 'viewer' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await call(platformAdmin, 'DELETE', `/${applicationId}/members/nobody`)).status).toBe(404);
  });
});

describe('an API key', () => {
  test('shows its secret once, and is kept as the hash that verifies signatures', async () => {
    const { applicationId, member } = await newApplication(system, platformAdmin);
    const owner = await member('admin');
    const deviceId = `keyed-${ulid()}`;
    await callApi(system, { method: 'POST', path: '/api/devices', body: { applicationId, deviceId }, as: owner });
    const validUntil = new Date(Date.now() + 86_400_000).toISOString();
    const body = { name: 'gateway', deviceId, validUntil };
    const made = await call(owner, 'POST', `/${applicationId}/api-keys`, body);
    expect(made.status).toBe(201);
    const { key, keyId } = made.json;
    const [, secret = ''] = new RegExp(`^fl_${applicationId}\\.${keyId}\\.([\\w-]{43})$`).exec(key) ?? [];
    expect(secret).not.toBe('');

    const { Item } = await system.db.send(
      new GetCommand({
        TableName: system.output('Data', 'DirectoryTableName'),
        Key: directoryKeys.apiKey(applicationId, keyId),
      }),
    );
    expect(storedApiKey.parse(Item)).toMatchObject({
      ...body,
      secretHash: createHash('sha256').update(secret).digest('hex'),
      createdBy: `user:${owner.userId}`,
    });
    expect(JSON.stringify(Item)).not.toContain(secret);
    expect(Item).not.toHaveProperty('expiresAt');

    const listed = await call(owner, 'GET', `/${applicationId}/api-keys`);
    expect(listed.json.items).toMatchObject([{ keyId, ...body }]);
    expect(listed.text).not.toContain('ecretHash');
    expect((await call(owner, 'DELETE', `/${applicationId}/api-keys/${keyId}`)).status).toBe(204);
    expect((await call(owner, 'DELETE', `/${applicationId}/api-keys/${keyId}`)).status).toBe(404);
    const audit = await system.db.send(
      new QueryCommand({
        TableName: system.output('Data', 'AuditTableName'),
        IndexName: 'byEntity',
        KeyConditionExpression: 'entity = :key',
        ExpressionAttributeValues: { ':key': `apiKey:${keyId}` },
      }),
    );
    expect(audit.Items?.map(({ operation }) => operation)).toEqual(['createApiKey', 'deleteApiKey']);
    expect(JSON.stringify(audit.Items)).not.toContain('ecretHash');
  });

  test.each([
    ['a device that is elsewhere', { deviceId: 'nowhere' }, '/deviceId'],
    ['a time that is over', { validUntil: '2020-01-01T00:00:00.000Z' }, '/validUntil'],
  ])('is not made for %s', async (_, more, field) => {
    const { applicationId } = await newApplication(system, platformAdmin);
    const { status, json } = await call(platformAdmin, 'POST', `/${applicationId}/api-keys`, { name: 'k', ...more });
    expect([status, json.errors[0].field]).toEqual([400, field]);
  });
});
