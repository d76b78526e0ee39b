import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CloudContext } from '../context.ts';
import { readBody, type SignedRequest, signedRequest } from '../edge.ts';
import type { AccessPort, FunctionPort } from '../ports.ts';
import { AwsError, type Principal } from '../service.ts';
import type { ApiModel, CorsModel, RouteModel } from './model.ts';

const payloadLimit = 10 * 1024 * 1024;

export interface ApiDependencies {
  readonly functions: FunctionPort;
  readonly access: AccessPort;
  readonly identify: (request: SignedRequest) => Principal;
}

/** HTTP APIs (AWS: "Working with HTTP APIs"), payload format 2.0. */
export function createHttpApi(context: CloudContext, { functions, access, identify }: ApiDependencies) {
  return async (api: ApiModel, request: IncomingMessage, response: ServerResponse, basePath: string): Promise<void> => {
    const signed = signedRequest(request, await readBody(request));
    const path = decodeURIComponent(signed.path.slice(basePath.length)) || '/';
    const cors = corsHeaders(api.cors, signed.headers['origin']);
    const send = (status: number, headers: Record<string, string | string[]>, body: string | Buffer) => {
      response.writeHead(status, { 'apigw-requestid': randomUUID(), ...headers, ...cors, 'content-length': Buffer.byteLength(body) });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const refuse = (status: number, message: string) => send(status, { 'content-type': 'application/json' }, JSON.stringify({ message }));

    if (request.method === 'OPTIONS' && api.cors) return send(204, preflightHeaders(api.cors), '');
    if (signed.body.length > payloadLimit) return refuse(413, 'Request Entity Too Large');
    const match = findRoute(api, signed.method, path);
    if (!match) return refuse(404, 'Not Found');
    const { route, parameters } = match;
    const stage = '$default';
    const principal = authorize(route, signed, `arn:aws:execute-api:${context.region}:${context.accountId}:${api.apiId}/${stage}/${signed.method}${path}`);
    if (principal === 'refused') return refuse(403, 'Forbidden');
    const integration = api.integrations.get(route.integrationId);
    const sourceArn = `arn:aws:execute-api:${context.region}:${context.accountId}:${api.apiId}/${stage}/${route.key.replace(' ', '')}`;
    if (!integration || !functions.isInvocableBy(integration.functionArn, 'apigateway.amazonaws.com', sourceArn)) return refuse(500, 'Internal Server Error');
    const event = httpEvent(api, route, signed, path, parameters, principal, request.socket.remoteAddress);
    const result = await withTimeout(functions.invoke(integration.functionArn, event), integration.timeoutMilliseconds);
    if (result === 'timeout') return refuse(503, 'Service Unavailable');
    if (result.functionError) return refuse(500, 'Internal Server Error');
    const answer = httpAnswer(result.payload);
    if (!answer) return refuse(500, 'Internal Server Error');
    send(answer.status, answer.headers, answer.body);
  };

  function authorize(route: RouteModel, request: SignedRequest, resource: string): Principal | undefined | 'refused' {
    if (route.authorization === 'NONE') return undefined;
    try {
      const principal = identify(request);
      if (principal.kind === 'role' && !access.isAllowed(principal.roleArn, 'execute-api:Invoke', resource)) return 'refused';
      return principal;
    } catch (error) {
      if (error instanceof AwsError) return 'refused';
      throw error;
    }
  }
}

/** Exact routes before those with parameters, `{proxy+}` after, `$default` last (AWS: "Create routes for HTTP APIs"). */
function findRoute(api: ApiModel, method: string, path: string): { route: RouteModel; parameters: Record<string, string> } | undefined {
  const candidates: Array<{ route: RouteModel; parameters: Record<string, string>; rank: number }> = [];
  for (const route of api.routes.values()) {
    const [routeMethod, pattern] = route.key.split(' ');
    if (pattern === undefined || (routeMethod !== 'ANY' && routeMethod !== method)) continue;
    const parameters = matchPath(pattern, path);
    if (!parameters) continue;
    const rank = (pattern.includes('+}') ? 4 : pattern.includes('{') ? 2 : 0) + (routeMethod === 'ANY' ? 1 : 0);
    candidates.push({ route, parameters, rank });
  }
  candidates.sort((a, b) => a.rank - b.rank);
  const fallback = api.routes.get('$default');
  return candidates[0] ?? (fallback && { route: fallback, parameters: {} });
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const parameters: Record<string, string> = {};
  for (let index = 0; index < wanted.length; index += 1) {
    const name = /^\{(\w+)(\+?)\}$/.exec(wanted[index] ?? '');
    if (name?.[2]) {
      const rest = given.slice(index).join('/');
      return rest ? { ...parameters, [name[1] ?? '']: rest } : undefined;
    }
    const part = given[index];
    if (part === undefined || (!name && part !== wanted[index]) || (name && part === '')) return undefined;
    if (name) parameters[name[1] ?? ''] = part;
  }
  return given.length === wanted.length ? parameters : undefined;
}

function httpEvent(
  api: ApiModel,
  route: RouteModel,
  request: SignedRequest,
  path: string,
  parameters: Record<string, string>,
  principal: Principal | undefined,
  sourceIp: string | undefined,
): Record<string, unknown> {
  const now = Date.now();
  const query: Record<string, string> = {};
  for (const [name, value] of request.query) query[name] = name in query ? `${query[name]},${value}` : value;
  const { cookie, ...headers } = request.headers as Record<string, string>;
  const isText = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+json))/.test(headers['content-type'] ?? 'text/plain');
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString: request.query.toString(),
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: api.apiId,
      ...(principal && { authorizer: { iam: { userArn: principal.arn, accountId: '000000000000', callerId: principal.arn, userId: principal.arn } } }),
      domainName: headers['host'],
      domainPrefix: api.apiId,
      http: { method: request.method, path, protocol: 'HTTP/1.1', sourceIp: sourceIp ?? '', userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: string | Buffer;
}

