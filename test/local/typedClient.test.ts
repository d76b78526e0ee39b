import { beforeAll, expect, test } from '@jest/globals';
import { createClient, type Tokens } from '../../client/index.ts';
import { newApplicationId } from './directory.ts';
import { newDeviceId } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { signIn } from './signIn.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
});

/** The client as a front end makes it, and the tokens that it holds. */
async function signedInClient() {
  const { email, password } = await signIn(system, { platformAdmin: true });
  const held: { tokens?: Tokens | undefined; renewals: number } = { renewals: 0 };
  const client = createClient({
    baseUrl: system.http.url,
    tokens: () => held.tokens,
    onTokens: (tokens) => {
      held.tokens = tokens;
      held.renewals += 1;
    },
  });
  const { data } = await client.POST('/api/auth/login', { body: { email, password } });
  if (data === undefined || 'challenge' in data) throw new Error(`${email} was not signed in.`);
  held.tokens = data;
  return { client, held };
}

test('a fleet is set up, asked and told what to do by the typed client alone', async () => {
  const { client } = await signedInClient();
  const [applicationId, deviceId] = [newApplicationId(), newDeviceId('typed')];
  const made = await client.POST('/api/applications', { body: { applicationId, name: 'Typed' } });
  expect(made.response.status).toBe(201);
  const typed = await client.PUT('/api/applications/{applicationId}/device-types/{typeName}', {
    params: { path: { applicationId, typeName: 'valve' } },
    body: { thingModel: { title: 'Valve', actions: { close: {} } } },
  });
  expect(typed.data).toMatchObject({ typeName: 'valve', version: 1 });
  await client.POST('/api/devices', { body: { applicationId, deviceId, deviceType: 'valve' } });

  const { data: page } = await client.GET('/api/devices', { params: { query: { applicationId } } });
  expect(page?.items.map((device) => device.deviceId)).toEqual([deviceId]);
  const { data: command } = await client.POST('/api/devices/{deviceId}/commands', {
    params: { path: { deviceId } },
    body: { name: 'close', parameters: {} },
  });
  expect(command).toMatchObject({ state: 'queued', deviceId });
  const refused = await client.POST('/api/devices/{deviceId}/commands', {
    params: { path: { deviceId } },
    body: { name: 'dance', parameters: {} },
  });
  expect(refused.error).toMatchObject({ status: 422, detail: expect.stringContaining('dance') });
});

test('an access token that is not taken any more is renewed once, and the request is answered', async () => {
  const { client, held } = await signedInClient();
  held.tokens = { accessToken: 'over', refreshToken: held.tokens?.refreshToken ?? '' };
  const [one, other] = await Promise.all([client.GET('/api/me'), client.GET('/api/me')]);
  expect([one.data?.isPlatformAdmin, other.data?.isPlatformAdmin]).toEqual([true, true]);
  expect(held.renewals).toBe(1);
});
