import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Sends } from '../../platform/clients.ts';

/** Where a message's exact bytes are: one gzip member inside an object. */
export interface RawLocation {
  readonly key: string;
  /** Bytes from the object's beginning. */
  readonly offset: number;
  /** Bytes of the gzip member. */
  readonly length: number;
}

interface RawMessage {
  readonly bytes: Uint8Array;
  readonly traceId: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** Most payloads are small. zlib clears its window and tables for each: as large as these need, that is twice as fast. */
const smallBytes = 4096;
const forSmall = { windowBits: 12, memLevel: 3, chunkSize: 2048 } as const;

/**
 * Writes the payloads of a batch as one object, each payload a gzip member of its own: one message is one ranged GET, and the
 * whole object is valid gzip (RFC 1952, "a gzip file consists of a series of members").
 * The same batch, delivered again, writes the same object.
 * @returns a location per message, in their order
 */
export const archiveRaw =
  ({ s3, bucket }: { s3: Sends; bucket: string }) =>
  async (messages: readonly RawMessage[]): Promise<RawLocation[]> => {
    const first = messages[0];
    if (first === undefined) return [];
    const key = objectKey(first.receivedAt, messages);
    const members = messages.map(({ bytes }) => gzipSync(bytes, bytes.length <= smallBytes ? forSmall : {}));
    let offset = 0;
    const locations = members.map((member) => {
      const location = { key, offset, length: member.length };
      offset += member.length;
      return location;
    });
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.concat(members), ContentType: 'application/gzip' }),
    );
    return locations;
  };

/** By hour, for lifecycle rules and people; then a hash, for S3 spreads load by prefix. */
function objectKey(receivedAt: number, messages: readonly RawMessage[]): string {
  const hour = new Date(receivedAt).toISOString().slice(0, 13).replace(/[-T]/g, '/');
  const hash = createHash('sha256');
  for (const { traceId } of messages) hash.update(traceId).update('\n');
  return `raw/${hour}/${hash.digest('hex').slice(0, 32)}.gz`;
}
