import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { message, messageSummary, rawMetadata, signal } from '../../functions/model/message.ts';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { until } from '../until.ts';
import { callApi } from './callApi.ts';
import { newApplicationId, putDevice, putMember, putRoom } from './directory.ts';
import { messagesOf, recordOf, settled } from './messageRecords.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

const applicationId = newApplicationId();
const room = `hall-${ulid()}`;

let system: SystemUnderTest;
let viewer: Person;
let stranger: Person;
let boiler: NewDevice;
let pump: NewDevice;
/** Of the boiler, in the order of their publishes. */
const sent = {
  json: { messageId: ulid(), bytes: Buffer.from('') },
  gzip: { messageId: ulid(), bytes: Buffer.from('') },
};
const notJson = Buffer.from([0xff, 0xfe, 0x00, 0x01]);

beforeAll(async () => {
  system = await openSystem();
  [viewer, stranger] = [await signIn(system), await signIn(system)];
  await putMember(system, viewer, { applicationId, role: 'viewer' });
  await putMember(system, stranger, { applicationId: newApplicationId(), role: 'admin' });
  [boiler, pump] = [await newDevice(system, 'boiler'), await newDevice(system, 'pump')];
  await putRoom(system, room, applicationId);
  await putDevice(system, { deviceId: boiler.deviceId, applicationId });
  await putDevice(system, { deviceId: pump.deviceId, applicationId, roomId: room });

  // White space, an escape and a number that JSON.parse would not give back as it came.
  const text = (messageId: string) => `{ "messageId" : "${messageId}",\n"temperature": 21.50, "note":"\\u00e9 é" }`;
  sent.json.bytes = Buffer.from(text(sent.json.messageId));
  sent.gzip.bytes = gzipSync(text(sent.gzip.messageId));
  const connection = await connectDevice({ ...boiler, mqtt: system.mqtt });
  for (const { bytes, messageId } of Object.values(sent)) {
    await connection.publish(boiler.topic, bytes);
    await recordOf(system, boiler.deviceId, messageId);
  }
  await connection.publish(boiler.topic, sent.json.bytes);
  await settled(system, boiler.deviceId, sent.json.messageId, 2);
  await connection.publish(boiler.topic, notJson);
  await until('the refused message', async () => (await messagesOf(system, boiler.deviceId))[3]);
  await connection.close();

  const other = await connectDevice({ ...pump, mqtt: system.mqtt });
  for (let index = 0; index < 12; index += 1) {
    const messageId = `pump-${index}`;
    await other.publish(pump.topic, Buffer.from(JSON.stringify({ messageId, flow: index })));
    await recordOf(system, pump.deviceId, messageId);
  }
  await other.close();
});

const as =
  (person: Person) =>
  (path: string, headers: Record<string, string> = {}) =>
    callApi(system, { path, as: person, headers });
const idOf = (messageId: string) => `${boiler.deviceId}~${messageId}`;

describe('a message', () => {
  test('has a passport with all that came under its id, the stored one first', async () => {
    const { status, json } = await as(viewer)(`/api/messages/${idOf(sent.json.messageId)}`);
    expect(status).toBe(200);
    const passport = message.parse(json);
    expect(passport).toMatchObject({ deviceId: boiler.deviceId, applicationId, disposition: 'stored' });
    expect(passport.entries.map(({ disposition }) => disposition)).toEqual(['stored', 'duplicate']);
    expect(Object.keys(passport.entries[0]?.stages ?? {})).toEqual(
      expect.arrayContaining(['queued', 'started', 'decoded', 'archived', 'stored', 'state', 'recorded']),
    );
  });

  test('is found by an id that is percent-encoded', async () => {
    const id = encodeURIComponent(idOf(sent.json.messageId)).replace('~', '%7E');
    expect((await as(viewer)(`/api/messages/${id}`)).status).toBe(200);
  });

  test.each(['', '/raw', '/raw/metadata'])('is absent for who is no member: signals%s', async (rest) => {
    const path = `/api/signals/${idOf(sent.json.messageId)}${rest}`;
    const foreign = await as(stranger)(path);
    const absent = await as(stranger)(`/api/signals/${idOf('nothing')}${rest}`);
    expect([foreign.status, absent.status]).toEqual([404, 404]);
    expect(foreign.json.detail.replace(sent.json.messageId, 'nothing')).toBe(absent.json.detail);
    expect((await as(stranger)(`/api/messages/${idOf(sent.json.messageId)}`)).status).toBe(404);
  });

  test('has an id of a certain form', async () => {
    const answer = await as(viewer)('/api/messages/boiler-7');
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toMatchObject([{ in: 'path', field: 'id' }]);
  });
});

