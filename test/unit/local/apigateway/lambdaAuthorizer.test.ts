import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { authorizerArn, type Gateway, makeApi, startGateway } from './gateway.ts';

/** AWS: "Control access to HTTP APIs with AWS Lambda authorizers". */

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
afterEach(() => {
  gateway.events.length = 0;
  gateway.asked.length = 0;
  gateway.authorize = () => ({ payload: { isAuthorized: true } });
  gateway.mayInvokeFunction = () => true;
});

const authorizer = {
  AuthorizerType: 'REQUEST',
  AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${authorizerArn}/invocations`,
  AuthorizerPayloadFormatVersion: '2.0',
  AuthorizerResultTtlInSeconds: 0,
  EnableSimpleResponses: true,
  IdentitySource: ['$request.header.Authorization'],
};
const routes = [
  { RouteKey: 'GET /pets/{petId}', AuthorizationType: 'CUSTOM' },
  { RouteKey: 'GET /toys', AuthorizationType: 'CUSTOM' },
];

const makeUrl = async (overrides: Record<string, unknown> = {}) => {
  const { path, ...api } = await makeApi(
    gateway,
    { ProtocolType: 'HTTP' },
    { stage: '$default', routes, authorizer: { ...authorizer, ...overrides } },
  );
  return { ...api, url: `http://127.0.0.1:${gateway.port}${path}` };
};
const get = async (url: string, authorization: string | undefined = 'me') => {
  const response = await fetch(url, { headers: authorization === '' ? {} : { authorization } });
  return [response.status, await response.text()];
};
const policy = (effect: string, resource: unknown) => ({
  principalId: 'me',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: 'execute-api:Invoke', Resource: resource }],
  },
});

