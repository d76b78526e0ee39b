import { once } from 'node:events';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import WebSocket from 'ws';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { liveUrl } from '../../scripts/signIn.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { newApplication } from './newApplication.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { openLive } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

// What was revoked is in force within 20 seconds.

let system: SystemUnderTest;
let platformAdmin: Person;

beforeAll(async () => {
  system = await openSystem();
  platformAdmin = await signIn(system, { platformAdmin: true });
});

/** A device with a certificate, registered in an application before its first message. */
async function registered(applicationId: string): Promise<NewDevice> {
  const device = await newDevice(system);
  const { status } = await callApi(system, {
    method: 'POST',
    path: '/api/devices',
    body: { applicationId, deviceId: device.deviceId },
    as: platformAdmin,
  });
  expect(status).toBe(201);
  return device;
}

async function refusalOf(url: string): Promise<string> {
  const socket = new WebSocket(url);
  const outcome = await Promise.race([
    once(socket, 'error').then(([error]) => (error as Error).message),
    once(socket, 'open').then(() => 'it was let in'),
  ]);
  socket.terminate();
  return outcome;
}

describe('a ticket', () => {
  test('lets one connection in, within a minute', async () => {
    const { status, json } = await callApi(system, { method: 'POST', path: '/api/live/tickets', as: platformAdmin });
    expect(status).toBe(201);
    expect(json.url).toBe(`${system.websocket.url}?ticket=${json.ticket}`);
    const seconds = (Date.parse(json.expiresAt) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    const first = new WebSocket(json.url);
    await once(first, 'open');
    expect(await refusalOf(json.url)).toContain('403');
    first.terminate();
  });

  test('used by many at once lets one of them in', async () => {
    const url = await liveUrl(system.http, platformAdmin.accessToken);
    const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => refusalOf(url)));
    expect(outcomes.filter((outcome) => outcome === 'it was let in')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.includes('403'))).toHaveLength(4);
  });

  test('is asked for: without one, and with a made-up one, nobody is let in', async () => {
    expect(await refusalOf(system.websocket.url)).toContain('403');
    expect(await refusalOf(`${system.websocket.url}?ticket=`)).toContain('403');
    expect(await refusalOf(`${system.websocket.url}?ticket=made-up`)).toContain('403');
    expect((await callApi(system, { method: 'POST', path: '/api/live/tickets' })).status).toBe(401);
  });
});

test('channels are for those who may read what they are about, each for itself', async () => {
  const { applicationId, member } = await newApplication(system, platformAdmin);
  const foreign = await newApplication(system, platformAdmin);
  const [device, other] = await Promise.all([registered(applicationId), registered(foreign.applicationId)]);
  const viewer = await member('viewer');
  const live = await openLive(system, viewer);
  const own = [`device:${device.deviceId}`, `application:${applicationId}`, `alarms:${applicationId}`];
  const refused: Record<string, number> = {
    [`device:${other.deviceId}`]: 404,
    'device:nobody-knows-it': 404,
    'room:nobody-knows-it': 404,
    [`application:${foreign.applicationId}`]: 404,
    [`alarms:${foreign.applicationId}`]: 404,
    system: 403,
  };
  const answer = await live.ask({ action: 'subscribe', channels: [...own, ...Object.keys(refused)] });
  expect(answer).toMatchObject({ type: 'subscribed', channels: own });
  const verdicts = answer.type === 'subscribed' ? (answer.refused ?? []) : [];
  expect(Object.fromEntries(verdicts.map(({ channel, status }) => [channel, status]))).toEqual(refused);
  await live.close();

  const watching = await openLive(system, platformAdmin);
  const all = [...own, 'system', 'device:not-registered-yet'];
  expect(await watching.ask({ action: 'subscribe', channels: all })).toEqual({ type: 'subscribed', channels: all });
  await watching.close();
});

