import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  holdCommits,
  type LocalEdge,
  provision,
  provisionRole,
  startLocalEdge,
  temporaryFolder,
} from '../edge/localEdge.ts';

let local: LocalEdge;
let s3: S3Client;
let Bucket: string;
let count = 0;

const clientOf = ({ client }: LocalEdge) => new S3Client({ ...client, forcePathStyle: true });

beforeAll(async () => {
  local = await startLocalEdge();
  s3 = clientOf(local);
});

afterAll(async () => {
  s3.destroy();
  await local.close();
});

beforeEach(async () => {
  count += 1;
  Bucket = (await provision(local.messaging.providers, 'AWS::S3::Bucket', { BucketName: `bucket-${count}` })).ref;
});

const put = (Key: string, Body: PutObjectCommandInput['Body'] = Key, input: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...input }));
const get = (Key: string, input: Partial<GetObjectCommandInput> = {}) =>
  s3.send(new GetObjectCommand({ Bucket, Key, ...input }));
const text = async (Key: string, input: Partial<GetObjectCommandInput> = {}) =>
  (await get(Key, input)).Body?.transformToString();
const etagOf = (body: string) => `"${createHash('md5').update(body).digest('hex')}"`;
const notModified = expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 304 }) });
/** What the SDK throws: S3's error code, or for an answer without a body what the status says. */
const fails = (name: string, httpStatusCode: number) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode }) });

describe('an object', () => {
  test('comes back as it was put', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const { ETag } = await put('folder/ä b+c%.bin', bytes, {
      ContentType: 'application/x-test',
      CacheControl: 'no-store',
      ContentEncoding: 'gzip',
      Metadata: { origin: 'sensor' },
    });
    const object = await get('folder/ä b+c%.bin');
    expect(object).toMatchObject({
      ETag,
      ContentType: 'application/x-test',
      CacheControl: 'no-store',
      ContentEncoding: 'gzip',
      ContentLength: 256,
      Metadata: { origin: 'sensor' },
    });
    expect(Math.abs(Date.now() - Number(object.LastModified))).toBeLessThan(5_000);
    expect(await object.Body?.transformToByteArray()).toEqual(bytes);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'folder/ä b+c%.bin' }));
    expect(head).toMatchObject({
      ETag,
      ContentLength: 256,
      ContentType: 'application/x-test',
      Metadata: { origin: 'sensor' },
    });
  });

  test('has a type of its own without one, and may be empty', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: new Uint8Array(0) }));
    expect(await get('empty')).toMatchObject({ ContentLength: 0, ETag: etagOf('') });
    const answer = await local.messaging.services
      .find(({ signingNames }) => signingNames.includes('s3'))
      ?.handle({
        service: 's3',
        region: 'us-east-1',
        operation: undefined,
        method: 'PUT',
        path: `/${Bucket}/bare`,
        query: new URLSearchParams(),
        headers: {},
        body: Buffer.from('x'),
        principal: { kind: 'account', arn: '' },
      });
    expect(answer?.status).toBe(200);
    expect((await get('bare')).ContentType).toBe('binary/octet-stream');
  });

  test('is replaced as a whole', async () => {
    await put('a', 'long ago', { Metadata: { old: 'yes' } });
    await put('a', 'new');
    expect(await get('a')).toMatchObject({ ContentLength: 3, Metadata: {} });
  });

  test('is gone once deleted; to delete it again is no error', async () => {
    await put('a');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await expect(get('a')).rejects.toEqual(fails('NoSuchKey', 404));
  });

  test('gives the headers that the request asks for', async () => {
    await put('a');
    expect(await get('a', { ResponseContentType: 'text/csv', ResponseContentDisposition: 'attachment' })).toMatchObject(
      { ContentType: 'text/csv', ContentDisposition: 'attachment' },
    );
  });
});

describe('a range', () => {
  beforeEach(() => put('digits', '0123456789'));

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('%s is a part', async (Range, part, ContentRange) => {
    const object = await get('digits', { Range });
    expect(object).toMatchObject({ ContentRange, ContentLength: part.length, $metadata: { httpStatusCode: 206 } });
    expect(await object.Body?.transformToString()).toBe(part);
  });

  test.each(['bytes=4-2', 'bytes=0-1,4-5', 'lines=1-2'])('%s is the whole object', async (Range) => {
    expect(await text('digits', { Range })).toBe('0123456789');
  });

  test.each(['bytes=10-', 'bytes=-0'])('%s cannot be satisfied', async (Range) => {
    await expect(get('digits', { Range })).rejects.toEqual(fails('InvalidRange', 416));
  });
});

