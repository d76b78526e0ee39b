import '../platform/silent.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { admitDevice } from '../../../functions/provisioning/admitDevice.ts';
import { issueToken } from '../../../functions/provisioning/permit.ts';
import { boiler, openRegistry } from './registry.ts';

const noon = Date.UTC(2026, 0, 31, 12);
const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];
let registry: ReturnType<typeof openRegistry>;
let token: string;

beforeEach(async () => {
  registry = openRegistry();
  await registry.put();
  ({ token } = await issueToken(registry)(boiler, { validMinutes: 60, actor: 'user:me' }, noon));
});

const ask = (certificateId = first, now = noon, Token = token) =>
  admitDevice(registry)({ certificateId, parameters: { DeviceId: 'boiler-7', Token } }, now);

test('the token lets its device in once', async () => {
  expect(await ask()).toEqual({ deviceId: 'boiler-7', applicationId: 'plant' });
  expect(await ask(second)).toMatchObject({ refused: expect.stringContaining('was used at 2026-01-31') });
});

test('a device that heard no answer is let in again with the same certificate, and nothing more is written down', async () => {
  await ask();
  expect(await ask(first, noon + 7_200_000)).toEqual({ deviceId: 'boiler-7', applicationId: 'plant' });
  expect(await registry.all('events')).toHaveLength(1);
  expect(await registry.all('audit')).toHaveLength(2);
});

test('of two at the same time one is let in', async () => {
  const outcomes = await Promise.all([ask(first), ask(second)]);
  expect(outcomes.filter((outcome) => 'refused' in outcome)).toHaveLength(1);
});

test('the token ends when it was said to', async () => {
  expect(await ask(first, noon + 3_600_000)).not.toHaveProperty('refused');
  const later = await issueToken(registry)(boiler, { validMinutes: 60, actor: 'user:me' }, noon);
  expect(await ask(second, noon + 3_600_001, later.token)).toEqual({
    refused: 'the token was valid until 2026-01-31T13:00:00.000Z',
  });
});

test('a new token voids the one before', async () => {
  await issueToken(registry)(boiler, { validMinutes: 60, actor: 'user:me' }, noon);
  expect(await ask()).toEqual({ refused: "the token is not this device's" });
});

test.each([
  [{ status: 'disabled' as const }, 'the device is disabled'],
  [{ applicationId: 'other' }, 'the device changed its application since the token was made'],
])('a device that is %j meanwhile is refused', async (device, refused) => {
  await registry.put(device);
  expect(await ask()).toEqual({ refused });
});

test.each([
  undefined,
  {},
  { certificateId: first },
  { certificateId: first, parameters: { DeviceId: 'a/b', Token: 'x' } },
  { certificateId: 'short', parameters: { DeviceId: 'boiler-7', Token: 'x' } },
  { certificateId: first, parameters: { DeviceId: ['boiler-7'], Token: 'x' } },
])('the request %j is refused, and says what is wrong', async (event) => {
  expect(await admitDevice(registry)(event)).toMatchObject({ refused: expect.stringContaining('not usable') });
});

test('the token is kept nowhere', async () => {
  await ask();
  const kept = await Promise.all(['directory', 'events', 'audit'].map(registry.all));
  expect(JSON.stringify(kept)).not.toContain(token);
});
