import { gunzipSync } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { MessageRecord } from '../model/message.ts';
import type { Sends } from '../platform/clients.ts';
import { Problem } from '../platform/http/problem.ts';

export interface RawBytes {
  /** What the device sent. */
  readonly bytes: Buffer;
  readonly uploadedAt: Date;
}

/**
 * One message's exact bytes, by one ranged GET of its batch's object.
 * @throws Problem 410 for bytes that the bucket's lifecycle has removed
 */
export const readRaw =
  ({ s3, bucket }: { readonly s3: Sends; readonly bucket: string }) =>
  async ({ key, offset, length }: MessageRecord['raw']): Promise<RawBytes> => {
    try {
      const range = `bytes=${offset}-${offset + length - 1}`;
      const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
      return { bytes: gunzipSync(await Body.transformToByteArray()), uploadedAt: LastModified };
    } catch (error) {
      // Whoever may not list a bucket is told AccessDenied of an object that is not there (AWS: "GetObject").
      if (!['NoSuchKey', 'AccessDenied'].includes((error as Error).name)) throw error;
      throw new Problem(410, 'Gone', 'The bytes of this message are no longer kept: the bucket removes them by age.');
    }
  };

type RawType = 'application/json' | 'application/gzip' | 'text/plain; charset=utf-8' | 'application/octet-stream';

/** By what they are, whatever a device says they are. */
export function contentTypeOf(bytes: Buffer): RawType {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'application/gzip';
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return 'application/octet-stream';
  }
  try {
    JSON.parse(text);
    return 'application/json';
  } catch {
    return 'text/plain; charset=utf-8';
  }
}
