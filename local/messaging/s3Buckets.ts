import { AwsError, type AwsResponse } from '../service.ts';
import type { ListRequest, S3Objects } from './s3Objects.ts';
import { element, xml } from './s3Xml.ts';

export function listBuckets(objects: S3Objects): AwsResponse {
  const buckets = objects
    .buckets()
    .map(({ name, created }) => `<Bucket>${element('Name', name)}${element('CreationDate', created)}</Bucket>`);
  return xml('ListAllMyBucketsResult', `<Buckets>${buckets.join('')}</Buckets>`);
}

/** AWS: "General purpose bucket naming rules". */
const bucketName = /^(?!.*\.\.)(?!(\d+\.){3}\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export function createBucket(objects: S3Objects, bucket: string): AwsResponse {
  if (!bucketName.test(bucket)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  objects.addBucket(bucket);
  return { status: 200, headers: { location: `/${bucket}` } };
}

export function deleteBucket(objects: S3Objects, bucket: string): AwsResponse {
  const { objects: some } = objects.list(bucket, { prefix: '', delimiter: '', after: '', limit: 1 });
  if (some.length > 0) throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
  objects.dropBucket(bucket);
  return { status: 204 };
}

export function listObjects(objects: S3Objects, bucket: string, query: URLSearchParams): AwsResponse {
  if (query.get('list-type') !== '2')
    throw new AwsError('NotImplemented', 's3: ListObjects is not honoured by the local cloud; ListObjectsV2 is.', 501);
  const limit = Number(query.get('max-keys') ?? 1000);
  if (!Number.isInteger(limit) || limit < 0)
    throw new AwsError('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  const token = query.get('continuation-token');
  const request: ListRequest = {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    after: token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString(),
    limit: Math.min(limit, 1000),
  };
  const listing = objects.list(bucket, request);
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;
  return xml(
    'ListBucketResult',
    [
      element('Name', bucket),
      element('Prefix', encode(request.prefix)),
      request.delimiter && element('Delimiter', encode(request.delimiter)),
      element('MaxKeys', request.limit),
      element('KeyCount', listing.objects.length + listing.commonPrefixes.length),
      element('IsTruncated', listing.next !== undefined),
      query.has('encoding-type') && element('EncodingType', query.get('encoding-type')),
      query.has('start-after') && element('StartAfter', encode(query.get('start-after') ?? '')),
      token !== null && element('ContinuationToken', token),
      listing.next !== undefined && element('NextContinuationToken', Buffer.from(listing.next).toString('base64url')),
      ...listing.objects.map(
        ({ key, lastModified, etag, contentLength }) =>
          `<Contents>${element('Key', encode(key))}${element('LastModified', lastModified)}${element('ETag', etag)}${element('Size', contentLength)}${element('StorageClass', 'STANDARD')}</Contents>`,
      ),
      ...listing.commonPrefixes.map(
        (prefix) => `<CommonPrefixes>${element('Prefix', encode(prefix))}</CommonPrefixes>`,
      ),
    ]
      .filter(Boolean)
      .join(''),
  );
}
