import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLambda, type Lambda } from '../../../../local/lambda/lambda.ts';
import { type LocalEdge, provision, provisionRole, startLocalEdge, temporaryFolder } from '../edge/localEdge.ts';

const root = join(import.meta.dirname, '../../../..');
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:allowed';

/** Sends to the queue that the event names, with the SDK and nothing but its environment. */
const code = `
  import { createRequire } from 'node:module';
  const { SQSClient, SendMessageCommand } = createRequire(${JSON.stringify(join(root, 'package.json'))})('@aws-sdk/client-sqs');
  const sqs = new SQSClient({ maxAttempts: 1 });
  export const handler = async ({ QueueUrl }) => {
    try {
      return await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'from the function' }));
    } catch ({ name, message, $metadata, Code }) {
      return { name, message, Code, status: $metadata.httpStatusCode };
    }
  };`;

const asRole = (local: LocalEdge, role: string) => {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = local.iam.assumeRole(role, 'session');
  return { ...local.client, credentials: { accessKeyId, secretAccessKey, sessionToken } };
};

describe("a function's role", () => {
  const folder = temporaryFolder();
  let local: LocalEdge;
  let lambda: Lambda;
  let functionArn: string;
  let roleArn: string;

  beforeAll(async () => {
    let made: Lambda | undefined;
    local = await startLocalEdge({
      services: ({ context, iam, messaging }) => {
        made = createLambda({ ...context, stateDir: join(folder.path, 'state') }, { iam, queues: messaging.queues });
        return [made.service];
      },
    });
    lambda = made as Lambda;
    for (const QueueName of ['allowed', 'denied', 'forbidden'])
      await provision(local.messaging.providers, 'AWS::SQS::Queue', { QueueName });
    await provision(local.messaging.providers, 'AWS::S3::Bucket', { BucketName: 'bucket' });
    roleArn = await provisionRole(local.iam, 'sender', [
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: [queueArn, queueArn.replace('allowed', 'forbidden')] },
      { Effect: 'Deny', Action: 'sqs:*', Resource: queueArn.replace('allowed', 'forbidden') },
      { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::bucket/allowed/*' },
    ]);
    writeFileSync(join(folder.path, 'index.mjs'), code);
    const { attributes } = await provision(
      lambda.providers,
      'AWS::Lambda::Function',
      {
        FunctionName: 'sender',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: roleArn,
        Code: { S3Key: 'code.zip' },
        Timeout: 20,
        MemorySize: 256,
      },
      { assets: new Map([['code.zip', folder.path]]) },
    );
    functionArn = String(attributes['Arn']);
  });

  afterAll(async () => {
    await lambda.close();
    await local.close();
    folder.remove();
  });

  const sendTo = async (name: string) =>
    (await lambda.functions.invoke(functionArn, { QueueUrl: `${local.client.endpoint}/000000000000/${name}` })).payload;

  test('lets it do what it grants', async () => {
    expect(await sendTo('allowed')).toMatchObject({ MessageId: expect.any(String) });
    expect(local.messaging.queues.receive(queueArn, 1)).toEqual([
      expect.objectContaining({ body: 'from the function' }),
    ]);
  });

  test('lets it do nothing else, in the words of AWS', async () => {
    expect(await sendTo('denied')).toEqual({
      name: 'AccessDenied',
      Code: 'AccessDenied',
      status: 403,
      message:
        'User: arn:aws:sts::000000000000:assumed-role/sender/sender is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:denied because no identity-based policy allows the sqs:SendMessage action',
    });
  });

  test('may deny what it grants elsewhere', async () => {
    expect(await sendTo('forbidden')).toMatchObject({
      message: expect.stringMatching(
        /arn:aws:sqs:us-east-1:000000000000:forbidden with an explicit deny in an identity-based policy$/,
      ),
    });
  });

  test('grants what a policy adds, though it was refused before', async () => {
    const role = await provisionRole(local.iam, 'growing', []);
    const send = (): boolean => local.iam.isAllowed(role, 'sqs:SendMessage', queueArn);
    expect(send()).toBe(false);
    await provision(local.iam.providers, 'AWS::IAM::Policy', {
      PolicyName: 'Added',
      Roles: ['growing'],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn }],
      },
    });
    expect(send()).toBe(true);
  });

  test('is asked by S3, which quotes the resource', async () => {
    const s3 = new S3Client({ ...asRole(local, roleArn), forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'allowed/a', Body: 'x' }));
    await expect(s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'other', Body: 'x' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message:
        'User: arn:aws:sts::000000000000:assumed-role/sender/session is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::bucket/other" because no identity-based policy allows the s3:PutObject action',
    });
    s3.destroy();
  });

  test('is taken with its session token only', async () => {
    const config = asRole(local, roleArn);
    const sqs = new SQSClient({ ...config, credentials: { ...config.credentials, sessionToken: 'made up' } });
    await expect(
      sqs.send(new SendMessageCommand({ QueueUrl: `${local.client.endpoint}/000000000000/allowed`, MessageBody: 'x' })),
    ).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
    sqs.destroy();
  });

  test('must trust Lambda, or the function is refused', async () => {
    const role = await provision(local.iam.providers, 'AWS::IAM::Role', {
      RoleName: 'for-iot',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'iot.amazonaws.com' } }],
      },
    });
    const properties = {
      FunctionName: 'other',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role.attributes['Arn'],
      Code: { S3Key: 'code.zip' },
    };
    await expect(
      provision(lambda.providers, 'AWS::Lambda::Function', properties, {
        assets: new Map([['code.zip', folder.path]]),
      }),
    ).rejects.toMatchObject({
      property: 'Role',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
  });
});
