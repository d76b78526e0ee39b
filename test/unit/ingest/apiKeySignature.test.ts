import { createHash, createHmac } from 'node:crypto';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Claims,
  readClaims,
  type SignedContent,
  signatureOf,
  verifyConnection,
  verifySignature,
} from '../../../functions/platform/access/apiKeySignature.ts';
import { directoryKeys } from '../../../functions/platform/records/directory.ts';
import { ingestTables, noon, putKey, signed } from './signedBy.ts';

const content: SignedContent = {
  method: 'POST',
  path: '/api/devices/boiler-7/telemetry',
  body: Buffer.from('{"temperature": 21.5}'),
};
const verifier = () => {
  const db = ingestTables();
  return { db, verify: verifySignature({ db, directoryTable: 'directory', ephemeralTable: 'ephemeral' }) };
};
const minutes = (count: number) => count * 60_000;

describe('a signature', () => {
  test('is HMAC-SHA256, by the hash of the secret, over timestamp, nonce, method, path and body', () => {
    const secretHash = createHash('sha256').update('secret').digest();
    const text = '1769860800000\nnonce-123\nPOST\n/api/devices/boiler-7/telemetry\n{"temperature": 21.5}';
    expect(
      signatureOf(secretHash.toString('hex'), { timestamp: '1769860800000', nonce: 'nonce-123' }, content),
    ).toEqual(createHmac('sha256', secretHash).update(text).digest());
  });

  test('of the holder is taken, and says which key it is', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db);
    expect(await verify(signed(key, content), content, noon)).toMatchObject(key.stored);
  });

  test('is taken in upper case, and with an ISO timestamp', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db);
    const claims = signed(key, content, { timestamp: '2026-01-31T13:00:00+01:00' });
    await verify({ ...claims, signature: claims.signature.toUpperCase() }, content, noon);
  });

  test('is wrong as soon as anything is not what was signed', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db);
    const claims = signed(key, content);
    const bit = fc.nat({ max: content.body.length * 8 - 1 }).map((at) => {
      const body = Buffer.from(content.body);
      body[at >> 3] = (body[at >> 3] ?? 0) ^ (1 << (at & 7));
      return [claims, { ...content, body }] as const;
    });
    const digit = fc.nat({ max: 63 }).map((at) => {
      const other = claims.signature[at] === '0' ? '1' : '0';
      const signature = claims.signature.slice(0, at) + other + claims.signature.slice(at + 1);
      return [{ ...claims, signature }, content] as const;
    });
    const rest = fc.constantFrom(
      [{ ...claims, timestamp: String(noon + 1) }, content] as const,
      [{ ...claims, nonce: `${claims.nonce}0` }, content] as const,
      [claims, { ...content, method: 'PUT' }] as const,
      [claims, { ...content, path: '/api/devices/boiler-8/telemetry' }] as const,
      [claims, { ...content, body: Buffer.concat([content.body, Buffer.from('\n')]) }] as const,
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(bit, digit, rest), async ([given, over]) => {
        await expect(verify(given, over, noon)).rejects.toMatchObject({
          status: 401,
          message: expect.stringContaining('The signature is not that of the key'),
        });
      }),
    );
    // None of them used up the nonce.
    await verify(claims, content, noon);
  });

  test('by another key of the application is wrong', async () => {
    const { db, verify } = verifier();
    const [key, other] = [await putKey(db), await putKey(db)];
    const claims = { ...signed(other, content), key: key.name };
    await expect(verify(claims, content, noon)).rejects.toThrow('The signature is not');
  });
});