describe('conditions', () => {
  test('of reads', async () => {
    const { ETag = '' } = await put('a', 'text');
    const { LastModified = new Date() } = await get('a');
    expect(await text('a', { IfMatch: ETag })).toBe('text');
    await expect(get('a', { IfMatch: '"other"' })).rejects.toEqual(fails('PreconditionFailed', 412));
    await expect(get('a', { IfNoneMatch: ETag })).rejects.toEqual(notModified);
    expect(await text('a', { IfNoneMatch: '"other"' })).toBe('text');
    await expect(get('a', { IfModifiedSince: LastModified })).rejects.toEqual(notModified);
    expect(await text('a', { IfModifiedSince: new Date(0) })).toBe('text');
    await expect(get('a', { IfUnmodifiedSince: new Date(0) })).rejects.toEqual(fails('PreconditionFailed', 412));
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'a', IfMatch: '"other"' }))).rejects.toEqual(
      expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 412 }) }),
    );
  });

  test('of writes: not over what is there, or only over what is known', async () => {
    const { ETag = '' } = await put('a', 'first', { IfNoneMatch: '*' });
    await expect(put('a', 'second', { IfNoneMatch: '*' })).rejects.toEqual(fails('PreconditionFailed', 412));
    await expect(put('a', 'second', { IfMatch: '"other"' })).rejects.toEqual(fails('PreconditionFailed', 412));
    await put('a', 'second', { IfMatch: ETag });
    expect(await text('a')).toBe('second');
    await expect(put('b', 'x', { IfMatch: ETag })).rejects.toEqual(fails('NoSuchKey', 404));
    await expect(put('b', 'x', { IfNoneMatch: ETag })).rejects.toEqual(fails('NotImplemented', 501));
  });
});

describe('an upload', () => {
  test.each(['CRC32', 'SHA1', 'SHA256'] as const)(
    'keeps its %s, and gives it to those who ask',
    async (ChecksumAlgorithm) => {
      const sent = await put('a', 'hello', { ChecksumAlgorithm });
      const read = await get('a', { ChecksumMode: 'ENABLED' });
      const name = `Checksum${ChecksumAlgorithm}` as const;
      expect(sent[name]).toBe(read[name]);
      expect(read[name]).toBeDefined();
      expect(await read.Body?.transformToString()).toBe('hello');
    },
  );

  test.each([
    ['CRC32', { ChecksumCRC32: 'AAAAAA==' }, 'The CRC32 you specified did not match the calculated checksum.'],
    [
      'MD5',
      { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' },
      'The Content-MD5 you specified did not match what we received.',
    ],
  ])('with a wrong %s is refused', async (_, input, message) => {
    await expect(put('a', 'hello', input)).rejects.toMatchObject({ name: 'BadDigest', message });
    await expect(get('a')).rejects.toEqual(fails('NoSuchKey', 404));
  });

  test('may come as a stream, in chunks with a checksum behind them', async () => {
    const body = Readable.from([0, 1, 2, 3, 4].map((part) => Buffer.alloc(20_000, String(part))));
    const sent = await put('streamed', body, { ContentLength: 100_000, ChecksumAlgorithm: 'CRC32' });
    expect(sent.ChecksumCRC32).toBeDefined();
    const object = await get('streamed');
    expect(object.ContentEncoding).toBeUndefined();
    expect(await object.Body?.transformToString()).toBe(
      [0, 1, 2, 3, 4].map((part) => String(part).repeat(20_000)).join(''),
    );
  });

  test('with a key above 1024 bytes is refused', async () => {
    await put('ä'.repeat(512), 'x');
    await expect(put('ä'.repeat(513), 'x')).rejects.toEqual(fails('KeyTooLongError', 400));
  });
});

describe('a listing', () => {
  const list = (input: Partial<ListObjectsV2CommandInput> = {}) =>
    s3.send(new ListObjectsV2Command({ Bucket, ...input }));
  const keys = ({ Contents = [] }: ListObjectsV2CommandOutput) => Contents.map(({ Key }) => Key);

  test('is in the order of the bytes of the keys', async () => {
    for (const key of ['b', 'a', 'B', 'ä', '🌱', 'a/1', 'a-1', '\uFF5E']) await put(key);
    expect(keys(await list())).toEqual(['B', 'a', 'a-1', 'a/1', 'b', 'ä', '\uFF5E', '🌱']);
  });

  test('describes its objects', async () => {
    await put('a', 'hello');
    const { Contents, KeyCount, IsTruncated, Name, MaxKeys } = await list();
    expect({ KeyCount, IsTruncated, Name, MaxKeys }).toEqual({
      KeyCount: 1,
      IsTruncated: false,
      Name: Bucket,
      MaxKeys: 1000,
    });
    expect(Contents).toEqual([
      { Key: 'a', Size: 5, ETag: etagOf('hello'), LastModified: expect.any(Date), StorageClass: 'STANDARD' },
    ]);
  });

  test('is limited by a prefix, and by what it begins after', async () => {
    for (const key of ['a/1', 'a/2', 'b/1', 'a0']) await put(key);
    expect(keys(await list({ Prefix: 'a/' }))).toEqual(['a/1', 'a/2']);
    expect(keys(await list({ StartAfter: 'a/1' }))).toEqual(['a/2', 'a0', 'b/1']);
  });

  test.each([1, 2, 3, 4])('in pages of %i has every key and every common prefix once', async (MaxKeys) => {
    for (const key of ['a/1', 'a/2', 'a/b/3', 'b', 'c/1', 'd', 'd/e']) await put(key);
    const seen: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await list({ MaxKeys, Delimiter: '/', ...(ContinuationToken && { ContinuationToken }) });
      expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => String(Key)),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => String(Prefix)),
      );
      ContinuationToken = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
    } while (ContinuationToken);
    expect(seen.sort()).toEqual(['a/', 'b', 'c/', 'd', 'd/']);
  });

  test('encodes keys that XML has no characters for', async () => {
    await put('a<&>\u0001 b');
    expect(keys(await list({ EncodingType: 'url' }))).toEqual([encodeURIComponent('a<&>\u0001 b')]);
  });

  test('of no keys is empty', async () => {
    await put('a');
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
    expect(await list({ Prefix: 'nothing' })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });
});

