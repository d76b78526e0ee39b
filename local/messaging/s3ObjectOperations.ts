import { createHash } from 'node:crypto';
import { AwsError, type AwsRequest, type AwsResponse } from '../service.ts';
import { checksumHeader, verifyChecksum } from './s3Checksum.ts';
import { checkRead, checkWrite, readRange } from './s3Conditions.ts';
import type { ObjectMeta, S3Objects } from './s3Objects.ts';
import { element, unescapeXml, xml } from './s3Xml.ts';

/** Query names by which a reader asks for response headers of its own (Amazon S3 API reference: GetObject). */
export const responseOverrides = [
  'response-content-type',
  'response-content-language',
  'response-expires',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
];

/** Request headers of PutObject that ask for more than storing an object. */
const refusedHeaders = [
  'x-amz-copy-source',
  'x-amz-acl',
  'x-amz-tagging',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-legal-hold',
  'x-amz-website-redirect-location',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-write-offset-bytes',
];
const keptHeaders = [
  'content-type',
  'content-language',
  'content-disposition',
  'cache-control',
  'content-encoding',
  'expires',
];

export function putObject(objects: S3Objects, bucket: string, key: string, { headers, body }: AwsRequest): AwsResponse {
  const refused = refusedHeaders.find((name) => headers[name] !== undefined);
  if (refused !== undefined)
    throw new AwsError('NotImplemented', `s3: PutObject with ${refused} is not honoured by the local cloud.`, 501);
  if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
  const checksum = verifyChecksum(headers, body);
  checkWrite(headers, objects.find(bucket, key));
  // The body reaches here decoded, so what described its transfer no longer holds.
  const encoding = headers['content-encoding']
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked')
    .join(',');
  const given: Record<string, string | undefined> = {
    ...headers,
    'content-type': headers['content-type'] ?? 'binary/octet-stream',
    'content-encoding': encoding || undefined,
  };
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  objects.put(
    bucket,
    {
      key,
      contentLength: body.length,
      etag,
      lastModified: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
      headers: Object.fromEntries(
        Object.entries(given).filter(
          (entry): entry is [string, string] =>
            entry[1] !== undefined && (keptHeaders.includes(entry[0]) || entry[0].startsWith('x-amz-meta-')),
        ),
      ),
      ...(checksum && { checksum }),
    },
    body,
  );
  return { status: 200, headers: { etag, ...checksumHeaders({ checksum }) } };
}

const checksumHeaders = ({ checksum }: { readonly checksum?: ObjectMeta['checksum'] }): Record<string, string> =>
  checksum ? { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': 'FULL_OBJECT' } : {};

/** GET and HEAD: the edge leaves the body of an answer to HEAD away, and not its length. */
export function getObject(
  objects: S3Objects,
  bucket: string,
  key: string,
  { headers, query }: AwsRequest,
): AwsResponse {
  const meta = objects.find(bucket, key);
  if (!meta) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
  const described = {
    etag: meta.etag,
    'last-modified': new Date(meta.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
  };
  if (checkRead(headers, meta) === 'notModified') return { status: 304, headers: described };
  const range = readRange(headers['range'], meta.contentLength);
  const asked = Object.fromEntries(
    [...query]
      .filter(([name]) => responseOverrides.includes(name))
      .map(([name, value]) => [name.slice('response-'.length), value]),
  );
  return {
    status: range ? 206 : 200,
    headers: {
      ...described,
      ...meta.headers,
      ...asked,
      ...(range && {
        'content-range': `bytes ${range.offset}-${range.offset + range.length - 1}/${meta.contentLength}`,
      }),
      ...(!range && headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && checksumHeaders(meta)),
    },
    body: objects.read(bucket, key, range?.offset ?? 0, range?.length ?? meta.contentLength),
  };
}

export function deleteObject(objects: S3Objects, bucket: string, key: string, { headers }: AwsRequest): AwsResponse {
  checkWrite(headers, objects.find(bucket, key));
  objects.remove(bucket, key);
  return { status: 204 };
}

export function deleteObjects(objects: S3Objects, bucket: string, { body, headers }: AwsRequest): AwsResponse {
  verifyChecksum(headers, body);
  const text = body.toString();
  const keys = [...text.matchAll(/<Object>([\s\S]*?)<\/Object>/g)].map(([, inner = '']) => {
    const other = /<(?!Key>|\/)(\w+)/.exec(inner)?.[1];
    if (other !== undefined)
      throw new AwsError('NotImplemented', `s3: DeleteObjects with ${other} is not honoured by the local cloud.`, 501);
    return unescapeXml(/<Key>([\s\S]*?)<\/Key>/.exec(inner)?.[1] ?? '');
  });
  if (keys.length === 0 || keys.length > 1000) {
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  for (const key of keys) objects.remove(bucket, key);
  const quiet = /<Quiet>true<\/Quiet>/.test(text);
  return xml('DeleteResult', quiet ? '' : keys.map((key) => `<Deleted>${element('Key', key)}</Deleted>`).join(''));
}
