import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { directoryKeys } from '../../functions/platform/records/directory.ts';
import { outputsFile } from '../../scripts/outputs.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { newApplication } from './newApplication.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

let system: SystemUnderTest;
let person: Person;
/** What must never stand in a log. */
const secrets = new Set<string>();

beforeAll(async () => {
  system = await openSystem();
  person = await signIn(system);
  secrets.add(person.password).add(person.accessToken);
});

const post = async (path: string, body: object, as?: Pick<Person, 'accessToken'>) => {
  const answer = await callApi(system, { method: 'POST', path, body, ...(as && { as }) });
  for (const name of ['accessToken', 'refreshToken', 'session', 'ticket', 'key'])
    if (answer.json?.[name] !== undefined) secrets.add(answer.json[name]);
  return answer;
};
const login = (email: string, password: string) => {
  secrets.add(password);
  return post('/api/auth/login', { email, password });
};

/** An account with a temporary password, as an invitation makes it. */
async function invited() {
  const [email, temporary] = [`invited-${ulid().toLowerCase()}@example.com`, `Aa1!${randomBytes(12).toString('hex')}`];
  const cognito = new CognitoIdentityProviderClient(system.client);
  const UserPoolId = system.output('Identity', 'UserPoolId');
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: email,
      TemporaryPassword: temporary,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: email }],
    }),
  );
  return { email, temporary };
}

describe('sign-in', () => {
  test('answers tokens that the API takes, of a session that lasts 72 hours', async () => {
    const { status, json, headers } = await login(person.email.toUpperCase(), person.password);
    expect(status).toBe(200);
    expect(json).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 3600,
      sessionEndsAt: expect.any(String),
    });
    expect(Math.abs(Date.parse(json.sessionEndsAt) - Date.now() - 72 * 3600_000)).toBeLessThan(60_000);
    expect(headers.get('cache-control')).toBe('no-store');
    const me = await callApi(system, { path: '/api/me', as: json });
    expect(me.json).toEqual({ userId: person.userId, email: person.email, isPlatformAdmin: false, memberships: [] });
  });

  test('says one and the same of a wrong password, an unknown account and a disabled one', async () => {
    const disabled = await signIn(system);
    await new CognitoIdentityProviderClient(system.client).send(
      new AdminDisableUserCommand({ UserPoolId: system.output('Identity', 'UserPoolId'), Username: disabled.email }),
    );
    const answers = await Promise.all([
      login(person.email, 'Wrong-passw0rd!'),
      login('nobody-at-all@example.com', 'Wrong-passw0rd!'),
      login(disabled.email, disabled.password),
    ]);
    for (const { status, text, headers } of answers) {
      expect(status).toBe(401);
      expect(text).toBe(answers[0]?.text);
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  test('names what is wrong about a request', async () => {
    const { status, json } = await post('/api/auth/login', { email: 'nobody', password: '' });
    expect(status).toBe(400);
    expect(json.errors.map(({ field }: { field: string }) => field)).toEqual(['/email', '/password']);
  });

  test('takes no Idempotency-Key, for its answer is kept nowhere', async () => {
    const { status, json } = await callApi(system, {
      method: 'POST',
      path: '/api/auth/login',
      headers: { 'idempotency-key': 'one' },
      body: { email: person.email, password: person.password },
    });
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ in: 'header', field: 'Idempotency-Key' }]);
  });

  test.each([
    ['one that there is', () => person.email],
    ['one that there is not', () => `guessed-${ulid()}@example.com`],
  ])('is taken ten times a minute for an account, %s', async (_, email) => {
    const address = email();
    const statuses: number[] = [];
    // More than a minute's, even when the minute turns on the way.
    for (let attempt = 0; attempt < 21 && !statuses.includes(429); attempt += 1) {
      const { status, headers } = await login(address, 'Wrong-passw0rd!');
      statuses.push(status);
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.slice(0, -1)).toEqual(statuses.slice(0, -1).map(() => 401));
  });
});

describe('a temporary password', () => {
  test('is answered by a session, with which another is chosen', async () => {
    const { email, temporary } = await invited();
    const challenge = await login(email, temporary);
    expect(challenge.status).toBe(200);
    expect(challenge.json).toEqual({ challenge: 'NEW_PASSWORD_REQUIRED', session: expect.any(String) });
    const { session } = challenge.json;

    const weak = await post('/api/auth/password', { email, session, newPassword: 'weak' });
    expect(weak.status).toBe(400);
    expect(weak.json.errors).toMatchObject([{ in: 'body', field: '/newPassword' }]);

    const newPassword = `Zz9!${randomBytes(12).toString('hex')}`;
    secrets.add(newPassword);
    const chosen = await post('/api/auth/password', { email, session, newPassword });
    expect(chosen.status).toBe(200);
    expect((await callApi(system, { path: '/api/me', as: chosen.json })).json.email).toBe(email);
    expect((await login(email, newPassword)).json.accessToken).toEqual(expect.any(String));
    expect((await post('/api/auth/password', { email, session, newPassword })).status).toBe(401);
  });

  test('is not replaced by a made-up session', async () => {
    for (const session of ['x', Buffer.from('{"username":"a","session":"b"}').toString('base64url')]) {
      const { status } = await post('/api/auth/password', {
        email: `made-up-${ulid()}@example.com`,
        session,
        newPassword: 'Zz9!zz9!zz9!',
      });
      expect(status).toBe(401);
    }
  });
});

