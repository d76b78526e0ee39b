import type { CloudContext } from '../context.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { createBucket } from './s3Buckets.ts';
import { type ExpirationRule, readLifecycle } from './s3Lifecycle.ts';
import type { S3Objects } from './s3Objects.ts';
import { refuseOtherThanTlsOnly } from './tlsOnly.ts';

/** CloudFormation resources of S3. */
export function s3Providers(
  context: CloudContext,
  objects: S3Objects,
  lifecycles: Map<string, readonly ExpirationRule[]>,
): ResourceProvider[] {
  return [bucketProvider(context, objects, lifecycles), bucketPolicyProvider()];
}

function bucketProvider(
  context: CloudContext,
  objects: S3Objects,
  lifecycles: Map<string, readonly ExpirationRule[]>,
): ResourceProvider {
  const rule = (name: string) => `LifecycleConfiguration.Rules.*.${name}`;
  return {
    type: 'AWS::S3::Bucket',
    honoured: [
      'BucketName',
      ...['Id', 'Status', 'Prefix', 'ExpirationInDays', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'].map(rule),
    ],
    noEffect: {
      BucketEncryption: 'state on this machine is as safe as its disk',
      PublicAccessBlockConfiguration: 'the endpoint listens on loopback and takes signed requests only',
      OwnershipControls: 'there is one account',
      [rule('Transition')]: 'all storage is one disk',
      [rule('Transitions')]: 'all storage is one disk',
      [rule('AbortIncompleteMultipartUpload')]: 'there are no multipart uploads',
      VersioningConfiguration: 'one version is kept: nothing reads older ones through the operations that are honoured',
      LoggingConfiguration: 'access logs are for an audit in AWS',
      Tags: 'nothing reads them',
    },
    provision({ properties, generatedName }) {
      const name = String(properties['BucketName'] ?? generatedName.toLowerCase().replace(/[^a-z0-9-]/g, '-'));
      lifecycles.set(name, readLifecycle(properties['LifecycleConfiguration']));
      createBucket(objects, name);
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
