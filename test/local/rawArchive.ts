import { gunzipSync } from 'node:zlib';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { RawLocation } from '../../functions/telemetry/stores/rawArchive.ts';
import type { SystemUnderTest } from './openSystem.ts';

/** One message's exact bytes, by one ranged GET. */
export async function rawMessage(system: SystemUnderTest, { key, offset, length }: RawLocation): Promise<Buffer> {
  const member = await read(system, key, `bytes=${offset}-${offset + length - 1}`);
  if (member.length !== length) throw new Error(`The ranged GET gave ${member.length} bytes, not ${length}.`);
  return gunzipSync(member);
}

/** What the whole object inflates to: all messages of its batch, one behind the other. */
export const rawObject = async (system: SystemUnderTest, { key }: RawLocation): Promise<Buffer> =>
  gunzipSync(await read(system, key));

async function read({ s3, rawBucket }: SystemUnderTest, key: string, range?: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: rawBucket, Key: key, Range: range }));
  if (Body === undefined) throw new Error(`${key} has no body.`);
  return Buffer.from(await Body.transformToByteArray());
}
