import * as z from 'zod';

/** A thing name of AWS IoT, which is also the MQTT client id. */
export const deviceId = z
  .string()
  .regex(/^[A-Za-z0-9:_-]{1,128}$/, "must be 1 to 128 letters, digits, ':', '_' or '-'")
  .meta({ id: 'DeviceId', description: 'Thing name in AWS IoT', example: 'boiler-7' });

/** Of a message, by whoever sent it: what it sends again has the same. */
export const messageId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, "must be 1 to 128 letters, digits, '.', '_', ':' or '-'");

const ownId = (id: string, example: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, '_' or '-'")
    .meta({ id, description: 'A ULID unless given', example });

export const applicationId = ownId('ApplicationId', 'default');
export const roomId = ownId('RoomId', 'hall-2');
export const typeName = ownId('TypeName', 'boiler');

/** As people sign in with it: whatever its case, and as long as Cognito takes a user name. */
export const emailAddress = z.email().max(128).toLowerCase();

/** ISO 8601, UTC, with milliseconds. */
export const timestamp = z.iso.datetime({ precision: 3 }).meta({ id: 'Timestamp', description: 'ISO 8601, UTC' });

/** Optimistic version: each change adds one. An entity's ETag is its version. */
export const version = z.int().positive();

export const displayName = z.string().trim().min(1).max(128);

/** A code of the Unified Code for Units of Measure (ucum.org). */
export const unit = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/, 'must be a UCUM code: 1 to 64 ASCII characters without blanks')
  .meta({ id: 'Unit', description: 'UCUM code', example: 'Cel' });

/** Levels of a value in DynamoDB end at 32 (AWS: "Quotas in Amazon DynamoDB"); an item takes some of them. */
const deepest = 24;
/** DynamoDB knows no smaller number but 0 (AWS: "Supported data types"). */
const smallest = 1e-130;

/** Whether DynamoDB holds a number, and JavaScript reads it back as it was. */
export const isStorableNumber = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= smallest && Math.abs(value) <= Number.MAX_SAFE_INTEGER);

/** Whether DynamoDB holds a JSON value as it is. */
export function isStorable(value: unknown, levels = deepest): boolean {
  if (typeof value === 'number') return isStorableNumber(value);
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.entries(value).every(([name, part]) => name !== '' && isStorable(part, levels - 1));
}
export const storableExpected = `numbers must be between ±${Number.MAX_SAFE_INTEGER} (0, or at least ${smallest} away from it), names not empty, and at most ${deepest} levels deep`;

/** Text for people and keys of other systems; filters find devices by it. */
export const metadata = z
  .record(
    z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, "a name is 1 to 64 letters, digits, '_', '.' or '-'"),
    z.union([z.string().max(256), z.number().refine(isStorableNumber, storableExpected), z.boolean()]),
  )
  .refine((value) => Object.keys(value).length <= 50, 'at most 50 entries')
  .meta({ id: 'Metadata' });

/** Settings that their owner defines: of a device, a room, an application, a person. */
export const configuration = z
  .record(z.string().min(1).max(64), z.unknown())
  .refine((value) => JSON.stringify(value).length <= 8192, 'at most 8 KB of JSON')
  .refine((value) => isStorable(value), storableExpected)
  .meta({ id: 'Configuration' });
