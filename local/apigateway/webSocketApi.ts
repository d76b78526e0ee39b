import { randomBytes } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { CloudContext } from '../context.ts';
import { type SignedRequest, signedRequest } from '../edge.ts';
import { credentialScope } from '../identity/signature.ts';
import type { InvokeResult } from '../ports.ts';
import { AwsError } from '../service.ts';
import { bodyField } from './apiProviders.ts';
import type { ApiDependencies } from './httpApi.ts';
import type { createLambdaAuthorizers } from './lambdaAuthorizer.ts';
import { managementApi } from './managementApi.ts';
import type { ApiModel, RouteModel } from './model.ts';
import { watchFrameSizes } from './watchFrameSizes.ts';
import {
  authorizerEvent,
  type Caller,
  type Candidate,
  type Connection,
  connectEvent,
  disconnectEvent,
  messageEvent,
} from './webSocketEvents.ts';
import { withTimeout } from './withTimeout.ts';

/** AWS: "Quotas for configuring and running a WebSocket API in API Gateway". */
export const webSocketLimits = {
  messageBytes: 128 * 1024,
  frameBytes: 32 * 1024,
  idleMilliseconds: 10 * 60_000,
  durationMilliseconds: 2 * 3600_000,
  /** How often connections are looked at. */
  sweepMilliseconds: 1000,
};

