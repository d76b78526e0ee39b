import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { ingestOperations } from '../../functions/ingest/operations.ts';
import { directoryKeys } from '../../functions/platform/records/directory.ts';
import { callApi } from './callApi.ts';
import { type ApiKey, newApplicationId, putApiKey, putDevice, putMember } from './directory.ts';
import { recordOf, settled } from './messageRecords.ts';
import { type Live, openLive, openLiveAt } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { rawMessage } from './rawArchive.ts';
import { signIn } from './signIn.ts';
import { pointsOf } from './telemetryPoints.ts';

const applicationId = newApplicationId();
const deviceId = `sensor-${ulid()}`;
const otherId = `sensor-${ulid()}`;

let system: SystemUnderTest;
let key: ApiKey;

beforeAll(async () => {
  system = await openSystem();
  key = await putApiKey(system, applicationId);
  for (const id of [deviceId, otherId]) await putDevice(system, { deviceId: id, applicationId });
});

interface Signing {
  readonly key?: ApiKey;
  readonly of?: string;
  readonly timestamp?: string;
  readonly nonce?: string;
}

/** As the description of the operation says, by Node's crypto alone. */
function claimsOf(
  body: Buffer,
  { key: by = key, of = deviceId, timestamp = String(Date.now()), nonce = ulid() }: Signing,
) {
  const signature = createHmac('sha256', createHash('sha256').update(by.secret).digest())
    .update(`${timestamp}\n${nonce}\nPOST\n/api/devices/${of}/telemetry\n`)
    .update(body)
    .digest('hex');
  return { key: by.name, timestamp, nonce, signature };
}

async function post(
  body: Buffer,
  {
    to = deviceId,
    type = 'application/json',
    headers = {},
    ...signing
  }: Signing & { to?: string; type?: string; headers?: Record<string, string> } = {},
) {
  const claims = claimsOf(body, signing);
  const response = await fetch(`${system.http.url}/api/devices/${encodeURIComponent(to)}/telemetry`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: {
      'content-type': type,
      'x-fieldline-key': claims.key,
      'x-fieldline-timestamp': claims.timestamp,
      'x-fieldline-nonce': claims.nonce,
      'x-fieldline-signature': claims.signature,
      ...headers,
    },
  });
  // biome-ignore lint/suspicious/noExplicitAny: JSON that an assertion looks into
  return { status: response.status, headers: response.headers, json: (await response.json()) as any };
}
/** Epoch milliseconds; NaN when it was never used. */
async function lastUseOf({ stored: { keyId } }: ApiKey): Promise<number> {
  const { Item } = await system.db.send(
    new GetCommand({
      TableName: system.tables.directory,
      Key: directoryKeys.apiKey(applicationId, keyId),
      ConsistentRead: true,
    }),
  );
  return Date.parse(Item?.['lastUsedAt']);
}
const reading = (messageId: string) => Buffer.from(`{ "messageId": "${messageId}", "flow":  1.50 }`);

