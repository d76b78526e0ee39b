import * as z from 'zod';

/** A thing name of AWS IoT, which is also the MQTT client id. */
export const deviceId = z
  .string()
  .regex(/^[A-Za-z0-9:_-]{1,128}$/, "must be 1 to 128 letters, digits, ':', '_' or '-'")
  .meta({ id: 'DeviceId', description: 'Thing name in AWS IoT', example: 'boiler-7' });

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

/** Text for people and keys of other systems; filters find devices by it. */
export const metadata = z
  .record(
    z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, "a name is 1 to 64 letters, digits, '_', '.' or '-'"),
    z.union([z.string().max(256), z.number(), z.boolean()]),
  )
  .refine((value) => Object.keys(value).length <= 50, 'at most 50 entries')
  .meta({ id: 'Metadata' });

/** Settings that their owner defines: of a device, a room, an application, a person. */
export const configuration = z
  .record(z.string().min(1).max(64), z.json())
  .refine((value) => JSON.stringify(value).length <= 8192, 'at most 8 KB of JSON')
  .meta({ id: 'Configuration' });
