import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { outputsFile } from '../../scripts/outputs.ts';
import { callApi } from './callApi.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { runScript } from './runScript.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

const login = (email: string, password: string) =>
  callApi(system, { method: 'POST', path: '/api/auth/login', body: { email, password } });

test('an admin is made with a temporary password that is shown once, and must be replaced', async () => {
  const email = `admin-${ulid().toLowerCase()}@example.com`;
  const made = await runScript('admin.ts', ['create', email, '--local']);
  expect(made.code).toBe(0);
  const temporary = /shown this once: (\S+)/.exec(made.output)?.[1] ?? '';
  const { session } = (await login(email, temporary)).json;
  const newPassword = `Own-passw0rd-${ulid()}`;
  const chosen = await callApi(system, {
    method: 'POST',
    path: '/api/auth/password',
    body: { email, session, newPassword },
  });
  const { json: me } = await callApi(system, { path: '/api/me', as: chosen.json });
  expect(me).toMatchObject({ email, isPlatformAdmin: true });

  const again = await runScript('admin.ts', ['create', email, '--local']);
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('stay as they were') });
  expect(again.output).not.toContain('Temporary password');
  expect((await login(email, newPassword)).status).toBe(200);
});

test.each([
  [[], 'create EMAIL'],
  [['create'], 'create EMAIL'],
  [['remove', 'a@example.com'], 'must be `create`'],
  [['create', 'somebody'], 'must be an email address'],
])('wrong usage is told: %j', async (args, words) => {
  const { code, output } = await runScript('admin.ts', [...args, '--local']);
  expect(code).toBe(2);
  expect(output).toContain(words);
});

test("the developer's own sign-in is an admin of the first application, in files for its owner's eyes", async () => {
  const { email, password } = system.developer;
  const { json } = await login(email, password);
  const { json: me } = await callApi(system, { path: '/api/me', as: json });
  expect(me).toMatchObject({
    email,
    isPlatformAdmin: true,
    memberships: [{ applicationId: 'default', role: 'admin' }],
  });
  for (const file of [outputsFile(), join(dirname(outputsFile()), 'sign-in.json')])
    expect((await stat(file)).mode & 0o777).toBe(0o600);
});
