import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { credentialScope, verifySignature } from '../../../../local/identity/signature.ts';
import { signedHeaders, signedWebSocketUrl } from '../../../../scripts/signing.ts';
import { account, type LocalEdge, provision, startLocalEdge } from '../edge/localEdge.ts';

const region = 'us-east-1';
let local: LocalEdge;
beforeAll(async () => {
  local = await startLocalEdge();
  await provision(local.messaging.providers, 'AWS::S3::Bucket', { BucketName: 'bucket' });
});
afterAll(() => local.close());

type Config = Pick<SQSClientConfig, 'credentials' | 'region' | 'systemClockOffset'>;

const listQueues = async (config: Config = {}) => {
  const client = new SQSClient({ ...local.client, ...config });
  try {
    return await client.send(new ListQueuesCommand({}));
  } finally {
    client.destroy();
  }
};
const putObject = async (config: Config = {}) => {
  const client = new S3Client({ ...local.client, ...config, forcePathStyle: true });
  try {
    return await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a', Body: 'x' }));
  } finally {
    client.destroy();
  }
};
/** What the edge does with a request of the account. */
const verify = (request: Parameters<typeof verifySignature>[0]) => {
  const scope = credentialScope(request);
  if (!scope) throw new Error('This request is not signed.');
  verifySignature(request, scope, account.secretAccessKey, region);
};
const minutes = (count: number) => count * 60_000;

