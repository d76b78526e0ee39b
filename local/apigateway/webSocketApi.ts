import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { CloudContext } from '../context.ts';
import { type SignedRequest, signedRequest } from '../edge.ts';
import type { InvokeResult } from '../ports.ts';
import { AwsError, type AwsService, type Principal, restJsonError } from '../service.ts';
import type { ApiDependencies } from './httpApi.ts';
import type { ApiModel, RouteModel } from './model.ts';

/** AWS: "Quotas for configuring and running a WebSocket API in API Gateway". */
export const webSocketLimits = {
  messageBytes: 128 * 1024,
  idleMilliseconds: 10 * 60_000,
  durationMilliseconds: 2 * 3600_000,
};

interface Connection {
  readonly id: string;
  readonly api: ApiModel;
  readonly stage: string;
  readonly socket: WebSocket;
  readonly connectedAt: number;
  lastActiveAt: number;
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** WebSocket APIs (AWS: "Working with WebSocket APIs") and their management API. */
export function createWebSocketApi(context: CloudContext, { functions, access, identify }: ApiDependencies, limits = webSocketLimits) {
  const connections = new Map<string, Connection>();
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes });

  const arn = (api: ApiModel, rest: string) => `arn:aws:execute-api:${context.region}:${context.accountId}:${api.apiId}/${rest}`;

  const invoke = async (api: ApiModel, stage: string, route: RouteModel, event: Record<string, unknown>): Promise<InvokeResult> => {
    const integration = api.integrations.get(route.integrationId);
    if (!integration) throw new Error(`Route ${route.key} has no integration.`);
    if (!functions.isInvocableBy(integration.functionArn, 'apigateway.amazonaws.com', arn(api, `${stage}/${route.key}`))) {
      throw new Error(`API Gateway may not invoke ${integration.functionArn} for the route ${route.key}: no AWS::Lambda::Permission allows it.`);
    }
    return functions.invoke(integration.functionArn, event);
  };

  const requestContext = (connection: Omit<Connection, 'socket' | 'lastActiveAt'>, routeKey: string, eventType: string, extra: Record<string, unknown> = {}) => ({
    routeKey,
    eventType,
    connectionId: connection.id,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: Date.now(),
    requestId: randomUUID(),
    extendedRequestId: randomUUID(),
    messageDirection: 'IN',
    stage: connection.stage,
    apiId: connection.api.apiId,
    domainName: new URL(context.endpointUrl).host,
    identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent },
    ...extra,
  });

  async function upgrade(api: ApiModel, stage: string, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refuse = (status: number, text: string) => {
      const body = JSON.stringify({ message: text });
      socket.end(`HTTP/1.1 ${status} ${text}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    };
    socket.on('error', () => socket.destroy());
    const signed = signedRequest(request, Buffer.alloc(0));
    const route = api.routes.get('$connect');
    const connection = {
      id: `${randomBytes(11).toString('base64url')}=`,
      api,
      stage,
      connectedAt: Date.now(),
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
    };
    if (route) {
      const principal = authorize(api, stage, route, signed);
      if (principal === 'refused') return refuse(403, 'Forbidden');
      const event = {
        headers: request.headers,
        multiValueHeaders: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value]])),
        ...(signed.query.size > 0 && { queryStringParameters: Object.fromEntries(signed.query) }),
        requestContext: requestContext(connection, '$connect', 'CONNECT', principal && { authorizer: { principalId: principal.arn } }),
        isBase64Encoded: false,
      };
      try {
        const result = await invoke(api, stage, route, event);
        const status = (result.payload as { statusCode?: number } | null)?.statusCode;
        if (result.functionError) return refuse(502, 'Bad Gateway');
        if (typeof status === 'number' && (status < 200 || status > 299)) return refuse(status, status === 401 ? 'Unauthorized' : 'Forbidden');
      } catch (error) {
        context.log.error('websocket $connect', { error: String(error) });
        return refuse(500, 'Internal Server Error');
      }
    }
    server.handleUpgrade(request, socket, head, (webSocket) => accept({ ...connection, socket: webSocket, lastActiveAt: Date.now() }));
  }

  function authorize(api: ApiModel, stage: string, route: RouteModel, request: SignedRequest): Principal | undefined | 'refused' {
    if (route.authorization === 'NONE') return undefined;
    try {
      const principal = identify(request);
      return principal.kind === 'account' || access.isAllowed(principal.roleArn, 'execute-api:Invoke', arn(api, `${stage}/$connect`)) ? principal : 'refused';
    } catch (error) {
      if (error instanceof AwsError) return 'refused';
      throw error;
    }
  }

  function accept(connection: Connection): void {
    connections.set(connection.id, connection);
    connection.socket.on('message', (data, isBinary) => {
      connection.lastActiveAt = Date.now();
      void receive(connection, data as Buffer, isBinary);
    });
    connection.socket.on('ping', () => {
      connection.lastActiveAt = Date.now();
    });
    // `ws` has closed it already, with 1009 when a message was above the limit.
    connection.socket.on('error', () => undefined);
    connection.socket.on('close', (code, reason) => {
      connections.delete(connection.id);
      const route = connection.api.routes.get('$disconnect');
      if (!route) return;
      const context_ = requestContext(connection, '$disconnect', 'DISCONNECT', { disconnectStatusCode: code, disconnectReason: reason.toString() });
      invoke(connection.api, connection.stage, route, { requestContext: context_, isBase64Encoded: false }).catch((error: unknown) =>
        context.log.error('websocket $disconnect', { error: String(error) }),
      );
    });
  }

  async function receive(connection: Connection, data: Buffer, isBinary: boolean): Promise<void> {
    const { api, stage, socket } = connection;
    const body = data.toString('utf8');
    const key = selectRoute(api.routeSelection, body);
    const route = (key !== undefined && !key.startsWith('$') ? api.routes.get(key) : undefined) ?? api.routes.get('$default');
    const event = requestContext(connection, route?.key ?? '$default', 'MESSAGE', { messageId: randomBytes(11).toString('base64url') });
    const failed = (message: string) => socket.send(JSON.stringify({ message, connectionId: connection.id, requestId: event.requestId }));
    if (!route) return failed('Forbidden');
    try {
      const result = await invoke(api, stage, route, { requestContext: event, body: isBinary ? data.toString('base64') : body, isBase64Encoded: isBinary });
      if (result.functionError) return failed('Internal server error');
      const answer = (result.payload as { body?: unknown } | null)?.body;
      if (route.returnsResponse && typeof answer === 'string') socket.send(answer);
    } catch (error) {
      context.log.error(`websocket ${route.key}`, { error: String(error) });
      failed('Internal server error');
    }
  }

  const sweep = setInterval(() => {
    for (const { socket, connectedAt, lastActiveAt } of connections.values()) {
      if (Date.now() - connectedAt > limits.durationMilliseconds) socket.close(1001, 'Going away');
      else if (Date.now() - lastActiveAt > limits.idleMilliseconds) socket.close(1001, 'Going away');
    }
  }, 1000);
  sweep.unref();

  return {
    upgrade,
    managementService: managementService(),
    close() {
      clearInterval(sweep);
      for (const { socket } of connections.values()) socket.close(1001, 'Going away');
      server.close();
    },
  };

  /** POST, GET and DELETE of …/@connections/{connectionId}. */
  function managementService(): AwsService {
    const target = (path: string) => /^(?:\/_aws\/execute-api)?\/([^/]+)\/([^/]+)\/@connections\/([^/]+)$/.exec(path);
    return {
      signingNames: ['execute-api'],
      permissions({ method, path }) {
        const match = target(path);
        if (!match) throw new AwsError('UnknownOperationException', `execute-api: ${method} ${path} is not honoured by the local cloud.`, 404);
        return [{ action: 'execute-api:ManageConnections', resource: `arn:aws:execute-api:${context.region}:${context.accountId}:${match[1]}/${match[2]}/${method}/@connections/${decodeURIComponent(match[3] ?? '')}` }];
      },
      async handle({ method, path, body }) {
        const match = target(path);
        const connection = connections.get(decodeURIComponent(match?.[3] ?? ''));
        if (!connection || connection.api.apiId !== match?.[1] || connection.stage !== match[2]) throw new AwsError('GoneException', 'Gone', 410);
        if (method === 'GET') {
          const shown = { connectedAt: new Date(connection.connectedAt).toISOString(), lastActiveAt: new Date(connection.lastActiveAt).toISOString(), identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent } };
          return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(shown) };
        }
        if (method === 'DELETE') {
          connection.socket.close(1000, 'Connection closed by the API');
          return { status: 204 };
        }
        if (body.length > limits.messageBytes) throw new AwsError('PayloadTooLargeException', `The message is above ${limits.messageBytes} bytes.`, 413);
        await new Promise<void>((resolve, reject) => connection.socket.send(body.toString('utf8'), (error) => (error ? reject(new AwsError('GoneException', 'Gone', 410)) : resolve())));
        connection.lastActiveAt = Date.now();
        return { status: 200 };
      },
      error: restJsonError,
    };
  }
}

/** `$request.body.action` of a JSON message; undefined when the message isn't JSON or has no such field. */
function selectRoute(expression: string, body: string): string | undefined {
  const path = /^\$\{?request\.body\.([\w.]+)\}?$/.exec(expression)?.[1];
  try {
    let value: unknown = JSON.parse(body);
    for (const name of path?.split('.') ?? []) value = (value as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