/** What a function has to answer; anything else is a fault of the integration (AWS: "Manage connected users and client apps"). */
interface Answer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** WebSocket APIs (AWS: "Working with WebSocket APIs") and their management API. */
export function createWebSocketApi(
  context: CloudContext,
  { functions, access, identify }: ApiDependencies,
  askFunction: ReturnType<typeof createLambdaAuthorizers>,
  limits = webSocketLimits,
) {
  const connections = new Map<string, Connection>();
  /** The subprotocol that the function behind $connect chose; there is none otherwise. */
  const chosenProtocols = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    handleProtocols: (_offered, request) => chosenProtocols.get(request) ?? false,
  });

  const arn = (api: ApiModel, rest: string) =>
    `arn:aws:execute-api:${context.region}:${context.accountId}:${api.apiId}/${rest}`;

  const invoke = async (
    { api, stage }: Candidate,
    route: RouteModel,
    event: unknown,
  ): Promise<InvokeResult | 'timeout'> => {
    const integration = api.integrations.get(route.integrationId);
    if (!integration) throw new Error(`Route ${route.key} has no integration.`);
    if (
      !functions.isInvocableBy(integration.functionArn, 'apigateway.amazonaws.com', arn(api, `${stage}/${route.key}`))
    ) {
      throw new Error(
        `API Gateway may not invoke ${integration.functionArn} for the route ${route.key}: no AWS::Lambda::Permission allows it.`,
      );
    }
    const result = await withTimeout(functions.invoke(integration.functionArn, event), integration.timeoutMilliseconds);
    // The client is outside the process: what it is told must survive a kill.
    await context.store.committed();
    return result;
  };

  /** Undefined for an error and for what is no answer of a proxy integration, $connect's too: it needs a statusCode. */
  const readAnswer = ({ key }: RouteModel, { functionError, payload }: InvokeResult): Answer | undefined => {
    if (functionError) return undefined;
    if (typeof (payload as Partial<Answer> | null)?.statusCode === 'number') return payload as Answer;
    const error = 'Malformed Lambda proxy response: it has no statusCode (a number)';
    context.log.error(`websocket ${key}`, { error });
    return undefined;
  };

  async function upgrade(
    api: ApiModel,
    stage: string,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    socket.on('error', () => socket.destroy());
    const candidate: Candidate = {
      id: `${randomBytes(11).toString('base64url')}=`,
      api,
      stage,
      connectedAt: Date.now(),
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
      host: request.headers.host ?? '',
    };
    const answer = await connect(candidate, request);
    if (typeof answer === 'number') return refuse(socket, answer);
    server.handleUpgrade(request, socket, head, (webSocket) =>
      accept({ ...answer, socket: webSocket, lastActiveAt: Date.now() }, socket),
    );
  }

  /** Asks the authorizer and the $connect route. Answers the HTTP status of a refusal. */
  async function connect(asking: Candidate, request: IncomingMessage): Promise<Candidate | number> {
    const { api, stage } = asking;
    const route = api.routes.get('$connect');
    if (!route) return asking;
    const signed = signedRequest(request, Buffer.alloc(0));
    const resource = arn(api, `${stage}/$connect`);
    const caller = authorize(route, signed, resource);
    if (caller === 'refused') return 403;
    const candidate = await askAuthorizer(asking, route, request, signed, resource);
    if (typeof candidate === 'number') return candidate;
    try {
      const result = await invoke(candidate, route, connectEvent(candidate, request, signed.query, caller));
      if (result === 'timeout') return 504;
      const answer = readAnswer(route, result);
      if (!answer) return 502;
      const { statusCode, headers = {} } = answer;
      if (statusCode < 200 || statusCode > 299) return statusCode;
      const protocol = Object.entries(headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol')?.[1];
      if (protocol !== undefined) chosenProtocols.set(request, protocol);
      return candidate;
    } catch (error) {
      context.log.error('websocket $connect', { error: String(error) });
      return 500;
    }
  }

  async function askAuthorizer(
    candidate: Candidate,
    { authorizer }: RouteModel,
    request: IncomingMessage,
    signed: SignedRequest,
    resource: string,
  ): Promise<Candidate | number> {
    if (authorizer?.kind !== 'lambda') return candidate;
    const { api, stage, host, sourceIp } = candidate;
    const answer = await askFunction({
      api,
      authorizer,
      request: signed,
      variables: {
        apiId: api.apiId,
        domainName: host,
        'identity.sourceIp': sourceIp,
        routeKey: '$connect',
        stage,
      },
      resource,
      event: () => authorizerEvent(candidate, request, signed.query, resource),
    });
    if (answer.refused) return { unauthorized: 401, forbidden: 403, failed: 500 }[answer.refused];
    return { ...candidate, authorizer: { principalId: answer.principalId, ...answer.context } };
  }

  function authorize(route: RouteModel, request: SignedRequest, resource: string): Caller | undefined | 'refused' {
    if (route.authorization !== 'AWS_IAM') return undefined;
    try {
      const principal = identify(request);
      if (principal.kind === 'role' && !access.isAllowed(principal.roleArn, 'execute-api:Invoke', resource))
        return 'refused';
      return { principal, accessKey: credentialScope(request)?.accessKeyId ?? '', accountId: context.accountId };
    } catch (error) {
      if (error instanceof AwsError) return 'refused';
      throw error;
    }
  }

  function accept(connection: Connection, stream: Duplex): void {
    const { socket, api } = connection;
    connections.set(connection.id, connection);
    watchFrameSizes(stream, limits.frameBytes, () => socket.close(1009, 'Message too big'));
    socket.on('message', (data, isBinary) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      connection.lastActiveAt = Date.now();
      // AWS: "Binary media types for WebSocket APIs in API Gateway".
      if (isBinary) socket.close(1003, 'Binary is not supported');
      else void receive(connection, data.toString());
    });
    socket.on('ping', () => {
      connection.lastActiveAt = Date.now();
    });
    // `ws` has closed it already, with 1009 when a message was above the limit.
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      connections.delete(connection.id);
      const route = api.routes.get('$disconnect');
      if (!route) return;
      invoke(connection, route, disconnectEvent(connection, code, reason.toString())).catch((error: unknown) =>
        context.log.error('websocket $disconnect', { error: String(error) }),
      );
    });
  }

  async function receive(connection: Connection, body: string): Promise<void> {
    const { api, socket } = connection;
    const key = selectRoute(api.routeSelection, body);
    const route =
      (key !== undefined && !key.startsWith('$') ? api.routes.get(key) : undefined) ?? api.routes.get('$default');
    const event = messageEvent(connection, route?.key ?? '$default', body);
    const fail = (message: string) =>
      socket.send(JSON.stringify({ message, connectionId: connection.id, requestId: event.requestContext.requestId }));
    if (!route) return fail('Forbidden');
    try {
      const result = await invoke(connection, route, event);
      if (result === 'timeout') return fail('Endpoint request timed out');
      const answer = readAnswer(route, result);
      if (!answer) return fail('Internal server error');
      if (route.selectsResponse && route.hasResponse && typeof answer.body === 'string') socket.send(answer.body);
    } catch (error) {
      context.log.error(`websocket ${route.key}`, { error: String(error) });
      fail('Internal server error');
    }
  }

  const sweep = setInterval(() => {
    const now = Date.now();
    for (const { socket, connectedAt, lastActiveAt } of connections.values()) {
      if (now - connectedAt > limits.durationMilliseconds || now - lastActiveAt > limits.idleMilliseconds)
        socket.close(1001, 'Going away');
    }
  }, limits.sweepMilliseconds);
  sweep.unref();

  return {
    upgrade,
    managementService: managementApi(context, connections, limits.messageBytes),
    close() {
      clearInterval(sweep);
      for (const { socket } of connections.values()) socket.close(1001, 'Going away');
      server.close();
    },
  };
}

function refuse(socket: Duplex, status: number): void {
  const text = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ message: text });
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** `$request.body.action` of a JSON message; undefined when the message isn't JSON or has no such field. */
function selectRoute(expression: string, body: string): string | undefined {
  const path = bodyField.exec(expression)?.[1] ?? '';
  try {
    const value = path
      .split('.')
      .reduce<unknown>((object, name) => (object as Record<string, unknown> | null)?.[name], JSON.parse(body));
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
