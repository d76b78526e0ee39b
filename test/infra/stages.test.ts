import { describe, expect, test } from '@jest/globals';
import { ComposedApp } from './composedApp.ts';

const prod = new ComposedApp({ stage: 'prod' });
const dev = new ComposedApp({ stage: 'dev' });
const stores = [
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Logs::LogGroup',
  'AWS::Timestream::Database',
  'AWS::Timestream::Table',
];

describe('stage prod', () => {
  test.each(
    prod.resources('AWS::DynamoDB::Table').filter(({ stack, name }) => stack === 'Data' && name !== 'Ephemeral'),
  )(
    'table $name is protected, retained, encrypted and can be restored to a point in time',
    ({ deletionPolicy, properties }) => {
      expect(deletionPolicy).toBe('Retain');
      expect(properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      });
    },
  );

  test('connections and what expires by itself alone are thrown away, for they are worth nothing after a day', () => {
    const destroyed = stores
      .flatMap((type) => prod.resources(type))
      .filter((store) => store.deletionPolicy !== 'Retain');
    expect(destroyed.map(({ name }) => name).sort()).toEqual(['Connections', 'Ephemeral']);
  });

  test('every stack is protected from termination', () => {
    for (const stack of Object.values(prod.stacks)) expect(stack.terminationProtection).toBe(true);
  });
});

describe.each([
  ['prod', prod],
  ['dev', dev],
])('buckets of stage %s', (_, app) => {
  test.each(app.resources('AWS::S3::Bucket'))(
    '$name is encrypted, closed to the public, and speaks TLS only',
    ({ name, properties }) => {
      expect(properties).toMatchObject({
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      const statements = app
        .resources('AWS::S3::BucketPolicy')
        .filter((policy) => app.text(policy.properties.Bucket) === `{${name}}`)
        .flatMap((policy) => policy.properties.PolicyDocument.Statement);
      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    },
  );
});

describe('stage dev', () => {
  test('leaves nothing behind', () => {
    for (const { name, deletionPolicy } of stores.flatMap((type) => dev.resources(type))) {
      expect({ name, deletionPolicy }).toEqual({ name, deletionPolicy: 'Delete' });
    }
  });

  test('stands in the way of nobody who destroys it', () => {
    for (const { properties } of dev.resources('AWS::DynamoDB::Table')) {
      expect(properties.DeletionProtectionEnabled ?? false).toBe(false);
    }
    for (const stack of Object.values(dev.stacks)) expect(stack.terminationProtection).not.toBe(true);
  });
});

test('two stages share no name', () => {
  const names = (app: ComposedApp) =>
    ['AWS::IoT::TopicRule', 'AWS::IoT::Policy', 'AWS::IoT::ThingType', 'AWS::Timestream::Database'].flatMap((type) =>
      app.resources(type).map(({ properties: { RuleName, PolicyName, ThingTypeName, DatabaseName } }) => {
        return `${type} ${RuleName ?? PolicyName ?? ThingTypeName ?? DatabaseName}`;
      }),
    );
  const [one, other] = [names(prod), names(dev)];
  expect(one.length).toBeGreaterThan(4);
  expect(one.filter((name) => other.includes(name))).toEqual([]);
});