/** A function's answer in format 2.0: with a status code as given, anything else as a JSON body of 200. */
function httpAnswer(payload: unknown): HttpAnswer | undefined {
  if (payload === undefined) return undefined;
  const answer = payload as { statusCode?: number; headers?: Record<string, unknown>; body?: unknown; isBase64Encoded?: boolean; cookies?: string[] } | null;
  if (typeof answer !== 'object' || answer === null || answer.statusCode === undefined) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: typeof payload === 'string' ? payload : JSON.stringify(payload) };
  }
  if (!Number.isInteger(answer.statusCode) || (answer.body !== undefined && typeof answer.body !== 'string')) return undefined;
  const headers: Record<string, string | string[]> = { 'content-type': 'text/plain; charset=utf-8' };
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (answer.cookies) headers['set-cookie'] = answer.cookies;
  const body = (answer.body ?? '') as string;
  return { status: answer.statusCode, headers, body: answer.isBase64Encoded ? Buffer.from(body, 'base64') : body };
}

function corsHeaders(cors: CorsModel | undefined, origin: string | undefined): Record<string, string> {
  if (!cors || origin === undefined) return {};
  if (!cors.origins.includes('*') && !cors.origins.includes(origin)) return {};
  return {
    'access-control-allow-origin': cors.origins.includes('*') ? '*' : origin,
    ...(cors.credentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.exposed.length > 0 && { 'access-control-expose-headers': cors.exposed.join(',') }),
  };
}

function preflightHeaders(cors: CorsModel): Record<string, string> {
  return {
    ...(cors.methods.length > 0 && { 'access-control-allow-methods': cors.methods.join(',') }),
    ...(cors.headers.length > 0 && { 'access-control-allow-headers': cors.headers.join(',') }),
    ...(cors.maxAge !== undefined && { 'access-control-max-age': String(cors.maxAge) }),
  };
}

async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), milliseconds);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
