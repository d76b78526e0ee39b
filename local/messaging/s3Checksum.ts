import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../service.ts';

/** Checksum header → how S3 computes it (AWS: "Checking object integrity for data uploads in Amazon S3"). */
const algorithms: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  CRC32: (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes;
  },
  SHA1: (body) => createHash('sha1').update(body).digest(),
  SHA256: (body) => createHash('sha256').update(body).digest(),
};

export interface Checksum {
  readonly algorithm: string;
  readonly value: string;
}

export const checksumHeader = (algorithm: string) => `x-amz-checksum-${algorithm.toLowerCase()}`;

/**
 * The checksum that came with an upload, in a header or in the trailer of its body.
 * @throws AwsError BadDigest when it isn't the body's, NotImplemented for an algorithm that is not honoured.
 */
export function verifyChecksum(headers: Readonly<Record<string, string>>, body: Buffer): Checksum | undefined {
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const header = Object.keys(headers).find((name) => /^x-amz-checksum-(?!mode$|type$|algorithm$)/.test(name));
  if (header === undefined) return undefined;
  const algorithm = header.slice('x-amz-checksum-'.length).toUpperCase();
  const compute = algorithms[algorithm];
  if (!compute)
    throw new AwsError(
      'NotImplemented',
      `s3: the checksum algorithm ${algorithm} is not honoured by the local cloud; ${Object.keys(algorithms).join(', ')} are.`,
      501,
    );
  const value = compute(body).toString('base64');
  if (value !== headers[header])
    throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  return { algorithm, value };
}
