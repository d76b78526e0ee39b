import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AwsRequest, type AwsService, restJsonError } from '../../../../local/service.ts';
import { signedHeaders } from '../../../../scripts/signing.ts';
import { account, type LocalEdge, provisionRole, startLocalEdge } from '../edge/localEdge.ts';

describe('the edge', () => {
  let local: LocalEdge;
  const seen: AwsRequest[] = [];
  let handle: AwsService['handle'] = () => ({ status: 200 });

  beforeAll(async () => {
    const service: AwsService = {
      signingNames: ['execute-api'],
      permissions: ({ path }) => [{ action: 'test:Call', resource: path }],
      handle: (request) => {
        seen.push(request);
        return handle(request);
      },
      error: restJsonError,
    };
    local = await startLocalEdge({ services: () => [service] });
  });
  afterAll(() => local.close());

  const call = (
    path: string,
    { method = 'GET', credentials = account as typeof account & { sessionToken?: string } } = {},
  ) => {
    const url = `${local.client.endpoint}${path}`;
    return fetch(url, { method, headers: signedHeaders({ url, region: 'us-east-1', credentials, method }) });
  };

  test('gives a service the request and who made it', async () => {
    expect((await call('/some/path?b=1&a=%20')).status).toBe(200);
    expect(seen.at(-1)).toMatchObject({
      service: 'execute-api',
      region: 'us-east-1',
      operation: undefined,
      method: 'GET',
      path: '/some/path',
      principal: { kind: 'account' },
    });
    expect(seen.at(-1)?.query.get('a')).toBe(' ');
    expect(local.edge.calls['execute-api']).toMatchObject({ GET: 1 });
  });

  test('answers HEAD with the length of the body, and without it', async () => {
    handle = () => ({ status: 200, body: 'hello' });
    const response = await call('/', { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('5');
    expect(await response.text()).toBe('');
  });

  test('answers what is already safe on disk', async () => {
    local.context.store.db.exec('CREATE TABLE t (v INTEGER)');
    handle = () => {
      local.context.store.write(() => local.context.store.db.exec('INSERT INTO t VALUES (1)'));
      return { status: 200 };
    };
    await call('/');
    expect(local.context.store.db.isTransaction).toBe(false);
  });

  test('refuses a role what it lacks with 403, where the operation is in the path', async () => {
    handle = () => ({ status: 200 });
    const role = await provisionRole(local.iam, 'caller', [
      { Effect: 'Allow', Action: 'test:Call', Resource: '/allowed' },
    ]);
    const { sessionToken = '', ...key } = local.iam.assumeRole(role, 'session');
    const credentials = { ...key, sessionToken };
    expect((await call('/allowed', { credentials })).status).toBe(200);
    const refused = await call('/other', { credentials });
    expect([refused.status, refused.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException']);
    expect(await refused.json()).toEqual({
      message:
        'User: arn:aws:sts::000000000000:assumed-role/caller/session is not authorized to perform: test:Call on resource: /other because no identity-based policy allows the test:Call action',
    });
  });

  test('says when it is itself at fault, and logs it', async () => {
    handle = () => {
      throw new Error('a bug');
    };
    const response = await call('/');
    expect([response.status, await response.json()]).toEqual([
      500,
      { message: 'The local cloud failed: Error: a bug' },
    ]);
    expect(local.context.logged.at(-1)).toContain('a bug');
  });

  test('takes no body above 64 MiB', async () => {
    const response = await fetch(local.client.endpoint, { method: 'POST', body: new Uint8Array(66 * 1024 * 1024) });
    expect([response.status, await response.json()]).toEqual([
      413,
      expect.objectContaining({ __type: 'RequestEntityTooLargeException' }),
    ]);
  });
});