describe('the messages of a device', () => {
  const list = async (query: string) => {
    const answer = await as(viewer)(`/api/devices/${boiler.deviceId}/messages${query}`);
    expect(answer.status).toBe(200);
    return messageSummary.array().parse(answer.json.items);
  };

  test('are listed newest first, or oldest first', async () => {
    const newest = await list('');
    expect(newest.map(({ disposition }) => disposition)).toEqual(['quarantined', 'duplicate', 'stored', 'stored']);
    expect(await list('?order=asc')).toEqual([...newest].reverse());
  });

  test('are filtered by disposition and by time', async () => {
    expect((await list('?disposition=stored')).map(({ messageId }) => messageId)).toEqual([
      sent.gzip.messageId,
      sent.json.messageId,
    ]);
    const [, , second] = await list('');
    expect(await list(`?from=${second?.receivedAt}`)).toHaveLength(3);
    expect(await list(`?to=${second?.receivedAt}`)).toHaveLength(1);
    const refused = await as(viewer)(
      `/api/devices/${boiler.deviceId}/messages?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`,
    );
    expect(refused.json.errors).toMatchObject([{ in: 'query', field: 'to' }]);
  });
});

describe('signals', () => {
  const list = async (query: string, person = viewer) => {
    const answer = await as(person)(`/api/signals?applicationId=${applicationId}${query}`);
    expect(answer.status).toBe(200);
    return { signals: messageSummary.array().parse(answer.json.items), next: answer.json.next as string | undefined };
  };
  const ids = (signals: readonly { messageId: string }[]) => signals.map(({ messageId }) => messageId);
  const all = () => [
    ...Array.from({ length: 12 }, (_, index) => `pump-${11 - index}`),
    sent.gzip.messageId,
    sent.json.messageId,
  ];

  test('are the stored messages of the application, newest first', async () => {
    const { signals, next } = await list('');
    expect(ids(signals)).toEqual(all());
    expect(next).toBeUndefined();
    expect(ids((await list('&sort=timestamp&order=asc')).signals)).toEqual(all().reverse());
  });

  test('are the same by numbered pages and by cursor', async () => {
    const byCursor: string[][] = [];
    let next: string | undefined;
    do {
      const page = await list(`&limit=5${next === undefined ? '' : `&next=${next}`}`);
      byCursor.push(ids(page.signals));
      next = page.next;
    } while (next !== undefined);
    expect(byCursor.flat()).toEqual(all());
    const numbered = await Promise.all([1, 2, 3, 4].map((page) => list(`&limit=5&page=${page}`)));
    expect(numbered.map(({ signals }) => ids(signals))).toEqual([...byCursor, []]);
  });

  test('are those of another end where that is asked for', async () => {
    const { signals } = await list('&disposition=quarantined');
    expect(signals).toMatchObject([{ deviceId: boiler.deviceId, reason: expect.stringContaining('neither UTF-8') }]);
  });

  test.each([
    ['page=11&limit=100', 'page'],
    ['page=1&next=abc', 'page'],
    ['next=abc', 'next'],
    [`next=${Buffer.from('{"receivedAt":1}').toString('base64url')}`, 'next'],
    ['sort=name', 'sort'],
    ['from=yesterday', 'from'],
    ['colour=red', 'colour'],
  ])('are refused for %s', async (query, field) => {
    const answer = await as(viewer)(`/api/signals?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toMatchObject([{ in: 'query', field }]);
  });

  test('are narrowed by what a member was granted, one by one too', async () => {
    const [byDevice, byRoom] = [await signIn(system), await signIn(system)];
    const grantsOf = (deviceIds: string[], roomIds: string[]) => ({
      applicationId,
      role: 'viewer' as const,
      grants: { deviceIds, roomIds },
    });
    await putMember(system, byDevice, grantsOf([boiler.deviceId], []));
    await putMember(system, byRoom, grantsOf([], [room]));
    expect(ids((await list('', byDevice)).signals)).toEqual([sent.gzip.messageId, sent.json.messageId]);
    expect(ids((await list('', byRoom)).signals)).toEqual(all().slice(0, 12));
    const [ofBoiler, ofPump] = [idOf(sent.json.messageId), `${pump.deviceId}~pump-1`];
    for (const [person, statuses] of [
      [byDevice, [200, 404]],
      [byRoom, [404, 200]],
    ] as const)
      expect(
        await Promise.all([ofBoiler, ofPump].map(async (id) => (await as(person)(`/api/signals/${id}`)).status)),
      ).toEqual(statuses);
  });

  test('of a foreign application are absent', async () => {
    expect((await as(stranger)(`/api/signals?applicationId=${applicationId}`)).status).toBe(404);
  });
});

describe('the bytes of a signal', () => {
  const raw = async (id: string, rest = '') => {
    const response = await fetch(`${system.http.url}/api/signals/${id}/raw${rest}`, {
      headers: { authorization: `Bearer ${viewer.accessToken}` },
    });
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const quarantinedId = async () => {
    const { json } = await as(viewer)(`/api/signals?applicationId=${applicationId}&disposition=quarantined`);
    return json.items[0].id as string;
  };

  test('are what the device sent, to the bit, with the type that they have', async () => {
    for (const [id, bytes, type] of [
      [idOf(sent.json.messageId), sent.json.bytes, 'application/json'],
      [idOf(sent.gzip.messageId), sent.gzip.bytes, 'application/gzip'],
      [await quarantinedId(), notJson, 'application/octet-stream'],
    ] as const) {
      const answer = await raw(id);
      expect(answer.response.status).toBe(200);
      expect(answer.bytes.equals(bytes)).toBe(true);
      expect(answer.response.headers.get('content-type')).toBe(type);
      expect(answer.response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('are those of another entry by its trace id', async () => {
    const { json } = await as(viewer)(`/api/messages/${idOf(sent.json.messageId)}`);
    const duplicate = json.entries[1].traceId;
    expect((await raw(idOf(sent.json.messageId), `?traceId=${duplicate}`)).bytes.equals(sent.json.bytes)).toBe(true);
    expect((await raw(idOf(sent.json.messageId), '?traceId=none')).response.status).toBe(404);
  });

  test('are not sent again to who has them', async () => {
    const path = `/api/signals/${idOf(sent.json.messageId)}/raw`;
    const etag = (await as(viewer)(path)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await as(viewer)(path, { 'if-none-match': etag });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('are described', async () => {
    const id = idOf(sent.gzip.messageId);
    const { json } = await as(viewer)(`/api/signals/${id}/raw/metadata`);
    const record = await recordOf(system, boiler.deviceId, sent.gzip.messageId);
    expect(rawMetadata.parse(json)).toEqual({
      id,
      size: sent.gzip.bytes.length,
      contentType: 'application/gzip',
      checksum: createHash('sha256').update(sent.gzip.bytes).digest('hex'),
      bucket: system.rawBucket,
      ...record.raw,
      uploadedAt: json.uploadedAt,
    });
    expect(Math.abs(Date.parse(json.uploadedAt) - record.receivedAt)).toBeLessThan(60_000);
  });

  test('belong to a signal that says the rest', async () => {
    const { json } = await as(viewer)(`/api/signals/${idOf(sent.json.messageId)}`);
    expect(signal.parse(json)).toMatchObject({
      applicationId,
      disposition: 'stored',
      format: 'flat',
      points: 1,
      principal: boiler.certificateId,
    });
  });
});
