import { request as httpRequest } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually, holdCommits } from '../edge/localEdge.ts';
import { functionArn, type Gateway, makeApi, startGateway } from './gateway.ts';

let gateway: Gateway;
let base: string;
let apiId: string;

const cors = {
  AllowOrigins: ['https://app.example', 'http://*'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['content-type'],
  ExposeHeaders: ['etag'],
  MaxAge: 60,
};

beforeAll(async () => {
  gateway = await startGateway();
  const keys = [
    'GET /',
    'GET /pets',
    'ANY /pets',
    'GET /pets/{petId}',
    'GET /pets/dog',
    'GET /pets/{petId}/toys/{toy}',
    'GET /files/{path+}',
    'ANY /files/public/{path+}',
    'POST /pets',
  ];
  const api = await makeApi(
    gateway,
    { ProtocolType: 'HTTP' },
    {
      stage: '$default',
      routes: [...keys.map((RouteKey) => ({ RouteKey })), { RouteKey: 'GET /mine', AuthorizationType: 'AWS_IAM' }],
    },
  );
  apiId = api.apiId;
  base = `http://127.0.0.1:${gateway.port}${api.path}`;
});
afterAll(() => gateway.close());
afterEach(() => {
  gateway.events.length = 0;
  gateway.answer = () => ({ payload: { statusCode: 200 } });
  gateway.principal = undefined;
  gateway.mayInvokeApi = () => true;
  gateway.mayInvokeFunction = () => true;
});

const withFallback = async (
  routes: readonly Record<string, unknown>[],
  api: Record<string, unknown> = {},
  integration: Record<string, unknown> = {},
) => {
  const { path } = await makeApi(gateway, { ProtocolType: 'HTTP', ...api }, { stage: '$default', routes, integration });
  return `http://127.0.0.1:${gateway.port}${path}`;
};
const shown = async (response: Response) => [response.status, await response.text()];

test('a caller hears only of what a kill would leave', async () => {
  const commits = holdCommits(gateway.context);
  let answered = false;
  const call = fetch(`${base}/pets`, { method: 'POST' }).finally(() => {
    answered = true;
  });
  await eventually(() => gateway.events.length > 0);
  await wait(50);
  expect(answered).toBe(false);
  commits.release();
  expect((await call).status).toBe(200);
});

describe('the event of an HTTP API', () => {
  test('has payload format 2.0', async () => {
    const response = await fetch(`${base}/pets/Rex%20%26%20Co/toys/ball?color=red&color=dark%20blue&size=1`, {
      headers: { 'X-Custom': 'Yes', cookie: 'a=1; b=2', 'user-agent': 'tests' },
    });
    expect(response.status).toBe(200);
    const [event] = gateway.events;
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /pets/{petId}/toys/{toy}',
      rawPath: '/pets/Rex & Co/toys/ball',
      rawQueryString: 'color=red&color=dark%20blue&size=1',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({
        'x-custom': 'Yes',
        host: `127.0.0.1:${gateway.port}`,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
      }),
      queryStringParameters: { color: 'red,dark blue', size: '1' },
      pathParameters: { petId: 'Rex & Co', toy: 'ball' },
      requestContext: {
        accountId: '000000000000',
        apiId,
        domainName: `127.0.0.1:${gateway.port}`,
        domainPrefix: apiId,
        http: {
          method: 'GET',
          path: '/pets/Rex & Co/toys/ball',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tests',
        },
        requestId: expect.any(String),
        routeKey: 'GET /pets/{petId}/toys/{toy}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    expect(event?.headers).not.toHaveProperty('cookie');
  });

  test.each([
    ['application/json', false],
    ['application/problem+json', false],
    ['text/csv', false],
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
  ])('has a body of %s in base64: %p', async (type, isBase64Encoded) => {
    await fetch(`${base}/pets`, { method: 'POST', body: 'größe=1', headers: { 'content-type': type } });
    expect(gateway.events[0]).toMatchObject({
      isBase64Encoded,
      body: isBase64Encoded ? Buffer.from('größe=1').toString('base64') : 'größe=1',
    });
  });
});

describe('a route', () => {
  test.each([
    ['GET', '/', 'GET /', undefined],
    ['GET', '', 'GET /', undefined],
    ['GET', '/pets', 'GET /pets', undefined],
    ['DELETE', '/pets', 'ANY /pets', undefined],
    ['GET', '/pets/dog', 'GET /pets/dog', undefined],
    ['GET', '/pets/cat', 'GET /pets/{petId}', { petId: 'cat' }],
    ['GET', '/files/a/b.txt', 'GET /files/{path+}', { path: 'a/b.txt' }],
    ['GET', '/files/public/b.txt', 'ANY /files/public/{path+}', { path: 'b.txt' }],
  ])('for %s %s is %s', async (method, path, routeKey, parameters) => {
    await fetch(base + path, { method });
    expect(gateway.events[0]?.routeKey).toBe(routeKey);
    expect(gateway.events[0]?.pathParameters).toEqual(parameters);
  });

  test.each([
    ['GET', '/nowhere'],
    ['GET', '/pets/'],
    ['GET', '/pets/dog/more'],
    ['POST', '/pets/dog'],
    ['GET', '/files/'],
  ])('for %s %s is not there', async (method, path) => {
    const response = await fetch(base + path, { method });
    expect(await shown(response)).toEqual([404, '{"message":"Not Found"}']);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  test('may be $default, for what no other takes', async () => {
    const url = await withFallback([{ RouteKey: '$default' }, { RouteKey: 'GET /a' }]);
    await fetch(`${url}/a`);
    await fetch(`${url}/a`, { method: 'PUT' });
    await fetch(`${url}/b/c`);
    expect(gateway.events.map(({ routeKey }) => routeKey)).toEqual(['GET /a', '$default', '$default']);
  });

  test('of an API that is not there, or has no stage, is not found', async () => {
    expect(await shown(await fetch(`http://127.0.0.1:${gateway.port}/_aws/execute-api/nobody/pets`))).toEqual([
      404,
      '{"message":"Not Found"}',
    ]);
    const { ref } = await gateway.make('Api', { Name: 'bare', ProtocolType: 'HTTP' }, 'Bare');
    expect((await fetch(`http://127.0.0.1:${gateway.port}/_aws/execute-api/${ref}/`)).status).toBe(404);
  });

  test('with a path that cannot be decoded is a bad request', async () => {
    const status = await new Promise((resolve) => {
      httpRequest(`${base}/pets/%E0%A4%A`, (response) => resolve(response.resume().statusCode)).end();
    });
    expect(status).toBe(400);
  });
});

describe('IAM authorization', () => {
  const role = { kind: 'role', roleArn: 'role', arn: 'arn:aws:sts::000000000000:assumed-role/reader/session' } as const;

  test('refuses who has not signed', async () => {
    expect(await shown(await fetch(`${base}/mine`))).toEqual([403, '{"message":"Forbidden"}']);
    expect(gateway.events).toEqual([]);
  });

  test("asks the caller's role for execute-api:Invoke on the route", async () => {
    gateway.principal = role;
    const asked: string[] = [];
    gateway.mayInvokeApi = (resource) => {
      asked.push(resource);
      return false;
    };
    expect(await shown(await fetch(`${base}/mine?a=b`))).toEqual([403, '{"message":"Forbidden"}']);
    expect(asked).toEqual([`arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/mine`]);
  });

  test('tells the function who called', async () => {
    gateway.principal = role;
    await fetch(`${base}/mine`, {
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=ASIAKEY/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00',
      },
    });
    expect(gateway.events[0]?.requestContext.authorizer).toEqual({
      iam: {
        accessKey: 'ASIAKEY',
        accountId: '000000000000',
        callerId: role.arn,
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: role.arn,
        userId: role.arn,
      },
    });
  });
});

describe("the function's answer", () => {
  const answered = async (payload: unknown) => {
    gateway.answer = () => ({ payload });
    return fetch(`${base}/pets`);
  };

  test('is passed on: status, headers, cookies, body', async () => {
    const response = await answered({
      statusCode: 201,
      headers: { ETag: '"1"', 'Content-Type': 'application/json' },
      cookies: ['a=1', 'b=2; Secure'],
      body: '{"ok":true}',
    });
    expect([response.status, response.headers.get('etag'), response.headers.get('content-type')]).toEqual([
      201,
      '"1"',
      'application/json',
    ]);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; Secure']);
    expect(await response.json()).toEqual({ ok: true });
  });

  test('is plain text unless it says otherwise, and may be empty or in base64', async () => {
    const empty = await answered({ statusCode: 204 });
    expect([empty.status, empty.headers.get('content-type')]).toEqual([204, 'text/plain; charset=utf-8']);
    const bytes = await answered({
      statusCode: 200,
      isBase64Encoded: true,
      body: Buffer.from([0, 255]).toString('base64'),
    });
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(Uint8Array.of(0, 255));
  });

  test.each([
    ['an object', { message: 'hi' }, '{"message":"hi"}'],
    ['a text', 'Hello from Lambda!', 'Hello from Lambda!'],
    ['nothing', null, 'null'],
  ])('without a status code is the body of a 200, for %s', async (_, payload, body) => {
    const response = await answered(payload);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await shown(response)).toEqual([200, body]);
  });

  test.each([
    ['a status code that is none', { statusCode: 'fine' }],
    ['a status code that HTTP has not', { statusCode: 1000 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
  ])('with %s is malformed', async (_, payload) => {
    expect(await shown(await answered(payload))).toEqual([500, '{"message":"Internal Server Error"}']);
  });
});

describe('an integration', () => {
  test('that fails is an internal error', async () => {
    gateway.answer = () => ({ payload: { errorType: 'Error', errorMessage: 'secret' }, functionError: 'Unhandled' });
    expect(await shown(await fetch(`${base}/pets`))).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  test('that the function does not permit is an internal error', async () => {
    gateway.mayInvokeFunction = (sourceArn) => !sourceArn.endsWith('/$default/GET/pets');
    expect((await fetch(`${base}/pets`)).status).toBe(500);
    expect((await fetch(`${base}/pets/dog`)).status).toBe(200);
  });

  test('that takes longer than its limit is not available', async () => {
    const url = await withFallback([{ RouteKey: '$default' }], {}, { TimeoutInMillis: 50 });
    gateway.answer = () => new Promise((resolve) => setTimeout(resolve, 500, { payload: null }));
    expect(await shown(await fetch(url))).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  test.each([49, 30_001])('cannot have %i ms', async (TimeoutInMillis) => {
    await expect(withFallback([], {}, { TimeoutInMillis })).rejects.toMatchObject({ property: 'TimeoutInMillis' });
  });
});

test('a body above 10 MB is too large', async () => {
  const response = await fetch(`${base}/pets`, { method: 'POST', body: new Uint8Array(10 * 1024 * 1024 + 1) });
  expect(await shown(response)).toEqual([413, '{"message":"Request Entity Too Large"}']);
});

describe('CORS', () => {
  let url: string;
  beforeAll(async () => {
    url = await withFallback([{ RouteKey: '$default' }], { CorsConfiguration: cors });
  });
  const ask = (method: string, origin: string) =>
    fetch(`${url}/a`, { method, headers: { origin, 'access-control-request-method': 'GET' } });
  const corsOf = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));

  test('answers a preflight by itself, to the origins that are allowed', async () => {
    const response = await ask('OPTIONS', 'https://app.example');
    expect(response.status).toBe(204);
    expect(corsOf(response)).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type',
      'access-control-expose-headers': 'etag',
      'access-control-max-age': '60',
    });
    expect(corsOf(await ask('OPTIONS', 'http://localhost:1234'))).toMatchObject({
      'access-control-allow-origin': 'http://localhost:1234',
    });
    const other = await ask('OPTIONS', 'https://other.example');
    expect([other.status, corsOf(other)]).toEqual([204, {}]);
    expect(gateway.events).toEqual([]);
  });

  test('speaks instead of the function', async () => {
    gateway.answer = () => ({
      payload: {
        statusCode: 200,
        headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'PUT' },
      },
    });
    expect(corsOf(await ask('GET', 'https://app.example'))).toEqual({
      'access-control-allow-origin': 'https://app.example',
      'access-control-expose-headers': 'etag',
    });
    expect(corsOf(await ask('GET', 'https://other.example'))).toEqual({});
  });

  test('leaves an API without it alone', async () => {
    gateway.answer = () => ({ payload: { statusCode: 200, headers: { 'access-control-allow-origin': '*' } } });
    expect(corsOf(await fetch(`${base}/pets`, { headers: { origin: 'https://app.example' } }))).toEqual({
      'access-control-allow-origin': '*',
    });
  });
});

describe('the template', () => {
  test.each([
    ['Api', { Name: 'a', ProtocolType: 'GRPC' }, 'ProtocolType'],
    ['Api', { Name: 'a', ProtocolType: 'HTTP', RouteSelectionExpression: '$request.path' }, 'RouteSelectionExpression'],
    [
      'Api',
      { Name: 'a', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.header.action' },
      'RouteSelectionExpression',
    ],
    [
      'Api',
      { Name: 'a', ProtocolType: 'HTTP', CorsConfiguration: { AllowOrigins: ['*'], AllowCredentials: true } },
      'CorsConfiguration.AllowCredentials',
    ],
    ['Integration', { IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://example.com' }, 'IntegrationType'],
    [
      'Integration',
      { IntegrationType: 'AWS_PROXY', IntegrationUri: functionArn, PayloadFormatVersion: '1.0' },
      'PayloadFormatVersion',
    ],
    ['Route', { RouteKey: 'GET /', AuthorizationType: 'JWT' }, 'AuthorizerId'],
    ['Stage', { StageName: 'prod', AutoDeploy: true }, 'StageName'],
    ['Stage', { StageName: '$default' }, 'AutoDeploy'],
  ])('is refused for a %s with %j', async (type, properties, property) => {
    await expect(gateway.make(type, { ApiId: apiId, ...properties })).rejects.toMatchObject({
      name: 'NotHonoured',
      property,
    });
  });
});