describe('a signed request', () => {
  test('is taken when its signature is right, though the clock is a little off', async () => {
    await listQueues();
    await listQueues({ systemClockOffset: minutes(-4) });
    await putObject({ systemClockOffset: minutes(14) });
  });

  const wrongSecret = { credentials: { ...account, secretAccessKey: 'other' } };
  const unknownKey = { credentials: { ...account, accessKeyId: 'AKIAOTHER' } };

  test.each<[string, Config, string, string | RegExp]>([
    [
      'a wrong secret',
      wrongSecret,
      'InvalidSignatureException',
      /^The request signature we calculated does not match the signature you provided\./,
    ],
    [
      'an unknown key',
      unknownKey,
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ],
    [
      'a clock 6 minutes slow',
      { systemClockOffset: minutes(-6) },
      'InvalidSignatureException',
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
    ],
    [
      'a clock 6 minutes fast',
      { systemClockOffset: minutes(6) },
      'InvalidSignatureException',
      /^Signature not yet current: \S+ is still later than \S+ \(\S+ \+ 5 min\.\)$/,
    ],
    [
      'another region',
      { region: 'eu-west-1' },
      'InvalidSignatureException',
      /^Credential should be scoped to a valid region/,
    ],
  ])('with %s is refused by the JSON services with 400', async (_, config, name, message) => {
    await expect(listQueues(config)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each<[string, Config, string, string | RegExp]>([
    ['a wrong secret', wrongSecret, 'SignatureDoesNotMatch', /^The request signature we calculated/],
    [
      'an unknown key',
      unknownKey,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    ],
    [
      'a clock 16 minutes slow',
      { systemClockOffset: minutes(-16) },
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    ],
  ])('with %s is refused by S3 with 403', async (_, config, name, message) => {
    await expect(putObject(config)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe('a request that was changed on its way', () => {
  const url = 'http://127.0.0.1:1/api/devices?b=2&a=1';
  const received = (
    changes: { method?: string; path?: string; query?: string; body?: string; headers?: Record<string, string> } = {},
  ) => {
    const headers = {
      host: '127.0.0.1:1',
      ...signedHeaders({ url, region, credentials: account, body: 'sent', method: 'POST' }),
      ...changes.headers,
    };
    const request = {
      method: changes.method ?? 'POST',
      path: changes.path ?? '/api/devices',
      query: new URLSearchParams(changes.query ?? 'b=2&a=1'),
      headers,
      body: Buffer.from(changes.body ?? 'sent'),
    };
    return () => verify(request);
  };

  test('is told from the one that was signed', () => {
    expect(received()).not.toThrow();
    expect(received({ query: 'a=1&b=2' })).not.toThrow();
    for (const change of [
      { body: 'Sent' },
      { method: 'PUT' },
      { path: '/api/device' },
      { query: 'a=1&b=3' },
      { headers: { host: 'other' } },
    ]) {
      expect(received(change)).toThrow(expect.objectContaining({ code: 'InvalidSignatureException' }));
    }
  });

  test('on a day that its scope does not name is refused', () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    const { authorization = '' } = signedHeaders({ url, region, credentials: account });
    expect(received({ headers: { authorization: authorization.replace(/\/\d{8}\//, `/${tomorrow}/`) } })).toThrow(
      /^Date in Credential scope does not match/,
    );
  });
});

describe('an unsigned request', () => {
  const post = (headers: Record<string, string>) =>
    fetch(local.client.endpoint, {
      method: 'POST',
      body: '{}',
      headers: { 'x-amz-target': 'AmazonSQS.ListQueues', ...headers },
    });

  test('is refused', async () => {
    const response = await post({});
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      __type: 'MissingAuthenticationTokenException',
      message: 'Request is missing Authentication Token',
    });
  });

  test('with half a signature is refused', async () => {
    const response = await post({
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/sqs/aws4_request',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'IncompleteSignatureException' });
  });

  test('for a service that is not there says so', async () => {
    const response = await post({
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=00',
    });
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ message: "The local cloud has no service 'kinesis'." });
  });
});

describe('a presigned URL', () => {
  const open = (url: string) => {
    const { pathname, searchParams, host } = new URL(url);
    verify({ method: 'GET', path: pathname, query: searchParams, headers: { host }, body: Buffer.alloc(0) });
  };
  const websocketUrl = (now?: number) =>
    signedWebSocketUrl({
      url: 'ws://127.0.0.1:1/api/live',
      region,
      credentials: account,
      ...(now !== undefined && { now }),
    });

  test('of a WebSocket API is good for as long as it says', () => {
    open(websocketUrl());
    open(websocketUrl(Date.now() - minutes(4)));
    expect(() => open(websocketUrl(Date.now() - minutes(6)))).toThrow(/^Signature expired/);
    expect(() => open(`${websocketUrl()}&more=1`)).toThrow(
      expect.objectContaining({ code: 'InvalidSignatureException' }),
    );
  });

  /** Presigned by the SDK's own signer. */
  const presigned = async (expiresIn: number, signingDate = new Date()) => {
    const client = new S3Client({ ...local.client, forcePathStyle: true });
    const signer = (await client.config.signer()) as unknown as {
      presign(request: object, options: object): Promise<{ path: string; query: Record<string, string> }>;
    };
    const { hostname, port } = new URL(local.client.endpoint);
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/bucket/a',
      headers: { host: `${hostname}:${port}`, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      query: {},
    };
    const { path, query } = await signer.presign(request, {
      expiresIn,
      signingDate,
      unsignableHeaders: new Set(['x-amz-content-sha256']),
    });
    client.destroy();
    return `${local.client.endpoint}${path}?${new URLSearchParams(query)}`;
  };

  test('of S3 needs no more than itself, until it expires', async () => {
    await putObject();
    const response = await fetch(await presigned(60));
    expect([response.status, await response.text()]).toEqual([200, 'x']);
    const late = await fetch(await presigned(60, new Date(Date.now() - minutes(2))));
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
    const changed = await fetch((await presigned(60)).replace('/bucket/a', '/bucket/b'));
    expect([changed.status, await changed.text()]).toEqual([
      403,
      expect.stringContaining('<Code>SignatureDoesNotMatch</Code>'),
    ]);
  });

  test('of S3 lives for a week at most', async () => {
    const response = await fetch((await presigned(60)).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'));
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('<Code>AuthorizationQueryParametersError</Code>'),
    ]);
  });
});

test('S3 tells a body that is not the one that was hashed', async () => {
  const client = new S3Client({ ...local.client, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { body: string }).body = 'tampered';
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(
    client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a', Body: 'original' })),
  ).rejects.toMatchObject({ name: 'XAmzContentSHA256Mismatch' });
  await expect(client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'never' }))).rejects.toBeDefined();
  client.destroy();
});