test('who subscribes to an application hears its devices, those that it may see', async () => {
  const { applicationId, member } = await newApplication(system, platformAdmin);
  const [shown, hidden] = await Promise.all([registered(applicationId), registered(applicationId)]);
  const [all, some] = await Promise.all([
    member('viewer'),
    member('viewer', { deviceIds: [shown.deviceId], roomIds: [] }),
  ]);
  const [hearsAll, hearsSome] = await Promise.all([openLive(system, all), openLive(system, some)]);
  for (const live of [hearsAll, hearsSome])
    await live.ask({ action: 'subscribe', channels: [`application:${applicationId}`] });
  for (const device of [hidden, shown]) {
    const connection = await connectDevice({ ...device, mqtt: system.mqtt });
    await connection.publish(device.topic, Buffer.from('{"temperature": 20}'));
    await until('the update', () => hearsAll.updates.some(({ deviceId }) => deviceId === device.deviceId));
    await connection.close();
  }
  await until('its own update', () => hearsSome.updates.length > 0);
  expect(hearsSome.updates.map(({ deviceId }) => deviceId)).toEqual([shown.deviceId]);
  await Promise.all([hearsAll.close(), hearsSome.close()]);
});

/** Publishes one message after another until a condition holds; each is there for who stays before the next goes. */
async function publishUntil(
  device: NewDevice,
  staying: { updates: readonly { messageId: string }[] },
  done: (heard: string) => boolean,
) {
  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  let last: string;
  do {
    last = ulid();
    const messageId = last;
    await connection.publish(device.topic, Buffer.from(JSON.stringify({ messageId, temperature: 20 })));
    await until('the update for who stays', () => staying.updates.some((update) => update.messageId === messageId));
  } while (!done(last));
  await connection.close();
}

describe('what is revoked ends within a minute', () => {
  test('a membership: its calls are refused, and its live updates end', async () => {
    const { applicationId, member } = await newApplication(system, platformAdmin);
    const device = await registered(applicationId);
    const [staying, leaving] = await Promise.all([member('viewer'), member('viewer')]);
    const [stays, leaves] = await Promise.all([openLive(system, staying), openLive(system, leaving)]);
    for (const live of [stays, leaves])
      await live.ask({ action: 'subscribe', channels: [`device:${device.deviceId}`] });
    const get = () => callApi(system, { path: `/api/devices/${device.deviceId}`, as: leaving });
    await publishUntil(device, stays, (messageId) => leaves.updates.some((update) => update.messageId === messageId));
    expect((await get()).status).toBe(200);

    const revoked = Date.now();
    const path = `/api/applications/${applicationId}/members/${leaving.userId}`;
    expect((await callApi(system, { method: 'DELETE', path, as: platformAdmin })).status).toBe(204);
    await Promise.all([
      until('a refusal', async () => (await get()).status === 404),
      // Silence, and not a message that is only late: ten in a row that who stays heard, and who left did not.
      publishUntil(device, stays, () => {
        const heardByWhoLeft = new Set(leaves.updates.map(({ messageId }) => messageId));
        const lastTen = stays.updates.slice(-10);
        return lastTen.length === 10 && lastTen.every(({ messageId }) => !heardByWhoLeft.has(messageId));
      }),
    ]);
    expect(Date.now() - revoked).toBeLessThan(60_000);
    const heard = leaves.updates.length;
    await publishUntil(device, stays, () => true);
    expect(leaves.updates).toHaveLength(heard);
    await Promise.all([stays.close(), leaves.close()]);
  });

  test('a session: its access token is refused, and its connection is ended', async () => {
    const { applicationId, member } = await newApplication(system, platformAdmin);
    const device = await registered(applicationId);
    const [staying, leaving] = await Promise.all([member('viewer'), member('viewer')]);
    const { json: session } = await callApi(system, {
      method: 'POST',
      path: '/api/auth/login',
      body: { email: leaving.email, password: leaving.password },
    });
    const [stays, leaves] = await Promise.all([openLive(system, staying), openLive(system, session)]);
    for (const live of [stays, leaves])
      await live.ask({ action: 'subscribe', channels: [`device:${device.deviceId}`] });
    const { refreshToken } = session;
    const out = Date.now();
    await callApi(system, { method: 'POST', path: '/api/auth/logout', body: { refreshToken }, as: session });
    let ended = false;
    leaves.closed.then(() => {
      ended = true;
    });
    await Promise.all([
      until('a refusal', async () => (await callApi(system, { path: '/api/me', as: session })).status === 401),
      publishUntil(device, stays, () => ended),
    ]);
    expect(Date.now() - out).toBeLessThan(60_000);
    // Another session of the same person goes on.
    expect((await callApi(system, { path: '/api/me', as: leaving })).status).toBe(200);
    await stays.close();
  });
});
