import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { eventually } from '../edge/localEdge.ts';
import { authorizerArn, type Gateway, makeApi, startGateway } from './gateway.ts';

/** AWS: "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers". */

let gateway: Gateway;
let sockets: WebSocket[];

const authorizer = {
  AuthorizerType: 'REQUEST',
  AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${authorizerArn}/invocations`,
  IdentitySource: ['route.request.querystring.token', 'route.request.header.X-Site'],
};

beforeEach(async () => {
  sockets = [];
  gateway = await startGateway();
  gateway.authorize = () => ({ payload: policy('Allow') });
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await gateway.close();
});

const make = async (overrides: Record<string, unknown> = {}, route: Record<string, unknown> = {}) => {
  const { path, apiId } = await makeApi(
    gateway,
    { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
    {
      stage: 'live',
      routes: [
        { RouteKey: '$connect', AuthorizationType: 'CUSTOM' },
        { RouteKey: '$disconnect' },
        { RouteKey: 'say', ...route },
      ],
      authorizer: { ...authorizer, ...overrides },
    },
  );
  return { apiId, url: `ws://127.0.0.1:${gateway.port}${path}/live` };
};
const policy = (Effect: string, { Resource = '*', ...rest }: Record<string, unknown> = {}) => ({
  principalId: 'me',
  policyDocument: { Version: '2012-10-17', Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }] },
  ...rest,
});
/** 101 when the connection is made, else the status of the refusal. */
const connect = (url: string, headers = { 'X-Site': 'north' }) => {
  const socket = new WebSocket(url, { headers });
  sockets.push(socket);
  return new Promise<number>((resolve, reject) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
};

describe('a Lambda authorizer of a WebSocket API', () => {
  test('sees the request to connect', async () => {
    const { apiId, url } = await make();
    expect(await connect(`${url}?token=t`)).toBe(101);
    expect(gateway.asked).toEqual([
      {
        type: 'REQUEST',
        methodArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/live/$connect`,
        headers: expect.objectContaining({ 'X-Site': 'north' }),
        multiValueHeaders: expect.objectContaining({ 'X-Site': ['north'] }),
        queryStringParameters: { token: 't' },
        multiValueQueryStringParameters: { token: ['t'] },
        requestContext: expect.objectContaining({
          routeKey: '$connect',
          eventType: 'CONNECT',
          apiId,
          stage: 'live',
          connectionId: expect.any(String),
        }),
      },
    ]);
  });

  test('hands its context on, as texts, to each later event', async () => {
    const { url } = await make();
    gateway.authorize = () => ({ payload: policy('Allow', { context: { tenant: 'a', level: 3, admin: true } }) });
    await connect(`${url}?token=t`);
    sockets[0]?.send('{"action":"say"}');
    await eventually(() => gateway.events.length === 2);
    sockets[0]?.close();
    await eventually(() => gateway.events.length === 3);
    const authorizer = { principalId: 'me', tenant: 'a', level: '3', admin: 'true' };
    expect(gateway.events.map(({ requestContext }) => [requestContext.routeKey, requestContext.authorizer])).toEqual([
      ['$connect', authorizer],
      ['say', authorizer],
      ['$disconnect', authorizer],
    ]);
  });

  test('is not asked when an identity source is missing', async () => {
    const { url } = await make();
    expect(await connect(url)).toBe(401);
    expect(await connect(`${url}?token=t`, { 'X-Site': '' })).toBe(401);
    expect(gateway.asked).toEqual([]);
  });

  test.each([
    ['denies', policy('Deny'), 403],
    ['allows something else', policy('Allow', { Resource: 'arn:aws:execute-api:*:*:*/other/$connect' }), 403],
    ['answers no policy', { isAuthorized: true }, 500],
    ['answers no principal', policy('Allow', { principalId: undefined }), 500],
    ['answers a context of objects', policy('Allow', { context: { deep: {} } }), 500],
  ])('that %s lets nobody in', async (_, payload, status) => {
    const { url } = await make();
    gateway.authorize = () => ({ payload });
    expect(await connect(`${url}?token=t`)).toBe(status);
    expect(gateway.events).toEqual([]);
  });

  test('may do without identity sources', async () => {
    const { url } = await make({ IdentitySource: undefined });
    expect(await connect(url)).toBe(101);
  });

  test.each([
    ['AuthorizerType', { AuthorizerType: 'JWT' }],
    ['AuthorizerPayloadFormatVersion', { AuthorizerPayloadFormatVersion: '2.0' }],
    ['AuthorizerResultTtlInSeconds', { AuthorizerResultTtlInSeconds: 1 }],
    ['EnableSimpleResponses', { EnableSimpleResponses: true }],
    ['IdentitySource', { IdentitySource: ['$request.header.a'] }],
    ['IdentitySource', { IdentitySource: ['stageVariables.a'] }],
  ])('is refused for %s with %j', async (property, overrides) => {
    await expect(make(overrides)).rejects.toMatchObject({ name: 'NotHonoured', property });
  });

  test('is refused on another route than $connect', async () => {
    await expect(make({}, { AuthorizationType: 'CUSTOM' })).rejects.toMatchObject({ property: 'AuthorizationType' });
  });
});
