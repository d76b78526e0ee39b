import * as z from 'zod';
import { applicationId, deviceId, displayName, timestamp, version } from './identifiers.ts';

/** A key by which devices that can't do MQTT sign what they send, as the directory table keeps it. */
export const storedApiKey = z.object({
  applicationId,
  /** A ULID. */
  keyId: z.string(),
  name: displayName,
  /**
   * SHA-256 of the secret, in hex, which is also the key of the device's HMAC: what verifies a signature can be read from here, the
   * secret can't. A slow hash would add nothing: the secret is 256 random bits, which nobody guesses.
   */
  secretHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** The only device that may use it. Without: every device of the application. */
  deviceId: deviceId.optional(),
  /** Not `expiresAt`, by which the table would delete it: a key that is over is still listed. */
  validUntil: timestamp.optional(),
  /** To the minute. */
  lastUsedAt: timestamp.optional(),
  createdAt: timestamp,
  /** `user:<id>` */
  createdBy: z.string(),
  version,
});
export type StoredApiKey = z.infer<typeof storedApiKey>;

export const apiKey = storedApiKey.omit({ secretHash: true }).meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof apiKey>;
