import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LaunchedSystem, launchSystem } from '../../scripts/start/launchSystem.ts';
import { callApi } from './callApi.ts';

// A start takes seconds, longer where others work beside it.

let stateDir: string;
let running: LaunchedSystem | undefined;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'fieldline-sign-in-'));
});
afterAll(async () => {
  await running?.stop();
  await rm(stateDir, { recursive: true, force: true });
});

async function start(...flags: string[]) {
  running = await launchSystem({ stateDir, flags: ['--no-dashboard', ...flags] });
  const { http, signIn } = running.outputs;
  const post = (path: string, body: object) => callApi({ http }, { method: 'POST', path, body });
  return { signIn, login: (person = signIn) => post('/api/auth/login', person), post };
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

test('the developer’s sign-in and sessions last as long as the state', async () => {
  const before = await start();
  const { refreshToken } = (await before.login()).json;
  await stop();

  const after = await start();
  expect(after.signIn).toEqual(before.signIn);
  expect((await after.login()).status).toBe(200);
  expect((await after.post('/api/auth/refresh', { refreshToken })).json.accessToken).toEqual(expect.any(String));
  await stop();

  const fresh = await start('--fresh');
  expect(fresh.signIn.password).not.toBe(before.signIn.password);
  expect((await fresh.login()).status).toBe(200);
  expect((await fresh.login(before.signIn)).status).toBe(401);
});