describe('several objects', () => {
  test('are deleted at once', async () => {
    for (const key of ['a', 'b', 'c & <d>']) await put(key);
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'a' }, { Key: 'c & <d>' }, { Key: 'never there' }] },
      }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['a', 'c & <d>', 'never there']);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key)).toEqual(['b']);
    const quiet = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key: 'b' }] } }));
    expect(quiet.Deleted ?? []).toEqual([]);
  });

  test('of which one has a version are refused', async () => {
    await expect(
      s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a', VersionId: 'v' }] } })),
    ).rejects.toEqual(fails('NotImplemented', 501));
  });
});

describe('a bucket', () => {
  test('is made, found, listed and deleted when it is empty', async () => {
    const name = 'made-by-hand';
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    await s3.send(new HeadBucketCommand({ Bucket: name }));
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toContain(name);
    await s3.send(new PutObjectCommand({ Bucket: name, Key: 'a', Body: 'x' }));
    await expect(s3.send(new DeleteBucketCommand({ Bucket: name }))).rejects.toEqual(fails('BucketNotEmpty', 409));
    await s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'a' }));
    await s3.send(new DeleteBucketCommand({ Bucket: name }));
    await expect(s3.send(new HeadBucketCommand({ Bucket: name }))).rejects.toEqual(fails('NotFound', 404));
  });

  test.each(['Capital', 'a..b', '192.168.0.1', '-a-'])('is not named %s', async (name) => {
    await expect(s3.send(new CreateBucketCommand({ Bucket: name }))).rejects.toEqual(fails('InvalidBucketName', 400));
  });
});