describe('a Lambda authorizer of an HTTP API', () => {
  test('sees the request in format 2.0, without its body', async () => {
    const { url, apiId } = await makeUrl({
      IdentitySource: ['$request.header.Authorization', '$request.querystring.key', '$context.routeKey'],
    });
    await fetch(`${url}/pets/7?key=k%201`, { headers: { authorization: 'me', cookie: 'a=1' } });
    expect(gateway.asked).toEqual([
      {
        version: '2.0',
        type: 'REQUEST',
        routeArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/$default/GET/pets/7`,
        identitySource: ['me', 'k 1', 'GET /pets/{petId}'],
        routeKey: 'GET /pets/{petId}',
        rawPath: '/pets/7',
        rawQueryString: 'key=k%201',
        cookies: ['a=1'],
        headers: expect.objectContaining({ authorization: 'me' }),
        queryStringParameters: { key: 'k 1' },
        pathParameters: { petId: '7' },
        requestContext: expect.objectContaining({ apiId, stage: '$default', routeKey: 'GET /pets/{petId}' }),
      },
    ]);
  });

  test('hands its context on to the function', async () => {
    const { url } = await makeUrl();
    const context = { tenant: 'a', roles: ['x', 'y'], limits: { n: 1 } };
    gateway.authorize = () => ({ payload: { isAuthorized: true, context } });
    expect(await get(`${url}/toys`)).toEqual([200, '']);
    expect(gateway.events[0]?.requestContext.authorizer).toEqual({ lambda: context });
  });

  test.each([
    ['header', ['$request.header.Authorization', '$request.header.X-Key']],
    ['query parameter', ['$request.querystring.key']],
  ])('is not asked when a %s of its identity sources is missing', async (_, IdentitySource) => {
    const { url } = await makeUrl({ IdentitySource });
    expect(await get(`${url}/toys?key=`)).toEqual([401, '{"message":"Unauthorized"}']);
    expect(gateway.asked).toEqual([]);
  });

  test.each([
    ['says no', { isAuthorized: false }, 403, 'Forbidden'],
    ['denies by policy', policy('Deny', '*'), 403, 'Forbidden'],
    ['allows something else', policy('Allow', 'arn:aws:execute-api:*:*:*/*/GET/others'), 403, 'Forbidden'],
    ['answers nothing', null, 500, 'Internal Server Error'],
    ['answers a text in place of a boolean', { isAuthorized: 'true' }, 500, 'Internal Server Error'],
    ['answers a context that is none', { isAuthorized: true, context: 'x' }, 500, 'Internal Server Error'],
    ['answers a malformed policy', { policyDocument: { Statement: [] } }, 500, 'Internal Server Error'],
  ])('that %s lets nobody through', async (_, payload, status, message) => {
    const { url } = await makeUrl();
    gateway.authorize = () => ({ payload });
    expect(await get(`${url}/toys`)).toEqual([status, JSON.stringify({ message })]);
    expect(gateway.events).toEqual([]);
  });

  test('that fails lets nobody through', async () => {
    const { url } = await makeUrl();
    gateway.authorize = () => ({ payload: { errorMessage: 'no' }, functionError: 'Unhandled' });
    expect(await get(`${url}/toys`)).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  test('must be invocable by API Gateway, under the ARN of the authorizer', async () => {
    const { url, apiId, authorizerId } = await makeUrl();
    const asked: string[] = [];
    gateway.mayInvokeFunction = (source) => {
      asked.push(source);
      return false;
    };
    expect(await get(`${url}/toys`)).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(asked).toEqual([`arn:aws:execute-api:us-east-1:000000000000:${apiId}/authorizers/${authorizerId}`]);
    expect(gateway.asked).toEqual([]);
  });

  test('may not answer isAuthorized unless simple responses are enabled', async () => {
    const { url } = await makeUrl({ EnableSimpleResponses: false });
    expect(await get(`${url}/toys`)).toEqual([500, '{"message":"Internal Server Error"}']);
    gateway.authorize = (event) => ({ payload: policy('Allow', event['routeArn']) });
    expect(await get(`${url}/toys`)).toEqual([200, '']);
  });
});

describe("an authorizer's answer", () => {
  test('is asked for each time when nothing is cached', async () => {
    const { url } = await makeUrl();
    await get(`${url}/toys`);
    await get(`${url}/toys`);
    expect(gateway.asked).toHaveLength(2);
  });

  test('is kept by identity, for all routes, allowed or not', async () => {
    const { url } = await makeUrl({ AuthorizerResultTtlInSeconds: 60 });
    gateway.authorize = ({ identitySource }) => ({ payload: { isAuthorized: String(identitySource) === 'me' } });
    expect((await get(`${url}/toys`))[0]).toBe(200);
    expect((await get(`${url}/pets/1`))[0]).toBe(200);
    expect((await get(`${url}/toys`, 'you'))[0]).toBe(403);
    expect((await get(`${url}/toys`, 'you'))[0]).toBe(403);
    expect(gateway.asked).toHaveLength(2);
  });

  test('is kept by route when the route is an identity source', async () => {
    const { url } = await makeUrl({
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
    });
    await get(`${url}/toys`);
    await get(`${url}/pets/1`);
    await get(`${url}/pets/2`);
    expect(gateway.asked).toHaveLength(2);
  });

  test('that is a kept policy is held against each request', async () => {
    const { url } = await makeUrl({ AuthorizerResultTtlInSeconds: 60, EnableSimpleResponses: false });
    gateway.authorize = (event) => ({ payload: policy('Allow', event['routeArn']) });
    expect((await get(`${url}/toys`))[0]).toBe(200);
    expect((await get(`${url}/pets/1`))[0]).toBe(403);
    expect(gateway.asked).toHaveLength(1);
  });

  test('that failed is not kept', async () => {
    const { url } = await makeUrl({ AuthorizerResultTtlInSeconds: 60 });
    gateway.authorize = () => ({ payload: null });
    expect((await get(`${url}/toys`))[0]).toBe(500);
    gateway.authorize = () => ({ payload: { isAuthorized: true } });
    expect((await get(`${url}/toys`))[0]).toBe(200);
  });
});

describe('an authorizer is refused', () => {
  test.each([
    ['AuthorizerType', { AuthorizerType: 'TOKEN' }],
    ['AuthorizerUri', { AuthorizerUri: undefined }],
    ['AuthorizerPayloadFormatVersion', { AuthorizerPayloadFormatVersion: '1.0' }],
    ['AuthorizerResultTtlInSeconds', { AuthorizerResultTtlInSeconds: 3601 }],
    ['IdentitySource', { AuthorizerResultTtlInSeconds: 1, IdentitySource: [] }],
    ['IdentitySource', { IdentitySource: ['route.request.header.Authorization'] }],
    ['IdentitySource', { IdentitySource: ['$stageVariables.key'] }],
    ['IdentitySource', { IdentitySource: ['$context.requestId'] }],
    ['JwtConfiguration', { JwtConfiguration: { Issuer: 'https://a', Audience: ['b'] } }],
  ])('for %s with %j', async (property, overrides) => {
    await expect(makeUrl(overrides)).rejects.toMatchObject({ name: 'NotHonoured', property });
  });

  test.each([
    ['AuthorizationType', { AuthorizationType: 'OTHER' }],
    ['AuthorizationScopes', { AuthorizationType: 'CUSTOM', AuthorizationScopes: ['a'] }],
    ['AuthorizerId', { AuthorizationType: 'CUSTOM', AuthorizerId: 'nobody' }],
    ['AuthorizerId', { AuthorizationType: 'JWT' }],
    ['AuthorizerId', { AuthorizationType: 'NONE', AuthorizerId: 'somebody' }],
  ])('on a route for %s with %j', async (property, route) => {
    const made = makeApi(
      gateway,
      { ProtocolType: 'HTTP' },
      { stage: '$default', routes: [{ RouteKey: 'GET /', ...route }], authorizer },
    );
    await expect(made).rejects.toMatchObject({ name: 'NotHonoured', property });
  });
});