describe('a refresh token', () => {
  test('gives access tokens of the same session, and ends with it', async () => {
    const owner = await signIn(system);
    const first = (await login(owner.email, owner.password)).json;
    const second = await post('/api/auth/refresh', { refreshToken: first.refreshToken });
    expect(second.status).toBe(200);
    expect(second.json).toEqual({
      accessToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 3600,
      sessionEndsAt: first.sessionEndsAt,
    });
    expect((await callApi(system, { path: '/api/me', as: second.json })).status).toBe(200);

    expect((await post('/api/auth/logout', { refreshToken: first.refreshToken }, second.json)).status).toBe(204);
    expect((await post('/api/auth/refresh', { refreshToken: first.refreshToken })).status).toBe(401);
  });

  test('that is none is refused', async () => {
    expect((await post('/api/auth/refresh', { refreshToken: 'made-up' })).status).toBe(401);
    const logout = await post('/api/auth/logout', { refreshToken: person.accessToken }, await signIn(system));
    expect(logout.json.errors).toMatchObject([{ in: 'body', field: '/refreshToken' }]);
  });
});

describe('settings', () => {
  const patch = (as: Person, body: object, headers = {}) =>
    callApi(system, { method: 'PATCH', path: '/api/me/settings', body, headers, as });

  test('are kept for the person, changed one by one, and guarded by their version', async () => {
    const owner = await signIn(system);
    const begin = await callApi(system, { path: '/api/me/settings', as: owner });
    expect([begin.json, begin.headers.get('etag')]).toEqual([{ settings: {}, version: 0 }, '"0"']);
    expect((await patch(owner, { theme: 'dark', columns: [1, 2] }, { 'if-match': '"0"' })).json.version).toBe(1);
    expect((await patch(owner, { theme: null, unit: 'Cel' })).json).toEqual({
      settings: { columns: [1, 2], unit: 'Cel' },
      version: 2,
    });
    expect((await patch(owner, { theme: 'light' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await patch(owner, { long: 'x'.repeat(9000) })).status).toBe(400);
    expect((await callApi(system, { path: '/api/me/settings', as: await signIn(system) })).json.settings).toEqual({});
  });

  test('changed by several at once lose nothing', async () => {
    const owner = await signIn(system);
    const one = (name: string): Promise<void> =>
      patch(owner, { [name]: 1 }).then(({ status }) => {
        if (status === 409) return one(name);
        expect(status).toBe(200);
      });
    await Promise.all(['a', 'b', 'c'].map(one));
    const { json } = await callApi(system, { path: '/api/me/settings', as: owner });
    expect(json).toEqual({ settings: { a: 1, b: 1, c: 1 }, version: 3 });
  });
});

test('who was deleted is nobody, with whatever access token', async () => {
  const gone = await signIn(system);
  await new CognitoIdentityProviderClient(system.client).send(
    new AdminDeleteUserCommand({ UserPoolId: system.output('Identity', 'UserPoolId'), Username: gone.email }),
  );
  expect((await callApi(system, { path: '/api/me', as: gone })).status).toBe(401);
});

test('what people do to their sessions and settings is audited, without what they typed', async () => {
  const owner = await signIn(system);
  const { refreshToken, accessToken } = (await login(owner.email, owner.password)).json;
  await callApi(system, { method: 'PATCH', path: '/api/me/settings', body: { theme: 'dark' }, as: { accessToken } });
  await post('/api/auth/logout', { refreshToken }, { accessToken });
  const { Items = [] } = await system.db.send(
    new QueryCommand({
      TableName: system.output('Data', 'AuditTableName'),
      IndexName: 'byEntity',
      KeyConditionExpression: 'entity = :user',
      ExpressionAttributeValues: { ':user': `user:${owner.userId}` },
    }),
  );
  expect(Items.map(({ operation, actor }) => [operation, actor])).toEqual(
    ['login', 'patchMySettings', 'logout'].map((operation) => [operation, `user:${owner.userId}`]),
  );
  expect(Items[1]?.['changes']).toEqual({ theme: { to: 'dark' } });
});

test('no password, token, ticket or API key of all these has reached a log, also not with a fault', async () => {
  const admin = await signIn(system, { platformAdmin: true });
  const { applicationId } = await newApplication(system, admin);
  await post('/api/live/tickets', {}, admin);
  const { json } = await post(`/api/applications/${applicationId}/api-keys`, { name: 'a key' }, admin);
  secrets.add(admin.accessToken).add(json.key.split('.')[2]);
  // What nobody foresaw is logged with all that is known of it.
  await system.db.send(
    new PutCommand({
      TableName: system.output('Data', 'DirectoryTableName'),
      Item: { ...directoryKeys.settings(admin.userId), settings: 'not an object' },
    }),
  );
  expect((await callApi(system, { path: '/api/me/settings', as: admin })).status).toBe(500);

  const logs = await until('the fault in the log', async () => {
    const text = await readLogs();
    return text.includes('request failed') ? text : undefined;
  });
  expect(secrets.size).toBeGreaterThan(10);
  expect([...secrets].filter((secret) => secret.length >= 12 && logs.includes(secret))).toEqual([]);
});

/** What the cloud and every function wrote so far. */
async function readLogs(): Promise<string> {
  const directory = dirname(outputsFile());
  const files = await readdir(join(directory, 'logs'), { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const texts = await Promise.all([join(directory, 'cloud.log'), ...paths].map((path) => readFile(path, 'utf8')));
  return `${paths.join('\n')}\n${texts.join('\n')}`;
}
