import { createHmac, timingSafeEqual } from 'node:crypto';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type StoredApiKey, storedApiKey } from '../../model/apiKey.ts';
import type { Sends } from '../clients.ts';
import { Problem } from '../http/problem.ts';
import { directoryKeys } from '../records/directory.ts';

/** What a device says of itself with a request. */
export interface Claims {
  /** `<applicationId>.<keyId>` */
  readonly key: string;
  /** Epoch milliseconds or ISO 8601, as it was signed. */
  readonly timestamp: string;
  readonly nonce: string;
  /** HMAC-SHA256 in hex. */
  readonly signature: string;
}

/** What a signature is over. */
export interface SignedContent {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
}

const forms: Readonly<Record<keyof Claims, readonly [RegExp, string]>> = {
  key: [/^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}$/, '<applicationId>.<keyId>'],
  timestamp: [
    /^(?:\d{1,15}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))$/,
    'epoch milliseconds, or ISO 8601 as in 2026-01-31T12:00:00Z',
  ],
  nonce: [/^[A-Za-z0-9_-]{8,128}$/, "8 to 128 letters, digits, '_' or '-'"],
  signature: [/^[0-9a-fA-F]{64}$/, 'an HMAC-SHA256 in hex'],
};

/** How far a device's clock may be off, either way. */
const clockSlackMilliseconds = 5 * 60_000;
/** As long as any timestamp is taken: one five minutes ahead is taken for ten. */
const nonceSeconds = 10 * 60;
/** A revoked key is refused everywhere within this. */
const keyLifetimeMilliseconds = 20_000;
const keysKept = 1000;
const usedAgainMilliseconds = 60_000;

const refusal = (detail: string) =>
  new Problem(401, 'Unauthorized', detail, { headers: { 'www-authenticate': 'FieldlineSignature' } });

/**
 * Reads what a device says of itself, from headers, query parameters or a message.
 * @param nameOf what a claim is called where it comes from
 * @throws Problem 401 naming the claim that is missing or malformed
 */
export function readClaims(
  given: Readonly<Partial<Record<keyof Claims, string | undefined>>>,
  nameOf: (claim: keyof Claims) => string,
): Claims {
  const names = Object.keys(forms) as (keyof Claims)[];
  const claims = names.map((name) => {
    const [pattern, expected] = forms[name];
    const value = given[name];
    if (value === undefined) throw refusal(`${nameOf(name)} is missing; ${expected} is expected.`);
    if (!pattern.test(value)) throw refusal(`${nameOf(name)} is malformed; ${expected} is expected.`);
    return [name, value];
  });
  return Object.fromEntries(claims) as Claims;
}

/** What a signature is made of: timestamp, nonce, method and path, each ended by a line feed, then the body's bytes. */
export const signatureOf = (
  secretHash: string,
  { timestamp, nonce }: Pick<Claims, 'timestamp' | 'nonce'>,
  { method, path, body }: SignedContent,
): Buffer =>
  createHmac('sha256', Buffer.from(secretHash, 'hex'))
    .update(`${timestamp}\n${nonce}\n${method}\n${path}\n`)
    .update(body)
    .digest();

interface SignatureTables {
  readonly db: Sends;
  readonly directoryTable: string;
  readonly ephemeralTable: string;
}

/**
 * Verifies that the holder of an API key made a request, now and once. Keys are kept for seconds; their last use is noted once a minute.
 * @throws Problem 401 saying why
 */
export const verifySignature = ({ db, directoryTable, ephemeralTable }: SignatureTables) => {
  const readKey = keptKeys({ db, directoryTable });
  return async (claims: Claims, content: SignedContent, now = Date.now()): Promise<StoredApiKey> => {
    checkClock(claims.timestamp, now);
    const key = await readKey(claims.key, now);
    if (key === undefined) throw refusal(`There is no key '${claims.key}'.`);
    if (key.validUntil !== undefined && Date.parse(key.validUntil) <= now)
      throw refusal(`The key '${claims.key}' ended at ${key.validUntil}.`);
    if (!timingSafeEqual(Buffer.from(claims.signature, 'hex'), signatureOf(key.secretHash, claims, content)))
      throw refusal(
        `The signature is not that of the key '${claims.key}' over this timestamp, nonce, method, path (${content.method} ${content.path}) and body.`,
      );
    // After the signature: nobody else can use up a device's nonces.
    await useNonce({ db, ephemeralTable }, claims, now);
    await noteUse({ db, directoryTable }, key, now);
    return key;
  };
};

