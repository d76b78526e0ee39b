import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import type { AwsRequest } from '../../../../local/service.ts';
import { eventually, holdCommits } from '../edge/localEdge.ts';
import { type Gateway, makeApi, startGateway } from './gateway.ts';

let gateway: Gateway;
let apiId: string;
let url: string;
let sockets: WebSocket[];

const withResponse = { RouteResponseSelectionExpression: '$default' };
const routes = [
  { RouteKey: '$connect' },
  { RouteKey: '$disconnect' },
  { RouteKey: '$default', ...withResponse },
  { RouteKey: 'subscribe', ...withResponse },
  { RouteKey: 'silent' },
];

const make = async (given: readonly Record<string, unknown>[] = routes, integration = {}) => {
  const api = await makeApi(
    gateway,
    { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
    { stage: 'live', routes: given, integration },
  );
  return { apiId: api.apiId, url: `ws://127.0.0.1:${gateway.port}${api.path}/live` };
};

beforeEach(async () => {
  sockets = [];
  gateway = await startGateway({ sweepMilliseconds: 10 });
  ({ apiId, url } = await make());
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await gateway.close();
});

/** Connects; the refusal's status when it is refused. */
const connect = (to = url, protocols: string[] = [], options: object = {}): Promise<Client> => {
  const socket = new WebSocket(to, protocols, options);
  sockets.push(socket);
  const received: string[] = [];
  socket.on('message', (data) => received.push(String(data)));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ socket, received, closed }));
    socket.on('unexpected-response', (_request, response) => reject(new Refused(response.statusCode ?? 0)));
    socket.on('error', reject);
  });
};

class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

interface Client {
  readonly socket: WebSocket;
  readonly received: string[];
  readonly closed: Promise<{ code: number; reason: string }>;
}

const eventOf = (routeKey: string) =>
  eventually(
    () => gateway.events.find(({ requestContext }) => requestContext.routeKey === routeKey),
    (event) => event !== undefined,
  );

describe('to connect', () => {
  test('asks the $connect route, with the headers as they came', async () => {
    await connect(`${url}?token=a&token=b`, [], { headers: { 'X-Custom': 'Yes' } });
    expect(gateway.events[0]).toEqual({
      headers: expect.objectContaining({ 'X-Custom': 'Yes', Host: `127.0.0.1:${gateway.port}` }),
      multiValueHeaders: expect.objectContaining({ 'X-Custom': ['Yes'] }),
      queryStringParameters: { token: 'b' },
      multiValueQueryStringParameters: { token: ['a', 'b'] },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        connectionId: expect.stringMatching(/^[\w-]{15}=$/),
        connectedAt: expect.any(Number),
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        requestTimeEpoch: expect.any(Number),
        requestId: expect.any(String),
        extendedRequestId: expect.any(String),
        messageDirection: 'IN',
        stage: 'live',
        apiId,
        domainName: `127.0.0.1:${gateway.port}`,
        identity: { sourceIp: '127.0.0.1', userAgent: '' },
      },
      isBase64Encoded: false,
    });
  });

  test.each([
    ['403', { payload: { statusCode: 403 } }, 403],
    ['401', { payload: { statusCode: 401 } }, 401],
    ['nothing', { payload: null }, 502],
    ['no status', { payload: { body: 'welcome' } }, 502],
    ['an error', { payload: { errorMessage: 'no' }, functionError: 'Unhandled' as const }, 502],
  ])('is refused when the function answers %s', async (_, result, status) => {
    gateway.answer = () => result;
    await expect(connect()).rejects.toMatchObject({ status });
    expect(gateway.events).toHaveLength(1);
  });

  test('is refused when the function may not be called, and when it takes too long', async () => {
    gateway.mayInvokeFunction = (sourceArn) => !sourceArn.endsWith('/live/$connect');
    await expect(connect()).rejects.toMatchObject({ status: 500 });
    gateway.mayInvokeFunction = () => true;
    gateway.answer = () => new Promise(() => {});
    await expect(connect((await make(routes, { TimeoutInMillis: 50 })).url)).rejects.toMatchObject({ status: 504 });
  });

  test('needs a stage that is there', async () => {
    await expect(connect(url.replace('/live', '/other'))).rejects.toMatchObject({ status: 403 });
  });

  test('needs a signature with IAM authorization, and a role that may', async () => {
    const guarded = await make([{ RouteKey: '$connect', AuthorizationType: 'AWS_IAM' }]);
    await expect(connect(guarded.url)).rejects.toMatchObject({ status: 403 });
    gateway.principal = { kind: 'role', roleArn: 'role', arn: 'arn:aws:sts::000000000000:assumed-role/viewer/session' };
    gateway.mayInvokeApi = (resource) =>
      resource !== `arn:aws:execute-api:us-east-1:000000000000:${guarded.apiId}/live/$connect`;
    await expect(connect(guarded.url)).rejects.toMatchObject({ status: 403 });
    expect(gateway.events).toEqual([]);
    gateway.mayInvokeApi = () => true;
    await connect(guarded.url);
    expect(gateway.events[0]?.requestContext.identity).toMatchObject({
      accountId: '000000000000',
      userArn: 'arn:aws:sts::000000000000:assumed-role/viewer/session',
    });
  });

  test('gets the subprotocol that the function chose, and none without', async () => {
    gateway.answer = () => ({ payload: { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'two' } } });
    expect((await connect(url, ['one', 'two'])).socket.protocol).toBe('two');
    gateway.answer = () => ({ payload: { statusCode: 200 } });
    await expect(connect(url, ['one', 'two'])).rejects.toThrow('Server sent no subprotocol');
  });

  test('over plain HTTP needs an upgrade', async () => {
    expect((await fetch(url.replace('ws:', 'http:'))).status).toBe(426);
  });
});

