import type { CloudContext } from '../context.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, type Permission } from '../service.ts';
import { createBucket, deleteBucket, listBuckets, listObjects } from './s3Buckets.ts';
import { type ExpirationRule, expireObjects } from './s3Lifecycle.ts';
import { deleteObject, deleteObjects, getObject, putObject, responseOverrides } from './s3ObjectOperations.ts';
import { openObjects, type S3Objects } from './s3Objects.ts';
import { s3Providers } from './s3Providers.ts';
import { element } from './s3Xml.ts';

/** S3 looks once a day. */
const lifecycleSweepMilliseconds = 60_000;

interface Operation {
  readonly action: string;
  readonly resource: string;
  /** Query names that it takes. Any other makes another operation of the same method and path, or one that is not honoured. */
  readonly takes?: readonly string[];
  run(): AwsResponse;
}

/** S3 with path-style addresses: objects in one piece, one version of each. What isn't here is refused by name. */
export function createS3(context: CloudContext): {
  service: AwsService;
  providers: ResourceProvider[];
  /** Deletes what is too old by its bucket's lifecycle at this time (epoch milliseconds). */
  expire(now: number): void;
  close(): void;
} {
  const objects = openObjects(context.store);
  const lifecycles = new Map<string, readonly ExpirationRule[]>();
  const expire = (now: number) => expireObjects(objects, lifecycles, now);
  const sweep = setInterval(() => expire(Date.now()), lifecycleSweepMilliseconds);
  sweep.unref();
  const service: AwsService = {
    signingNames: ['s3'],
    permissions(request): Permission[] {
      const { action, resource } = operationOf(request, objects, context.region);
      return [{ action, resource }];
    },
    handle: (request) => operationOf(request, objects, context.region).run(),
    error: s3Error,
  };
  return { service, providers: s3Providers(context, objects, lifecycles), expire, close: () => clearInterval(sweep) };
}

/** Which operation a REST request is (AWS: "Actions, resources, and condition keys for Amazon S3"). */
function operationOf(request: AwsRequest, objects: S3Objects, region: string): Operation {
  const [, bucket = '', ...rest] = request.path.split('/');
  const key = decodeKey(rest.join('/'));
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const objectArn = `${bucketArn}/${key}`;
  const level = bucket ? (key ? 'object' : 'bucket') : 'service';
  const variant = request.query.has('delete') ? '?delete' : '';
  const form = `${request.method} ${level}${variant}`;
  const inBucket = (work: () => AwsResponse) => () => {
    if (!objects.hasBucket(bucket)) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return work();
  };
  const found = (
    {
      'GET service': { action: 's3:ListAllMyBuckets', resource: '*', run: () => listBuckets(objects) },
      'HEAD bucket': {
        action: 's3:ListBucket',
        resource: bucketArn,
        run: inBucket(() => ({ status: 200, headers: { 'x-amz-bucket-region': region } })),
      },
      'GET bucket': {
        action: 's3:ListBucket',
        resource: bucketArn,
        takes: listNames,
        run: inBucket(() => listObjects(objects, bucket, request.query)),
      },
      'PUT bucket': { action: 's3:CreateBucket', resource: bucketArn, run: () => createBucket(objects, bucket) },
      'DELETE bucket': {
        action: 's3:DeleteBucket',
        resource: bucketArn,
        run: inBucket(() => deleteBucket(objects, bucket)),
      },
      'POST bucket?delete': {
        action: 's3:DeleteObject',
        resource: `${bucketArn}/*`,
        takes: ['delete'],
        run: inBucket(() => deleteObjects(objects, bucket, request)),
      },
      'PUT object': {
        action: 's3:PutObject',
        resource: objectArn,
        run: inBucket(() => putObject(objects, bucket, key, request)),
      },
      'GET object': {
        action: 's3:GetObject',
        resource: objectArn,
        takes: responseOverrides,
        run: inBucket(() => getObject(objects, bucket, key, request)),
      },
      'HEAD object': {
        action: 's3:GetObject',
        resource: objectArn,
        takes: responseOverrides,
        run: inBucket(() => getObject(objects, bucket, key, request)),
      },
      'DELETE object': {
        action: 's3:DeleteObject',
        resource: objectArn,
        run: inBucket(() => deleteObject(objects, bucket, key, request)),
      },
    } as Record<string, Operation>
  )[form];
  const stranger = [...request.query.keys()].find(
    (name) => name !== 'x-id' && !/^x-amz-/i.test(name) && !found?.takes?.includes(name),
  );
  if (!found || stranger !== undefined) {
    throw new AwsError(
      'NotImplemented',
      `s3: ${form}${stranger === undefined ? '' : ` with ${stranger}`} is not honoured by the local cloud.`,
      501,
    );
  }
  return found;
}

const listNames = [
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'start-after',
  'continuation-token',
  'encoding-type',
  'fetch-owner',
];

function decodeKey(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** Error codes of S3 where they differ from those of the other services (Amazon S3 API reference: "Error responses"). */
const errorCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  MissingAuthenticationTokenException: 'AccessDenied',
  UnrecognizedClientException: 'InvalidAccessKeyId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
};

function s3Error(error: AwsError, request: AwsRequest): AwsResponse {
  const code = errorCodes[error.code] ?? error.code;
  const message =
    code === 'InvalidAccessKeyId'
      ? 'The AWS Access Key Id you provided does not exist in our records.'
      : error.message.replace(/ on resource: (\S+)/, ' on resource: "$1"');
  const fields = Object.entries(error.fields).map(([name, value]) => element(name, value));
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${element('Code', code)}${element('Message', message)}${fields.join('')}${element('Resource', request.path)}</Error>`,
  };
}