/**
 * Verifies that the holder of an API key opens a WebSocket connection: by the query parameters `key`, `timestamp`, `nonce` and
 * `signature`, over `GET`, the path `$connect` and no body.
 * @throws Problem 401 saying why
 */
export const verifyConnection =
  (verify: ReturnType<typeof verifySignature>) =>
  async (query: Readonly<Record<string, string | undefined>>, now = Date.now()): Promise<StoredApiKey> =>
    verify(
      readClaims(query, (claim) => `The query parameter ${claim}`),
      { method: 'GET', path: '$connect', body: new Uint8Array() },
      now,
    );

function checkClock(timestamp: string, now: number): void {
  const time = /^\d+$/.test(timestamp) ? Number(timestamp) : Date.parse(timestamp);
  const off = time - now;
  if (Math.abs(off) <= clockSlackMilliseconds) return;
  if (Number.isNaN(off)) throw refusal(`The timestamp ${timestamp} is no time.`);
  throw refusal(
    `The timestamp is ${Math.round(Math.abs(off) / 1000)} s ${off < 0 ? 'behind' : 'ahead of'} the clock here, which shows ${new Date(now).toISOString()}; at most 300 s are allowed.`,
  );
}

type KeptKey = Omit<StoredApiKey, 'lastUsedAt'> & { lastUsedAt?: string | undefined };

function keptKeys({ db, directoryTable }: Pick<SignatureTables, 'db' | 'directoryTable'>) {
  const kept = new Map<string, { readonly key: KeptKey; readonly until: number }>();
  return async (name: string, now: number): Promise<KeptKey | undefined> => {
    const known = kept.get(name);
    if (known !== undefined && known.until > now) return known.key;
    const [applicationId = '', keyId = ''] = name.split('.');
    const { Item } = await db.send(
      new GetCommand({ TableName: directoryTable, Key: directoryKeys.apiKey(applicationId, keyId) }),
    );
    // A key that is not there is asked for again: one that was just made works at once.
    if (Item === undefined) return undefined;
    const key = storedApiKey.parse(Item);
    if (kept.size >= keysKept) kept.clear();
    kept.set(name, { key, until: now + keyLifetimeMilliseconds });
    return key;
  };
}

async function useNonce(
  { db, ephemeralTable }: Pick<SignatureTables, 'db' | 'ephemeralTable'>,
  { key, nonce }: Claims,
  now: number,
): Promise<void> {
  try {
    await db.send(
      new PutCommand({
        TableName: ephemeralTable,
        Item: { id: `nonce#${key}#${nonce}`, expiresAt: Math.ceil(now / 1000) + nonceSeconds },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    throw refusal('This nonce was used already; each request takes a new one.');
  }
}

/** At most a write a minute of each key, whoever uses it; a key that is being deleted stays deleted. */
async function noteUse(
  { db, directoryTable }: Pick<SignatureTables, 'db' | 'directoryTable'>,
  key: KeptKey,
  now: number,
): Promise<void> {
  if (key.lastUsedAt !== undefined && now - Date.parse(key.lastUsedAt) < usedAgainMilliseconds) return;
  key.lastUsedAt = new Date(now).toISOString();
  try {
    await db.send(
      new UpdateCommand({
        TableName: directoryTable,
        Key: directoryKeys.apiKey(key.applicationId, key.keyId),
        UpdateExpression: 'SET lastUsedAt = :now',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt < :before)',
        ExpressionAttributeValues: {
          ':now': key.lastUsedAt,
          ':before': new Date(now - usedAgainMilliseconds).toISOString(),
        },
      }),
    );
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
}
