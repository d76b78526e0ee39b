import { once } from 'node:events';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { expect } from '@jest/globals';
import { WebSocket } from 'ws';
import { until } from '../until.ts';
import { group } from './conforms.ts';
import { connect, output } from './target.ts';

const patience = 10_000;
const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${output('HttpUrl').replace(/\/$/, '')}${path}`, { ...init, signal: AbortSignal.timeout(patience) });

// The APIs are those of the suite's own stack.
group(
  'HTTP API',
  () => ask('/'),
  ({ conforms }) => {
    conforms(
      'a function gets the request in payload format 2.0',
      'Create AWS Lambda proxy integrations for HTTP APIs',
      async () => {
        const answer = await ask('/echo/caf%C3%A9?a=1&a=2&b=x', {
          headers: { cookie: 'one=1; two=2', 'X-Thing': 'Boiler' },
        });
        expect(answer.status).toBe(200);
        const { event } = (await answer.json()) as { event: Record<string, unknown> };
        expect(event).toMatchObject({
          version: '2.0',
          routeKey: 'GET /echo/{name}',
          rawQueryString: 'a=1&a=2&b=x',
          cookies: ['one=1', 'two=2'],
          queryStringParameters: { a: '1,2', b: 'x' },
          pathParameters: { name: 'café' },
          headers: { 'x-thing': 'Boiler' },
          requestContext: { http: { method: 'GET', path: '/echo/café' }, stage: '$default' },
          isBase64Encoded: false,
        });
      },
    );

    conforms('a path without a route is 404', 'Create routes for HTTP APIs in API Gateway', async () => {
      const answer = await ask('/nowhere');
      expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }]);
    });

    conforms(
      'a preflight is answered for an origin that is allowed',
      'Configure CORS for HTTP APIs in API Gateway',
      async () => {
        const preflight = (origin: string) =>
          ask('/echo/x', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
        const allowed = await preflight('https://page.example');
        expect(allowed.status).toBe(204);
        expect(allowed.headers.get('access-control-allow-origin')).toBe('https://page.example');
        const foreign = await preflight('https://elsewhere.example');
        expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
      },
    );
  },
);

group(
  'WebSocket API',
  async () => {
    await (await open('let-me-in')).close();
  },
  ({ conforms }) => {
    const whoAmI = async (socket: Socket) => (await socket.ask({ action: 'nothing of this' })).connectionId;
    const management = () =>
      connect(ApiGatewayManagementApiClient, { endpoint: output('WebSocketUrl').replace(/^ws/, 'http') });

    conforms(
      'a message goes by its action, else to $default, and is answered',
      'Working with routes for WebSocket APIs',
      async () => {
        const socket = await open('let-me-in');
        const message = { action: 'measure', celsius: 21 };
        expect(await socket.ask(message)).toMatchObject({ route: 'measure', body: JSON.stringify(message) });
        expect(await socket.ask({ action: 'nothing of this' })).toMatchObject({ route: '$default' });
        await socket.close();
      },
    );

    conforms(
      'an authorizer lets in, and tells the functions who',
      'Control access to WebSocket APIs with AWS Lambda REQUEST authorizers',
      async () => {
        const socket = await open('let-me-in');
        expect(await socket.ask({ action: 'measure' })).toMatchObject({ user: 'visitor' });
        await socket.close();
      },
    );

    conforms(
      'what an authorizer denies is 403, and 401 without what it looks at',
      'Control access to WebSocket APIs with AWS Lambda REQUEST authorizers',
      async () => {
        await expect(open('open-sesame')).rejects.toThrow('403');
        await expect(open(undefined)).rejects.toThrow('401');
      },
    );

    conforms(
      'a backend posts to a connection, and sees it',
      'Use @connections commands in your backend service',
      async () => {
        const socket = await open('let-me-in');
        const ConnectionId = await whoAmI(socket);
        await management().send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('"from the backend"') }));
        expect(await socket.next()).toBe('from the backend');
        expect((await management().send(new GetConnectionCommand({ ConnectionId }))).ConnectedAt).toBeInstanceOf(Date);
        await socket.close();
      },
    );

    conforms(
      'a backend ends a connection, which then is gone',
      'Use @connections commands in your backend service',
      async () => {
        const socket = await open('let-me-in');
        const ConnectionId = await whoAmI(socket);
        await management().send(new DeleteConnectionCommand({ ConnectionId }));
        await until('the end of the connection', () => socket.isClosed(), patience);
        const posting = management().send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('x') }));
        await expect(posting).rejects.toMatchObject({ name: 'GoneException', $metadata: { httpStatusCode: 410 } });
      },
    );
  },
);

type Socket = Awaited<ReturnType<typeof open>>;

async function open(token: string | undefined) {
  const url = new URL(output('WebSocketUrl'));
  if (token !== undefined) url.searchParams.set('token', token);
  const socket = new WebSocket(url, { handshakeTimeout: patience });
  const received: unknown[] = [];
  socket.on('message', (data) => received.push(JSON.parse(data.toString())));
  await once(socket, 'open');
  socket.on('error', () => {});
  const next = async () => {
    await until('a message', () => received.length > 0, patience);
    return received.shift();
  };
  return {
    next,
    async ask(message: object) {
      socket.send(JSON.stringify(message));
      return (await next()) as { route: string; connectionId: string; user?: string; body: string };
    },
    isClosed: () => socket.readyState === WebSocket.CLOSED,
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
