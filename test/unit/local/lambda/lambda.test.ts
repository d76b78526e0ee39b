import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createIam, type Iam } from '../../../../local/identity/iam.ts';
import { createLambda, type Lambda } from '../../../../local/lambda/lambda.ts';
import type { QueuePort } from '../../../../local/ports.ts';
import type { AwsRequest } from '../../../../local/service.ts';
import { account, eventually, provision, provisionRole, temporaryFolder, testContext } from '../edge/localEdge.ts';

const folder = temporaryFolder();
const stateDir = join(folder.path, 'state');
let lambda: Lambda;
let iam: Iam;
let roleArn: string;

const functionWith = (properties: Record<string, unknown> = {}, assets = new Map([['code.zip', folder.path]])) =>
  provision(
    lambda.providers,
    'AWS::Lambda::Function',
    {
      FunctionName: 'echo',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: roleArn,
      Code: { S3Key: 'code.zip' },
      ...properties,
    },
    { assets },
  );

beforeAll(async () => {
  mkdirSync(stateDir);
  writeFileSync(
    join(folder.path, 'index.mjs'),
    'export const handler = async (event) => { console.log("seen"); if (event.later) console.log("ran later"); if (event.fail) throw new Error("told to"); return { event, env: process.env }; };',
  );
  const context = testContext({ stateDir, endpointUrl: 'http://127.0.0.1:4566' });
  iam = createIam(context, account);
  roleArn = await provisionRole(iam, 'echo', []);
  lambda = createLambda(context, { iam, queues: {} as QueuePort });
  await functionWith({ Environment: { Variables: { TABLE: 'devices' } }, MemorySize: 256 });
});

afterAll(async () => {
  await lambda.close();
  folder.remove();
});

describe('the environment of a function', () => {
  test('has what Lambda sets, and credentials of its role', async () => {
    const { payload } = await lambda.functions.invoke('echo', {});
    const { env } = payload as { env: Record<string, string> };
    expect(env).toEqual({
      TABLE: 'devices',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SECRET_ACCESS_KEY: expect.any(String),
      AWS_SESSION_TOKEN: expect.any(String),
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'echo',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/echo',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
      AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
      LAMBDA_TASK_ROOT: folder.path,
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: expect.any(String),
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      HOME: expect.any(String),
    });
    expect(existsSync(String(env['HOME']))).toBe(false);
    expect(iam.identify(String(env['AWS_ACCESS_KEY_ID']))?.principal).toEqual({
      kind: 'role',
      roleArn,
      arn: 'arn:aws:sts::000000000000:assumed-role/echo/echo',
    });
  });

  test.each([
    [
      'a variable that Lambda sets itself',
      { Environment: { Variables: { AWS_REGION: 'eu-west-1' } } },
      'Environment.Variables',
    ],
    ['more than 4 KB of variables', { Environment: { Variables: { A: 'x'.repeat(4096) } } }, 'Environment.Variables'],
    ['another language', { Runtime: 'python3.13' }, 'Runtime'],
    ['code that is no asset', { Code: { S3Key: 'elsewhere.zip' } }, 'Code'],
  ])('is refused with %s', async (_, properties, property) => {
    await expect(functionWith(properties)).rejects.toMatchObject({ name: 'NotHonoured', property });
  });
});

describe('Invoke', () => {
  const request = (
    body: string,
    { path = '/2015-03-31/functions/echo/invocations', ...headers }: Record<string, string> = {},
  ): AwsRequest => ({
    service: 'lambda',
    region: 'us-east-1',
    operation: undefined,
    method: 'POST',
    path,
    query: new URLSearchParams(),
    headers,
    body: Buffer.from(body),
    principal: { kind: 'account', arn: '' },
  });
  const invoke = async (body: string, headers: Record<string, string> = {}) =>
    lambda.service.handle(request(body, headers));

  test('answers the result, or the error of the function', async () => {
    const answered = await invoke('{"a":1}');
    expect(answered).toMatchObject({ status: 200, headers: { 'x-amz-executed-version': '$LATEST' } });
    expect(JSON.parse(String(answered.body))).toMatchObject({ event: { a: 1 } });
    const failed = await invoke('{"fail":true}');
    expect(failed).toMatchObject({ status: 200, headers: { 'x-amz-function-error': 'Unhandled' } });
    expect(JSON.parse(String(failed.body))).toMatchObject({ errorType: 'Error', errorMessage: 'told to' });
  });

  test('takes an event that nobody waits for, and runs it later', async () => {
    expect(await invoke('{"later":1}', { 'x-amz-invocation-type': 'Event' })).toEqual({ status: 202 });
    await lambda.invocations.runDue();
    const log = await eventually(
      () => readFileSync(join(dirname(stateDir), 'logs', 'echo.log'), 'utf8'),
      (text) => text.includes('ran later'),
    );
    expect(log.match(/ran later/g)).toHaveLength(1);
  });

  test('may only ask whether it could', async () => {
    expect(await invoke('{}', { 'x-amz-invocation-type': 'DryRun' })).toEqual({ status: 204 });
  });

  test('needs the permission for that function', () => {
    expect(lambda.service.permissions(request(''))).toEqual([
      { action: 'lambda:InvokeFunction', resource: 'arn:aws:lambda:us-east-1:000000000000:function:echo' },
    ]);
  });

  test.each([
    ['an event that is no JSON', '{', {}, 'InvalidRequestContentException', 400],
    ['an event above 6 MB', JSON.stringify('x'.repeat(6 * 1024 * 1024)), {}, 'RequestTooLargeException', 413],
    [
      'an unknown function',
      '{}',
      { path: '/2015-03-31/functions/nobody/invocations' },
      'ResourceNotFoundException',
      404,
    ],
    ['an unknown way to invoke', '{}', { 'x-amz-invocation-type': 'Later' }, 'InvalidParameterValueException', 400],
    [
      'an asynchronous event above 1 MB',
      JSON.stringify('x'.repeat(1024 * 1024)),
      { 'x-amz-invocation-type': 'Event' },
      'RequestTooLargeException',
      413,
    ],
    ['another operation', '{}', { path: '/2015-03-31/functions' }, 'UnknownOperationException', 404],
  ])('refuses %s', async (_, body, headers, code, status) => {
    await expect(invoke(body, headers as Record<string, string>)).rejects.toMatchObject({ code, status });
  });
});

describe('the resource policy of a function', () => {
  test('names who may invoke it, and for what', async () => {
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
    const may = (principal: string, sourceArn: string) =>
      lambda.functions.isInvocableBy(functionArn, principal, sourceArn);
    const source = 'arn:aws:execute-api:us-east-1:000000000000:api';
    expect(may('apigateway.amazonaws.com', `${source}/$default/GET/a`)).toBe(false);
    await provision(lambda.providers, 'AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `${source}/*/*/a`,
    });
    expect(may('apigateway.amazonaws.com', `${source}/$default/GET/a`)).toBe(true);
    expect(may('apigateway.amazonaws.com', `${source}/$default/GET/b`)).toBe(false);
    expect(may('apigateway.amazonaws.com', `${source.replace('api', 'other')}/$default/GET/a`)).toBe(false);
    expect(may('iot.amazonaws.com', `${source}/$default/GET/a`)).toBe(false);
  });
});

test('what a function prints is in its log file', async () => {
  await lambda.functions.invoke('echo', {});
  await eventually(
    () => readFileSync(join(dirname(stateDir), 'logs', 'echo.log'), 'utf8'),
    (text) => text.includes('seen') && text.includes('REPORT RequestId'),
  );
});