describe('telemetry over HTTP', () => {
  test('is stored as by MQTT: record, exact bytes, point, state, and a passport where the answer says', async () => {
    const messageId = ulid();
    const { status, json, headers } = await post(reading(messageId));
    expect(status).toBe(202);
    const href = `/api/messages/${deviceId}~${messageId}`;
    expect(json).toEqual({ id: `${deviceId}~${messageId}`, deviceId, messageId, href });
    expect(headers.get('location')).toBe(href);
    const record = await recordOf(system, deviceId, messageId);
    expect(record).toMatchObject({
      disposition: 'stored',
      applicationId,
      clientId: `apiKey:${key.stored.keyId}`,
      principal: `apiKey:${key.name}`,
      attempt: 0,
    });
    expect((await rawMessage(system, record.raw)).equals(reading(messageId))).toBe(true);
    expect(await pointsOf(system, deviceId)).toContainEqual(expect.objectContaining({ flow: 1.5, applicationId }));
    const viewer = await signIn(system);
    await putMember(system, viewer, { applicationId, role: 'viewer' });
    expect((await callApi(system, { path: href, as: viewer })).json).toMatchObject({ disposition: 'stored' });
  });

  test('that is no telemetry is quarantined under the id that the answer says', async () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    const { status, json } = await post(bytes, { type: 'application/octet-stream' });
    expect(status).toBe(202);
    const record = await recordOf(system, deviceId, json.messageId);
    expect(record).toMatchObject({ disposition: 'quarantined', failureClass: 'validation' });
    expect((await rawMessage(system, record.raw)).equals(bytes)).toBe(true);
  });

  test('that is sent again with a new nonce is stored once', async () => {
    const messageId = ulid();
    expect((await post(reading(messageId))).status).toBe(202);
    await recordOf(system, deviceId, messageId);
    expect((await post(reading(messageId))).status).toBe(202);
    const entries = await settled(system, deviceId, messageId, 2);
    expect(entries.map(({ disposition }) => disposition).sort()).toEqual(['duplicate', 'stored']);
  });

  test('with a nonce that was used is refused', async () => {
    const nonce = ulid();
    expect((await post(reading(ulid()), { nonce })).status).toBe(202);
    const again = await post(reading(ulid()), { nonce });
    expect(again).toMatchObject({ status: 401, json: { detail: expect.stringContaining('nonce was used already') } });
    expect(again.headers.get('content-type')).toBe('application/problem+json');
  });

  test.each([
    ['a clock six minutes behind', () => ({ timestamp: String(Date.now() - 360_000) }), 'behind the clock here'],
    [
      'a clock six minutes ahead',
      () => ({ timestamp: new Date(Date.now() + 360_000).toISOString() }),
      'ahead of the clock here',
    ],
    ["another device's signature", () => ({ of: otherId }), 'The signature is not that of the key'],
    ['a wrong secret', () => ({ key: { ...key, secret: 'guessed' } }), 'The signature is not that of the key'],
    ['a key that nobody made', () => ({ key: { ...key, name: `${applicationId}.none` } }), 'There is no key'],
    ['no nonce that is one', () => ({ nonce: 'x' }), 'The header X-Fieldline-Nonce is malformed'],
  ])('with %s is refused', async (_, signing, detail) => {
    expect(await post(reading(ulid()), signing())).toMatchObject({
      status: 401,
      json: { status: 401, detail: expect.stringContaining(detail) },
    });
  });

  test('without a signature is refused, with the header that is missing', async () => {
    const answer = await callApi(system, {
      method: 'POST',
      path: `/api/devices/${deviceId}/telemetry`,
      body: { flow: 1 },
    });
    expect(answer).toMatchObject({
      status: 401,
      json: { detail: expect.stringContaining('X-Fieldline-Key is missing') },
    });
  });

  test('with a key that is over is refused', async () => {
    const over = await putApiKey(system, applicationId, { validUntil: new Date(Date.now() - 1000).toISOString() });
    expect(await post(reading(ulid()), { key: over })).toMatchObject({
      status: 401,
      json: { detail: expect.stringContaining('ended at') },
    });
  });

  test("of a device that is not the key's finds no device", async () => {
    const ofOther = await putApiKey(system, applicationId, { deviceId: otherId });
    expect((await post(reading(ulid()), { key: ofOther })).status).toBe(404);
    expect((await post(reading(ulid()), { key: ofOther, to: otherId, of: otherId })).status).toBe(202);
    const foreign = await putApiKey(system, newApplicationId());
    expect((await post(reading(ulid()), { key: foreign })).status).toBe(404);
    const nobody = `nobody-${ulid()}`;
    expect((await post(reading(ulid()), { to: nobody, of: nobody })).status).toBe(404);
  });

  test('notes when its key was used last', async () => {
    const fresh = await putApiKey(system, applicationId);
    const before = Date.now();
    await post(reading(ulid()), { key: fresh });
    expect(await lastUseOf(fresh)).toBeGreaterThanOrEqual(before);
  });

  test('takes 128 KB, and no Idempotency-Key', async () => {
    expect((await post(Buffer.alloc(131_073, 32))).status).toBe(413);
    const refused = await post(reading(ulid()), { headers: { 'idempotency-key': 'a' } });
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ in: 'header', field: 'Idempotency-Key' }] } });
  });

  test('is sent by the shell as the description of the operation shows', async () => {
    const [, script = ''] = /```sh\n(.*)\n```/s.exec(ingestOperations.sendTelemetry.description) ?? [];
    const messageId = ulid();
    const { stdout } = await promisify(execFile)('sh', ['-euc', script], {
      env: {
        ...process.env,
        API: system.http.url,
        DEVICE: deviceId,
        KEY: key.name,
        SECRET: key.secret,
        BODY: `{"messageId": "${messageId}", "note": "21 °C, 100 %s"}`,
      },
    });
    expect(JSON.parse(stdout)).toMatchObject({ messageId });
    expect(await recordOf(system, deviceId, messageId)).toMatchObject({ disposition: 'stored' });
  });
});

