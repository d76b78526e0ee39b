import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Principal } from '../service.ts';
import type { ApiModel } from './model.ts';
import { requestTime } from './requestTime.ts';

export interface Connection {
  readonly id: string;
  readonly api: ApiModel;
  readonly stage: string;
  readonly socket: WebSocket;
  readonly connectedAt: number;
  lastActiveAt: number;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** Host that the client named. */
  readonly host: string;
  /** What the Lambda authorizer of $connect handed on. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
}

/** A connection that isn't accepted yet. */
export type Candidate = Omit<Connection, 'socket' | 'lastActiveAt'>;

/** Events of a WebSocket API (AWS: "API Gateway WebSocket API mapping template reference", and the proxy events of its tutorials). */
const requestContext = (connection: Candidate, routeKey: string, eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT') => ({
  routeKey,
  eventType,
  connectionId: connection.id,
  connectedAt: connection.connectedAt,
  requestTime: requestTime(Date.now()),
  requestTimeEpoch: Date.now(),
  requestId: randomUUID(),
  extendedRequestId: randomUUID(),
  messageDirection: 'IN',
  stage: connection.stage,
  apiId: connection.api.apiId,
  domainName: connection.host,
  identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent },
  ...(connection.authorizer && { authorizer: connection.authorizer }),
});

export interface Caller {
  readonly principal: Principal;
  readonly accessKey: string;
  readonly accountId: string;
}

export function connectEvent(
  connection: Candidate,
  request: IncomingMessage,
  query: URLSearchParams,
  caller: Caller | undefined,
) {
  const context = requestContext(connection, '$connect', 'CONNECT');
  const userArn = caller?.principal.arn;
  const signedBy = caller && {
    accessKey: caller.accessKey,
    accountId: caller.accountId,
    caller: userArn,
    user: userArn,
    userArn,
  };
  return {
    ...connectRequest(request, query),
    requestContext: { ...context, identity: { ...context.identity, ...signedBy } },
    isBase64Encoded: false,
  };
}

/** The event of an authorizer (AWS: "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers"). */
export function authorizerEvent(
  connection: Candidate,
  request: IncomingMessage,
  query: URLSearchParams,
  methodArn: string,
) {
  return {
    type: 'REQUEST',
    methodArn,
    ...connectRequest(request, query),
    requestContext: requestContext(connection, '$connect', 'CONNECT'),
  };
}

function connectRequest(request: IncomingMessage, query: URLSearchParams) {
  const headers = multiValue(
    request.rawHeaders.flatMap((name, index, all) => (index % 2 === 0 ? [[name, all[index + 1] ?? '']] : [])),
  );
  return {
    headers: lastValues(headers),
    multiValueHeaders: headers,
    ...(query.size > 0 && {
      queryStringParameters: lastValues(multiValue([...query])),
      multiValueQueryStringParameters: multiValue([...query]),
    }),
  };
}

export function messageEvent(connection: Connection, routeKey: string, body: string) {
  const messageId = `${randomBytes(11).toString('base64url')}=`;
  return {
    requestContext: { ...requestContext(connection, routeKey, 'MESSAGE'), messageId },
    body,
    isBase64Encoded: false,
  };
}

export function disconnectEvent(connection: Connection, code: number, reason: string) {
  const host = { Host: connection.host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return {
    headers: host,
    multiValueHeaders: Object.fromEntries(Object.entries(host).map(([name, value]) => [name, [value]])),
    requestContext: {
      ...requestContext(connection, '$disconnect', 'DISCONNECT'),
      disconnectStatusCode: code,
      disconnectReason: code === 1005 ? 'Client-side close frame status not set' : reason,
    },
    isBase64Encoded: false,
  };
}

function multiValue(entries: ReadonlyArray<readonly string[]>): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name = '', value = ''] of entries) values[name] = [...(values[name] ?? []), value];
  return values;
}

const lastValues = (values: Readonly<Record<string, string[]>>) =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1)]));
