import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { group } from './conforms.ts';
import { connect, region, uniqueName } from './target.ts';

// Emulators on one host name have no name per bucket.
const s3 = connect(S3Client, { forcePathStyle: true });

group(
  'S3',
  () => s3.send(new ListBucketsCommand({})),
  ({ conforms, resource }) => {
    const bucket = resource(
      async () => {
        const Bucket = uniqueName('bucket');
        const elsewhere = region !== 'us-east-1' && {
          CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' },
        };
        await s3.send(new CreateBucketCommand({ Bucket, ...elsewhere }));
        return Bucket;
      },
      async (Bucket) => {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
        for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
        await s3.send(new DeleteBucketCommand({ Bucket }));
      },
    );
    const put = async (Key: string, Body: string, more: object = {}) =>
      s3.send(new PutObjectCommand({ Bucket: await bucket(), Key, Body, ...more }));

    conforms('an object comes back with its type, metadata and ETag', 'GetObject', async () => {
      const Key = 'folder/ä b+c.txt';
      const { ETag } = await put(Key, 'hello', { ContentType: 'text/plain', Metadata: { site: 'north' } });
      const found = await s3.send(new GetObjectCommand({ Bucket: await bucket(), Key }));
      expect(await found.Body?.transformToString()).toBe('hello');
      expect(found).toMatchObject({ ContentType: 'text/plain', ContentLength: 5, Metadata: { site: 'north' }, ETag });
      expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    });

    conforms('a range is answered with that part', 'GetObject', async () => {
      await put('digits', '0123456789');
      const found = await s3.send(new GetObjectCommand({ Bucket: await bucket(), Key: 'digits', Range: 'bytes=2-4' }));
      expect(await found.Body?.transformToString()).toBe('234');
      expect(found.ContentRange).toBe('bytes 2-4/10');
    });

    conforms('a range behind the end is refused', 'GetObject', async () => {
      await put('digits', '0123456789');
      const getting = s3.send(new GetObjectCommand({ Bucket: await bucket(), Key: 'digits', Range: 'bytes=20-30' }));
      await expect(getting).rejects.toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
    });

    conforms('an object that is not there is NoSuchKey, and NotFound to HEAD', 'Error responses', async () => {
      const where = { Bucket: await bucket(), Key: 'none' };
      await expect(s3.send(new GetObjectCommand(where))).rejects.toMatchObject({ name: 'NoSuchKey' });
      await expect(s3.send(new HeadObjectCommand(where))).rejects.toMatchObject({ name: 'NotFound' });
    });

    conforms('a bucket that is not there is NoSuchBucket', 'Error responses', async () => {
      const listing = s3.send(new ListObjectsV2Command({ Bucket: uniqueName('none') }));
      await expect(listing).rejects.toMatchObject({ name: 'NoSuchBucket' });
    });

    conforms('keys are listed in order, by prefix, grouped by delimiter, in pages', 'ListObjectsV2', async () => {
      for (const key of ['l/c', 'l/a/1', 'l/a/2', 'l/b']) await put(key, key);
      const Bucket = await bucket();
      const grouped = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/' }));
      expect(grouped.Contents?.map(({ Key }) => Key)).toEqual(['l/b', 'l/c']);
      expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'l/a/' }]);
      const first = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'l/', MaxKeys: 3 }));
      expect([first.IsTruncated, first.KeyCount]).toEqual([true, 3]);
      const second = await s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'l/', ContinuationToken: first.NextContinuationToken }),
      );
      expect(second.Contents?.map(({ Key }) => Key)).toEqual(['l/c']);
    });

    conforms(
      'a conditional write does not overwrite',
      'Prevent object overwrites with conditional writes',
      async () => {
        await put('conditional', 'first', { IfNoneMatch: '*' });
        await expect(put('conditional', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
          name: 'PreconditionFailed',
          $metadata: { httpStatusCode: 412 },
        });
      },
    );

    conforms('an unchanged object is answered with 304', 'GetObject', async () => {
      const { ETag } = await put('cached', 'x');
      const getting = s3.send(new GetObjectCommand({ Bucket: await bucket(), Key: 'cached', IfNoneMatch: ETag }));
      await expect(getting).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    });

    conforms('a wrong checksum is refused', 'Checking object integrity in Amazon S3', async () => {
      await expect(put('checked', 'x', { ChecksumSHA256: Buffer.alloc(32).toString('base64') })).rejects.toMatchObject({
        $metadata: { httpStatusCode: 400 },
      });
    });

    conforms('deleting many answers for each key, there or not', 'DeleteObjects', async () => {
      await put('gone', 'x');
      const { Deleted } = await s3.send(
        new DeleteObjectsCommand({
          Bucket: await bucket(),
          Delete: { Objects: [{ Key: 'gone' }, { Key: 'never-there' }] },
        }),
      );
      expect(Deleted?.map(({ Key }) => Key).sort()).toEqual(['gone', 'never-there']);
    });

    conforms('a bucket that holds objects is not deleted', 'DeleteBucket', async () => {
      await put('keeps', 'x');
      const deleting = s3.send(new DeleteBucketCommand({ Bucket: await bucket() }));
      await expect(deleting).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    });

    conforms('an object is uploaded in parts', 'Uploading and copying objects using multipart upload', async () => {
      const where = { Bucket: await bucket(), Key: 'parts' };
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(where));
      expect(UploadId).toBeTruthy();
      await s3.send(new AbortMultipartUploadCommand({ ...where, UploadId }));
    });
  },
);