describe('a message', () => {
  test.each([
    ['{"action":"subscribe"}', 'subscribe'],
    ['{"action":"unknown"}', '$default'],
    ['{"action":"$connect"}', '$default'],
    ['{"action":7}', '$default'],
    ['{}', '$default'],
    ['null', '$default'],
    ['no JSON', '$default'],
  ])('%s goes to the route %s', async (body, routeKey) => {
    const { socket } = await connect();
    socket.send(body);
    const event = await eventually(
      () => gateway.events[1],
      (found) => found !== undefined,
    );
    expect(event).toMatchObject({
      body,
      isBase64Encoded: false,
      requestContext: { routeKey, eventType: 'MESSAGE', messageId: expect.any(String) },
    });
    expect(event?.requestContext.connectionId).toBe(gateway.events[0]?.requestContext.connectionId);
  });

  test('is answered where the route has a response, and nowhere else', async () => {
    const { socket, received } = await connect();
    gateway.answer = ({ body }) => ({ payload: { statusCode: 200, body: `answer to ${body}` } });
    socket.send('{"action":"silent"}');
    await eventOf('silent');
    socket.send('{"action":"subscribe"}');
    await eventually(() => received.length > 0);
    expect(received).toEqual(['answer to {"action":"subscribe"}']);
  });

  test('is answered when a kill would leave what the answer tells of', async () => {
    const { socket, received } = await connect();
    gateway.answer = () => ({ payload: { statusCode: 200, body: 'kept' } });
    const commits = holdCommits(gateway.context);
    socket.send('{"action":"subscribe"}');
    await eventOf('subscribe');
    await wait(50);
    expect(received).toEqual([]);
    commits.release();
    await eventually(() => received.length > 0);
    expect(received).toEqual(['kept']);
  });

  test.each([
    ['that fails', () => ({ payload: {}, functionError: 'Unhandled' as const }), 'Internal server error'],
    ['that answers nothing', () => ({ payload: null }), 'Internal server error'],
    ['that takes too long', () => new Promise<never>(() => {}), 'Endpoint request timed out'],
  ])('to a function %s is answered by API Gateway', async (_, answer, message) => {
    const { socket, received } = await connect((await make(routes.slice(2), { TimeoutInMillis: 50 })).url);
    gateway.answer = answer;
    socket.send('{"action":"subscribe"}');
    await eventually(() => received.length > 0);
    expect(JSON.parse(String(received[0]))).toEqual({
      message,
      connectionId: expect.any(String),
      requestId: expect.any(String),
    });
  });

  test('that no route takes is forbidden', async () => {
    const { socket, received } = await connect((await make([{ RouteKey: 'subscribe' }])).url);
    socket.send('{"action":"other"}');
    await eventually(() => received.length > 0);
    expect(JSON.parse(String(received[0]))).toMatchObject({ message: 'Forbidden' });
  });
});

describe('what is too much', () => {
  const frames = (socket: WebSocket, ...sizes: number[]) =>
    sizes.forEach((size, index) => {
      socket.send(Buffer.alloc(size, 'x'), { binary: false, fin: index === sizes.length - 1 });
    });

  test('a message of 128 KB in frames of 32 KB is not', async () => {
    const { socket } = await connect();
    frames(socket, 32_768, 32_768, 32_768, 32_768);
    const event = await eventOf('$default');
    expect(event?.body).toHaveLength(131_072);
  });

  test('a message above 128 KB closes the connection with 1009', async () => {
    const { socket, closed } = await connect();
    frames(socket, 32_768, 32_768, 32_768, 32_768, 1);
    expect((await closed).code).toBe(1009);
    expect(gateway.events.map(({ requestContext }) => requestContext.routeKey)).not.toContain('$default');
  });

  test.each([32_769, 40_000, 100_000])('a frame of %i bytes closes it too', async (size) => {
    const { socket, closed } = await connect();
    frames(socket, 10, size);
    expect((await closed).code).toBe(1009);
    expect(gateway.events.map(({ requestContext }) => requestContext.routeKey)).not.toContain('$default');
  });

  test('a binary frame closes it with 1003', async () => {
    const { socket, closed } = await connect();
    socket.send(Buffer.from([1, 2]), { binary: true });
    expect((await closed).code).toBe(1003);
  });
});