describe('telemetry over the WebSocket', () => {
  let live: Live;
  beforeAll(async () => {
    live = await openLive(system);
  });
  afterAll(() => live.close());

  const ask = (messageId: string, signing: Signing = {}, to = deviceId) => {
    const body = reading(messageId).toString();
    return live.ask({ action: 'telemetry', deviceId: to, body, ...claimsOf(Buffer.from(body), signing) });
  };

  test('is stored as by MQTT', async () => {
    const messageId = ulid();
    const nonce = ulid();
    const own = await putApiKey(system, applicationId);
    expect(await ask(messageId, { nonce, key: own })).toEqual({
      type: 'accepted',
      nonce,
      id: `${deviceId}~${messageId}`,
      deviceId,
      messageId,
      href: `/api/messages/${deviceId}~${messageId}`,
    });
    const record = await recordOf(system, deviceId, messageId);
    expect(record).toMatchObject({ disposition: 'stored', clientId: `apiKey:${own.stored.keyId}` });
    expect((await rawMessage(system, record.raw)).equals(reading(messageId))).toBe(true);
  });

  test('shares its nonces with HTTP', async () => {
    const nonce = ulid();
    expect((await post(reading(ulid()), { nonce })).status).toBe(202);
    expect(await ask(ulid(), { nonce })).toMatchObject({
      type: 'error',
      status: 401,
      nonce,
      detail: expect.stringContaining('nonce'),
    });
  });

  test('is refused as over HTTP', async () => {
    expect(await ask(ulid(), { timestamp: '1' })).toMatchObject({ type: 'error', status: 401 });
    expect(await ask(ulid(), { of: otherId })).toMatchObject({ type: 'error', status: 401 });
    expect(await ask(ulid(), { of: 'nobody' }, 'nobody')).toMatchObject({ type: 'error', status: 404 });
    expect(await live.ask({ action: 'telemetry', deviceId })).toMatchObject({ type: 'error', status: 400 });
  });
});

describe('a device that connects by itself', () => {
  /** As the description of the operation says: over `GET`, the path `$connect` and no body. */
  const address = ({ key: by = key, nonce = ulid(), timestamp = String(Date.now()) }: Signing = {}) => {
    const signature = createHmac('sha256', createHash('sha256').update(by.secret).digest())
      .update(`${timestamp}\n${nonce}\nGET\n$connect\n`)
      .digest('hex');
    return `${system.websocket.url}?${new URLSearchParams({ key: by.name, timestamp, nonce, signature })}`;
  };

  test('sends telemetry, and is shown nothing', async () => {
    const own = await putApiKey(system, applicationId);
    const before = Date.now();
    const device = await openLiveAt(address({ key: own }));
    expect(await lastUseOf(own)).toBeGreaterThanOrEqual(before);
    const messageId = ulid();
    const body = reading(messageId).toString();
    expect(await device.ask({ action: 'telemetry', deviceId, body, ...claimsOf(Buffer.from(body), {}) })).toMatchObject(
      { type: 'accepted', messageId },
    );
    expect(await recordOf(system, deviceId, messageId)).toMatchObject({ disposition: 'stored' });
    expect(await device.ask({ action: 'subscribe', channels: [`device:${deviceId}`] })).toMatchObject({
      channels: [],
      refused: [{ channel: `device:${deviceId}`, status: 404 }],
    });
    await device.close();
  });

  test('is refused with a nonce again, a clock that is off, another secret, and with nothing', async () => {
    const nonce = ulid();
    await (await openLiveAt(address({ nonce }))).close();
    const forged = address().replace(/signature=..../, 'signature=0000');
    const late = address({ timestamp: String(Date.now() - 6 * 60_000) });
    for (const url of [address({ nonce }), late, forged, system.websocket.url])
      await expect(openLiveAt(url)).rejects.toThrow('403');
  });
});
