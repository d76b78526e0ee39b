import { createHash, randomBytes } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import type { StoredApiKey } from '../../functions/model/apiKey.ts';
import type { Membership } from '../../functions/model/application.ts';
import type { Device } from '../../functions/model/device.ts';
import { directoryKeys } from '../../functions/platform/records/directory.ts';
import { deviceItem, roomItem } from '../../functions/platform/records/registry.ts';
import type { SystemUnderTest } from './openSystem.ts';
import type { Person } from './signIn.ts';

/** What people make of an application, written down as the API writes it. */

const made = () => {
  const now = new Date().toISOString();
  return { version: 1, createdAt: now, updatedAt: now };
};

export const newApplicationId = (): string => `plant-${ulid()}`;

export async function putDevice(
  { db, tables }: SystemUnderTest,
  device: Pick<Device, 'deviceId' | 'applicationId'> & Partial<Device>,
): Promise<void> {
  const base = {
    name: device.deviceId,
    kind: 'device',
    status: 'registered',
    metadata: {},
    configuration: {},
  } as const;
  const Item = deviceItem({ ...base, ...made(), ...device });
  await db.send(new PutCommand({ TableName: tables.devices, Item }));
}

export async function putRoom({ db, tables }: SystemUnderTest, roomId: string, applicationId: string): Promise<void> {
  const Item = roomItem({
    roomId,
    applicationId,
    name: roomId,
    deviceCount: 0,
    metadata: {},
    configuration: {},
    ...made(),
  });
  await db.send(new PutCommand({ TableName: tables.rooms, Item }));
}

/** Makes a person a member; within seconds, where the person asked for something before. */
export async function putMember(
  { db, tables }: SystemUnderTest,
  { userId, email }: Person,
  member: Pick<Membership, 'applicationId' | 'role' | 'grants'>,
): Promise<void> {
  const Item = { ...directoryKeys.member(member.applicationId, userId), userId, email, ...made(), ...member };
  await db.send(new PutCommand({ TableName: tables.directory, Item }));
}

export interface ApiKey {
  /** `<applicationId>.<keyId>` */
  readonly name: string;
  readonly secret: string;
  readonly stored: StoredApiKey;
}

export async function putApiKey(
  { db, tables }: SystemUnderTest,
  applicationId: string,
  more: Partial<StoredApiKey> = {},
): Promise<ApiKey> {
  const secret = randomBytes(32).toString('base64url');
  const stored: StoredApiKey = {
    applicationId,
    keyId: ulid(),
    name: 'Sensors',
    secretHash: createHash('sha256').update(secret).digest('hex'),
    createdAt: new Date().toISOString(),
    createdBy: 'user:test',
    version: 1,
    ...more,
  };
  const Item = { ...directoryKeys.apiKey(applicationId, stored.keyId), ...stored };
  await db.send(new PutCommand({ TableName: tables.directory, Item }));
  return { name: `${applicationId}.${stored.keyId}`, secret, stored };
}