describe('a nonce', () => {
  test('is good once, with any timestamp, and of each key by itself', async () => {
    const { db, verify } = verifier();
    const [key, other] = [await putKey(db), await putKey(db)];
    const nonce = 'the-same-nonce';
    await verify(signed(key, content, { nonce }), content, noon);
    for (const later of [0, 1, minutes(9)])
      await expect(
        verify(signed(key, content, { nonce, timestamp: String(noon + later) }), content, noon + later),
      ).rejects.toMatchObject({ status: 401, message: expect.stringContaining('used already') });
    await verify(signed(other, content, { nonce }), content, noon);
  });

  test('is good once, however many use it at the same time', async () => {
    const { db, verify } = verifier();
    const claims = signed(await putKey(db), content);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => verify(claims, content, noon)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('is kept for as long as its timestamp would be taken', async () => {
    const { db, verify } = verifier();
    const claims = signed(await putKey(db), content, { timestamp: String(noon + minutes(5)) });
    await verify(claims, content, noon);
    const { Item } = await db.send(
      new GetCommand({ TableName: 'ephemeral', Key: { id: `nonce#${claims.key}#${claims.nonce}` } }),
    );
    expect(Item?.['expiresAt'] * 1000).toBeGreaterThanOrEqual(noon + minutes(10));
  });
});

describe('a clock', () => {
  test.each([
    [-minutes(5), undefined],
    [minutes(5), undefined],
    [-minutes(5) - 1, '300 s behind the clock here, which shows 2026-01-31T12:00:00.000Z'],
    [minutes(6), '360 s ahead of the clock here'],
    [-noon, 's behind the clock'],
  ])('that is %d ms off: %s', async (off, refused) => {
    const { db, verify } = verifier();
    const claims = signed(await putKey(db), content, { timestamp: String(noon + off) });
    const outcome = verify(claims, content, noon);
    if (refused === undefined) await outcome;
    else await expect(outcome).rejects.toMatchObject({ status: 401, message: expect.stringContaining(refused) });
  });

  test('that shows no time is refused', async () => {
    const { db, verify } = verifier();
    const claims = signed(await putKey(db), content, { timestamp: '2026-13-31T12:00:00Z' });
    await expect(verify(claims, content, noon)).rejects.toThrow('is no time');
  });
});

describe('a key', () => {
  test('that nobody made is refused by its name', async () => {
    const { verify } = verifier();
    const claims = signed({ name: 'plant.nothing', secretHash: '00' }, content);
    await expect(verify(claims, content, noon)).rejects.toMatchObject({
      status: 401,
      message: "There is no key 'plant.nothing'.",
    });
  });

  test('that is over is refused from that moment on, though it was read before', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db, { validUntil: '2026-01-31T12:00:10.000Z' });
    await verify(signed(key, content), content, noon + 9_999);
    await expect(verify(signed(key, content), content, noon + 10_000)).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining('ended at 2026-01-31T12:00:10.000Z'),
    });
  });

  test('that was deleted is refused within twenty seconds, and does not come back', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db);
    await verify(signed(key, content), content, noon);
    const Key = directoryKeys.apiKey('plant', key.stored.keyId);
    await db.send(new DeleteCommand({ TableName: 'directory', Key }));
    await verify(signed(key, content), content, noon + 19_999);
    await expect(verify(signed(key, content), content, noon + 20_000)).rejects.toThrow('There is no key');
    expect((await db.send(new GetCommand({ TableName: 'directory', Key }))).Item).toBeUndefined();
  });

  test('that is used a thousand times in a minute is written once, and read three times', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db);
    const before = db.calls.length;
    for (let index = 0; index < 1000; index += 1)
      await verify(signed(key, content, { timestamp: String(noon + index * 59) }), content, noon + index * 59);
    const calls = db.calls.slice(before);
    expect(calls.filter((call) => call === 'UpdateItem')).toHaveLength(1);
    expect(calls.filter((call) => call === 'GetItem')).toHaveLength(3);
  });

  test('says when it was used last, to the minute, and changes in nothing else', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db);
    const Key = directoryKeys.apiKey('plant', key.stored.keyId);
    const lastUsed = async () => (await db.send(new GetCommand({ TableName: 'directory', Key }))).Item;
    await verify(signed(key, content), content, noon);
    expect(await lastUsed()).toEqual({ ...Key, ...key.stored, lastUsedAt: '2026-01-31T12:00:00.000Z' });
    await verify(signed(key, content), content, noon + 59_000);
    expect(await lastUsed()).toMatchObject({ lastUsedAt: '2026-01-31T12:00:00.000Z' });
    await verify(signed(key, content), content, noon + 61_000);
    expect(await lastUsed()).toMatchObject({ lastUsedAt: '2026-01-31T12:01:01.000Z', version: 1 });
  });

  test('is not noted as used by who can not sign with it', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db);
    const claims = { ...signed(key, content), signature: '0'.repeat(64) };
    await expect(verify(claims, content, noon)).rejects.toThrow('The signature');
    expect(db.calls).not.toContain('UpdateItem');
  });
});

describe('a connection', () => {
  const connecting: SignedContent = { method: 'GET', path: '$connect', body: Buffer.alloc(0) };

  test('is opened by the query parameters, once', async () => {
    const { db, verify } = verifier();
    const key = await putKey(db);
    const query = { ...signed(key, connecting), other: 'thing' };
    expect(await verifyConnection(verify)(query, noon)).toMatchObject(key.stored);
    await expect(verifyConnection(verify)(query, noon)).rejects.toThrow('used already');
  });

  test('is not opened by the signature of a message', async () => {
    const { db, verify } = verifier();
    const claims = signed(await putKey(db), { ...content, body: Buffer.alloc(0) });
    await expect(verifyConnection(verify)({ ...claims }, noon)).rejects.toThrow('GET $connect');
    await expect(verifyConnection(verify)({}, noon)).rejects.toThrow('The query parameter key is missing');
  });
});

describe('what a device says of itself', () => {
  const claims: Claims = { key: 'plant.k1', timestamp: String(noon), nonce: 'abcdefgh', signature: '0'.repeat(64) };
  const read = (more: Partial<Record<keyof Claims, string | undefined>>) =>
    readClaims({ ...claims, ...more }, (name) => `X-${name}`);

  test.each([
    [{ key: undefined }, 'X-key is missing; <applicationId>.<keyId> is expected'],
    [{ key: 'plant' }, 'X-key is malformed'],
    [{ key: 'plant.k1.k2' }, 'X-key is malformed'],
    [{ timestamp: 'now' }, 'X-timestamp is malformed; epoch milliseconds'],
    [{ timestamp: '2026-01-31T12:00:00' }, 'X-timestamp is malformed'],
    [{ nonce: 'short' }, 'X-nonce is malformed; 8 to 128'],
    [{ nonce: 'with\nline-feed' }, 'X-nonce is malformed'],
    [{ signature: undefined }, 'X-signature is missing'],
    [{ signature: 'xyz' }, 'X-signature is malformed'],
  ])('%j is refused: %s', (more, detail) => {
    expect(() => read(more)).toThrow(
      expect.objectContaining({ status: 401, message: expect.stringContaining(detail) }),
    );
  });

  test('is taken as it is', () => {
    expect(read({})).toEqual(claims);
  });
});