describe('what is not there', () => {
  test('is named', async () => {
    await expect(get('a')).rejects.toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
      Key: 'a',
    });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).rejects.toEqual(fails('NotFound', 404));
    Bucket = 'no-such-bucket';
    for (const work of [
      () => get('a'),
      () => put('a'),
      () => s3.send(new ListObjectsV2Command({ Bucket })),
      () => s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' })),
    ]) {
      await expect(work()).rejects.toMatchObject({
        name: 'NoSuchBucket',
        message: 'The specified bucket does not exist',
      });
    }
  });

  test('is refused by name', async () => {
    await put('a');
    for (const work of [
      () => s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` })),
      () => s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'b' })),
      () => s3.send(new GetBucketLocationCommand({ Bucket })),
      () => s3.send(new ListObjectsCommand({ Bucket })),
      () => get('a', { VersionId: 'v' }),
      () => put('a', 'x', { Tagging: 'a=b' }),
      () => put('a', 'x', { ChecksumAlgorithm: 'CRC64NVME', ChecksumCRC64NVME: 'AAAAAAAAAAA=' }),
    ]) {
      await expect(work()).rejects.toEqual(
        expect.objectContaining({
          name: 'NotImplemented',
          message: expect.stringContaining('not honoured by the local cloud'),
        }),
      );
    }
  });
});

test('objects survive the process that stored them', async () => {
  const folder = temporaryFolder();
  const stateFile = `${folder.path}/state.db`;
  const first = await startLocalEdge({ stateFile });
  const before = clientOf(first);
  await before.send(new CreateBucketCommand({ Bucket: 'kept' }));
  await before.send(new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: 'hello', ContentType: 'text/plain' }));
  before.destroy();
  // Not closed, as when it is killed: only its port is given free.
  await first.edge.close();
  const second = await startLocalEdge({ stateFile });
  const after = clientOf(second);
  const object = await after.send(new GetObjectCommand({ Bucket: 'kept', Key: 'a' }));
  expect(object).toMatchObject({ ContentType: 'text/plain', ETag: etagOf('hello') });
  expect(await object.Body?.transformToString()).toBe('hello');
  after.destroy();
  await second.close();
  first.messaging.close();
  folder.remove();
});

// AWS: "Sharing objects with presigned URLs", "Uploading objects with presigned URLs"
describe('a presigned URL', () => {
  /** Presigned by the SDK's own signer. */
  const presigned = async (
    method: 'GET' | 'PUT',
    key: string,
    credentials?: ReturnType<LocalEdge['iam']['assumeRole']>,
  ) => {
    const client = new S3Client({ ...local.client, ...(credentials && { credentials }), forcePathStyle: true });
    const signer = (await client.config.signer()) as unknown as {
      presign(request: object, options: object): Promise<{ path: string; query: Record<string, string> }>;
    };
    const { hostname, host, port } = new URL(local.client.endpoint);
    const { path, query } = await signer.presign(
      {
        method,
        protocol: 'http:',
        hostname,
        port: Number(port),
        path: `/${Bucket}/${key}`,
        headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
        query: {},
      },
      { expiresIn: 60, unsignableHeaders: new Set(['x-amz-content-sha256']) },
    );
    client.destroy();
    return `${local.client.endpoint}${path}?${new URLSearchParams(query)}`;
  };

  test('of a role answers when the object would survive a kill', async () => {
    const roleArn = await provisionRole(local.iam, 'Uploader', [
      { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` },
    ]);
    const url = await presigned('PUT', 'kept', local.iam.assumeRole(roleArn, 'function'));
    const commits = holdCommits(local.context);
    let answered = false;
    const put = fetch(url, { method: 'PUT', body: 'kept' }).finally(() => {
      answered = true;
    });
    await wait(100);
    expect(answered).toBe(false);
    commits.release();
    expect((await put).status).toBe(200);
  });

  test('puts an object, and gets a range of it, without further credentials', async () => {
    const body = '0123456789';
    const put = await fetch(await presigned('PUT', 'digits'), {
      method: 'PUT',
      body,
      headers: { 'content-type': 'text/plain' },
    });
    expect([put.status, put.headers.get('etag')]).toEqual([200, etagOf(body)]);
    const part = await fetch(await presigned('GET', 'digits'), { headers: { range: 'bytes=2-4' } });
    expect([part.status, part.headers.get('content-type'), await part.text()]).toEqual([206, 'text/plain', '234']);
  });

  test('is good for its own method only', async () => {
    const response = await fetch(await presigned('GET', 'digits'), { method: 'PUT', body: 'x' });
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
  });

  test('may do what the role that signed it may', async () => {
    const arn = await provisionRole(local.iam, 'Uploader', [
      { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/in/*` },
    ]);
    const credentials = local.iam.assumeRole(arn, 'test');
    const upload = async (key: string) =>
      (await fetch(await presigned('PUT', key, credentials), { method: 'PUT', body: 'x' })).status;
    expect([await upload('in/a'), await upload('out/a')]).toEqual([200, 403]);
  });
});