describe('a connection', () => {
  const limited = async (limits: Parameters<typeof startGateway>[0]) => {
    await gateway.close();
    gateway = await startGateway({ sweepMilliseconds: 10, ...limits });
    ({ apiId, url } = await make());
  };

  test('ends when nothing was said for the idle time', async () => {
    await limited({ idleMilliseconds: 1000 });
    const { socket, closed } = await connect();
    const began = Date.now();
    const talk = setInterval(() => socket.send('{"action":"silent"}'), 20);
    await eventually(() => Date.now() - began > 1500);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    clearInterval(talk);
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
  });

  test('ends after its longest duration, whatever was said', async () => {
    await limited({ durationMilliseconds: 150 });
    const { socket, closed } = await connect();
    const talk = setInterval(() => socket.ping(), 10);
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
    clearInterval(talk);
  });

  test('that ends is told to the $disconnect route', async () => {
    const { socket } = await connect();
    socket.close(3001, 'enough');
    const event = await eventOf('$disconnect');
    expect(event).toMatchObject({
      headers: { Host: `127.0.0.1:${gateway.port}` },
      requestContext: {
        eventType: 'DISCONNECT',
        disconnectStatusCode: 3001,
        disconnectReason: 'enough',
        connectionId: gateway.events[0]?.requestContext.connectionId,
      },
    });
  });

  test('that ends without a reason says so', async () => {
    const { socket } = await connect();
    socket.close();
    expect((await eventOf('$disconnect'))?.requestContext).toMatchObject({
      disconnectStatusCode: 1005,
      disconnectReason: 'Client-side close frame status not set',
    });
  });
});

describe('the management API', () => {
  const service = () => gateway.gateway.services[0];
  const connectionId = () => String(gateway.events[0]?.requestContext.connectionId);
  const request = (
    method: string,
    id = connectionId(),
    { body = '', prefix = '/_aws/execute-api', stage = 'live' } = {},
  ): AwsRequest => ({
    service: 'execute-api',
    region: 'us-east-1',
    operation: undefined,
    method,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(body),
    path: `${prefix}/${apiId}/${stage}/@connections/${encodeURIComponent(id)}`,
    principal: { kind: 'account', arn: '' },
  });
  const call = async (...given: Parameters<typeof request>) => service()?.handle(request(...given));

  test('posts to a connection', async () => {
    const { received } = await connect();
    expect(await call('POST', connectionId(), { body: '{"größe":1}' })).toEqual({ status: 200 });
    await eventually(() => received.length > 0);
    expect(received).toEqual(['{"größe":1}']);
  });

  test('posts what a kill would leave', async () => {
    const { received } = await connect();
    const commits = holdCommits(gateway.context);
    const posted = call('POST', connectionId(), { body: 'kept' });
    await wait(50);
    expect(received).toEqual([]);
    commits.release();
    await posted;
    await eventually(() => received.length > 0);
    expect(received).toEqual(['kept']);
  });

  test('posts 128 KB, and no byte more', async () => {
    const { received } = await connect();
    await call('POST', connectionId(), { body: 'x'.repeat(131_072) });
    await eventually(() => received[0]?.length === 131_072);
    await expect(call('POST', connectionId(), { body: 'x'.repeat(131_073) })).rejects.toMatchObject({
      code: 'PayloadTooLargeException',
      status: 413,
    });
  });

  test('describes and closes a connection', async () => {
    const { closed } = await connect(url, [], { headers: { 'user-agent': 'tests' } });
    const answer = await call('GET');
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(JSON.parse(String(answer?.body))).toEqual({
      connectedAt: time,
      lastActiveAt: time,
      identity: { sourceIp: '127.0.0.1', userAgent: 'tests' },
    });
    expect(await call('DELETE')).toEqual({ status: 204 });
    await closed;
    await eventOf('$disconnect');
  });

  test('says that a connection is gone', async () => {
    const { socket, closed } = await connect();
    socket.close();
    await closed;
    await eventOf('$disconnect');
    const gone = { code: 'GoneException', status: 410 };
    for (const method of ['POST', 'GET', 'DELETE']) await expect(call(method)).rejects.toMatchObject(gone);
    await expect(call('POST', 'never-there=')).rejects.toMatchObject(gone);
  });

  test('knows a connection at its own stage only', async () => {
    await connect();
    await expect(call('GET', connectionId(), { stage: 'other' })).rejects.toMatchObject({ code: 'GoneException' });
  });

  test('needs the permission for the method and the connection', async () => {
    await connect();
    expect(service()?.permissions(request('POST'))).toEqual([
      {
        action: 'execute-api:ManageConnections',
        resource: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/live/POST/@connections/${connectionId()}`,
      },
    ]);
    expect(() => service()?.permissions(request('PUT'))).toThrow(
      expect.objectContaining({ code: 'UnknownOperationException' }),
    );
  });
});
