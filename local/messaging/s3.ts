import type { FastifyInstance } from 'fastify';
import type { CloudContext } from '../context.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../service.ts';
import type { FauxS3Store } from './fauxqs.ts';
import { createS3Persistence } from './persistence.ts';
import { refuseOtherThanTlsOnly } from './sqs.ts';

interface Operation {
  readonly action: string;
  readonly resource: string;
}

/** S3 with path-style addresses. The requests that fauxqs has right are passed on; all others are refused by name. */
export function createS3(context: CloudContext, store: FauxS3Store, app: FastifyInstance): { service: AwsService; providers: ResourceProvider[] } {
  const persistence = createS3Persistence(context.store);
  persistence.load(store);
  store.persistence = persistence;
  const service: AwsService = {
    signingNames: ['s3'],
    permissions: (request) => [operationOf(request)],
    async handle(request) {
      const query = request.query.toString();
      const answer = await app.inject({
        method: request.method as 'GET',
        url: query ? `${request.path}?${query}` : request.path,
        headers: passedHeaders(request),
        payload: request.body,
      });
      return { status: answer.statusCode, headers: answerHeaders(answer.headers), body: answer.rawPayload };
    },
    error: s3Error,
  };
  return { service, providers: [bucketProvider(context, store), bucketPolicyProvider()] };
}

/** The body reaches here decoded and whole, so what described its transfer no longer holds. */
function passedHeaders(request: AwsRequest): Record<string, string> {
  const headers: Record<string, string> = { ...request.headers, host: 'localhost', 'content-length': String(request.body.length) };
  for (const name of ['transfer-encoding', 'x-amz-content-sha256', 'x-amz-decoded-content-length', 'x-amz-trailer', 'connection']) delete headers[name];
  if (headers['content-encoding'] !== undefined) {
    const encoding = headers['content-encoding'].split(',').map((part) => part.trim()).filter((part) => part !== 'aws-chunked').join(',');
    if (encoding) headers['content-encoding'] = encoding;
    else delete headers['content-encoding'];
  }
  return headers;
}

function answerHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name, value]) => value !== undefined && name !== 'connection' && name !== 'content-length')
      .map(([name, value]) => [name, String(value)]),
  );
}

/** Which S3 operation a REST request is (AWS: "Actions, resources, and condition keys for Amazon S3"). */
function operationOf(request: AwsRequest): Operation {
  const [, bucket = '', ...rest] = request.path.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const objectArn = `${bucketArn}/${key}`;
  const sub = [...request.query.keys()].find((name) => subresources.includes(name));
  const form = `${request.method} ${bucket ? (key ? 'object' : 'bucket') : 'service'}${sub ? `?${sub}` : ''}`;
  const found = ({
    'GET service': { action: 's3:ListAllMyBuckets', resource: '*' },
    'HEAD bucket': { action: 's3:ListBucket', resource: bucketArn },
    'GET bucket': { action: 's3:ListBucket', resource: bucketArn },
    'PUT bucket': { action: 's3:CreateBucket', resource: bucketArn },
    'DELETE bucket': { action: 's3:DeleteBucket', resource: bucketArn },
    'POST bucket?delete': { action: 's3:DeleteObject', resource: `${bucketArn}/*` },
    'PUT object': { action: 's3:PutObject', resource: objectArn },
    'GET object': { action: 's3:GetObject', resource: objectArn },
    'HEAD object': { action: 's3:GetObject', resource: objectArn },
    'DELETE object': { action: 's3:DeleteObject', resource: objectArn },
  } as Record<string, Operation>)[form];
  if (!found) throw new AwsError('NotImplemented', `s3: ${form} is not honoured by the local cloud.`, 501);
  return found;
}

/** Query names that make another operation of the same method and path. */
const subresources = [
  'acl', 'analytics', 'attributes', 'cors', 'delete', 'encryption', 'intelligent-tiering', 'inventory', 'legal-hold', 'lifecycle', 'logging',
  'metrics', 'notification', 'object-lock', 'ownershipControls', 'policy', 'publicAccessBlock', 'renameObject', 'replication', 'requestPayment', 'restore', 'retention',
  'select', 'tagging', 'torrent', 'uploadId', 'uploads', 'versioning', 'versions', 'website',
];

function s3Error(error: AwsError, request: AwsRequest): AwsResponse {
  const code = error.code === 'AccessDeniedException' ? 'AccessDenied' : error.code === 'UnrecognizedClientException' ? 'InvalidAccessKeyId' : error.code;
  const status = code === 'AccessDenied' ? 403 : error.status;
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: request.method === 'HEAD' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escape(code)}</Code><Message>${escape(error.message)}</Message><Resource>${escape(request.path)}</Resource></Error>`,
  };
}

function bucketProvider(context: CloudContext, store: FauxS3Store): ResourceProvider {
  return {
    type: 'AWS::S3::Bucket',
    honoured: ['BucketName'],
    noEffect: {
      BucketEncryption: 'state on this machine is as safe as its disk',
      PublicAccessBlockConfiguration: 'the endpoint listens on loopback and takes signed requests only',
      OwnershipControls: 'there is one account',
      LifecycleConfiguration: 'objects of a development machine are cleared by --fresh',
      VersioningConfiguration: 'one version is kept: nothing reads older ones through the operations that are honoured',
      LoggingConfiguration: 'access logs are for an audit in AWS',
      Tags: 'nothing reads them',
    },
    provision({ properties, generatedName }) {
      const name = String(properties['BucketName'] ?? generatedName.toLowerCase().replace(/[^a-z0-9-]/g, '-'));
      if (!store.hasBucket(name)) store.createBucket(name);
      return {
        ref: name,
        attributes: {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
        },
      };
    },
  };
}

function bucketPolicyProvider(): ResourceProvider {
  return {
    type: 'AWS::S3::BucketPolicy',
    honoured: ['Bucket', 'PolicyDocument'],
    noEffect: {},
    provision({ properties, generatedName }) {
      refuseOtherThanTlsOnly(properties['PolicyDocument']);
      return { ref: generatedName, attributes: {} };
    },
  };
}
