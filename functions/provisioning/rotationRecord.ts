import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { certificateId } from '../model/certificate.ts';
import type { Sends } from '../platform/clients.ts';

/** A certificate that was made, and not seen in use yet. */
const pending = z.object({
  certificateId,
  /** The one that asked for it. */
  replaces: certificateId,
  /** SHA-256 of the request: asked again, it is the same certificate. */
  requestHash: z.string(),
});
export type Pending = z.infer<typeof pending>;

/** How far the replacement of a device's certificate is: its item `rotation` in the devices table. */
const rotationRecord = z.object({
  /** Each write adds one. */
  version: z.number(),
  pending: pending.optional(),
  /** The last one that was seen in use. */
  confirmed: z.object({ certificateId, replaced: certificateId, retiresAt: z.string() }).optional(),
});
type RotationRecord = z.infer<typeof rotationRecord>;

interface Table {
  readonly db: Sends;
  readonly devicesTable: string;
}

const key = (deviceId: string) => ({ deviceId, item: 'rotation' });

export const readRotation =
  ({ db, devicesTable }: Table) =>
  async (deviceId: string): Promise<RotationRecord> => {
    const { Item } = await db.send(
      new GetCommand({ TableName: devicesTable, Key: key(deviceId), ConsistentRead: true }),
    );
    return Item === undefined ? { version: 0 } : rotationRecord.parse(Item);
  };

/** @throws ConditionalCheckFailedException when others wrote since it was read: the message comes again */
export const writeRotation =
  ({ db, devicesTable }: Table) =>
  async (deviceId: string, record: RotationRecord): Promise<void> => {
    await db.send(
      new PutCommand({
        TableName: devicesTable,
        Item: { ...key(deviceId), ...record, version: record.version + 1 },
        ConditionExpression: 'attribute_not_exists(deviceId) OR #version = :known',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':known': record.version },
      }),
    );
  };
