import { createHash } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import type { StoredApiKey } from '../../../functions/model/apiKey.ts';
import { type Claims, type SignedContent, signatureOf } from '../../../functions/platform/access/apiKeySignature.ts';
import { directoryKeys } from '../../../functions/platform/records/directory.ts';
import { memoryDb } from '../platform/memoryDb.ts';

export const noon = Date.UTC(2026, 0, 31, 12);

/** The tables that ingest asks. */
export const ingestTables = () =>
  memoryDb(
    { name: 'directory', keys: ['pk', 'sk'] },
    { name: 'devices', keys: ['deviceId', 'item'] },
    { name: 'ephemeral', keys: ['id'] },
  );

export interface TestKey {
  readonly name: string;
  readonly secretHash: string;
}

/** A key in the directory, as the API of keys makes it. */
export async function putKey(
  db: ReturnType<typeof ingestTables>,
  more: Partial<StoredApiKey> = {},
): Promise<TestKey & { readonly stored: StoredApiKey }> {
  const stored: StoredApiKey = {
    applicationId: 'plant',
    keyId: ulid(),
    name: 'Sensors',
    secretHash: createHash('sha256').update(ulid()).digest('hex'),
    createdAt: '2026-01-01T00:00:00.000Z',
    createdBy: 'user:someone',
    version: 1,
    ...more,
  };
  const { applicationId, keyId, secretHash } = stored;
  await db.send(
    new PutCommand({ TableName: 'directory', Item: { ...directoryKeys.apiKey(applicationId, keyId), ...stored } }),
  );
  return { name: `${applicationId}.${keyId}`, secretHash, stored };
}

/** What a device sends that holds the key. */
export function signed(
  key: TestKey,
  content: SignedContent,
  { timestamp = String(noon), nonce = ulid() }: Partial<Pick<Claims, 'timestamp' | 'nonce'>> = {},
): Claims {
  const signature = signatureOf(key.secretHash, { timestamp, nonce }, content).toString('hex');
  return { key: key.name, timestamp, nonce, signature };
}
