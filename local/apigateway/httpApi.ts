import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CloudContext } from '../context.ts';
import { readBody, type SignedRequest, signedRequest } from '../edge.ts';
import { credentialScope } from '../identity/signature.ts';
import type { AccessPort, FunctionPort } from '../ports.ts';
import { AwsError, type Principal } from '../service.ts';
import { type AuthorizerContext, authorizerEvent, type HttpCall, httpEvent, signerIdentity } from './httpEvent.ts';
import { createJwtAuthorizers } from './jwtAuthorizer.ts';
import type { createLambdaAuthorizers } from './lambdaAuthorizer.ts';
import type { ApiModel, CorsModel } from './model.ts';
import { findRoute } from './routes.ts';
import { withTimeout } from './withTimeout.ts';

/** AWS: "Quotas for configuring and running an HTTP API in API Gateway". */
const payloadLimit = 10 * 1024 * 1024;

export interface ApiDependencies {
  readonly functions: FunctionPort;
  readonly access: AccessPort;
  readonly identify: (request: SignedRequest) => Principal;
}

/** HTTP APIs (AWS: "Working with HTTP APIs"), payload format 2.0. */
export function createHttpApi(
  context: CloudContext,
  { functions, access, identify }: ApiDependencies,
  askFunction: ReturnType<typeof createLambdaAuthorizers>,
) {
  const { region, accountId } = context;
  const askIssuer = createJwtAuthorizers();

  return async (api: ApiModel, request: IncomingMessage, response: ServerResponse, basePath: string): Promise<void> => {
    const cors = corsHeaders(api.cors, request.headers.origin);
    const send = ({ status, headers, body }: HttpAnswer) => {
      const own = api.cors
        ? Object.entries(headers).filter(([name]) => !name.startsWith('access-control-'))
        : Object.entries(headers);
      response.writeHead(status, {
        'apigw-requestid': randomUUID(),
        ...Object.fromEntries(own),
        ...cors,
        'content-length': Buffer.byteLength(body),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const refuse = (status: number, message: string, headers = {}) =>
      send({ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ message }) });

    const signed = signedRequest(request, await readBody(request));
    const path = decodePath(signed.path.slice(basePath.length));
    if (path === undefined) return refuse(400, 'Bad Request');
    if (request.method === 'OPTIONS' && api.cors) {
      response.writeHead(204, cors && { ...cors, ...preflightHeaders(api.cors) }).end();
      return;
    }
    if (signed.body.length > payloadLimit) return refuse(413, 'Request Entity Too Large');
    const match = findRoute(api, signed.method, path);
    if (!match) return refuse(404, 'Not Found');
    const { route } = match;
    const arn = (rest: string) => `arn:aws:execute-api:${region}:${accountId}:${api.apiId}/$default/${rest}`;
    const rawQuery = request.url?.split('?').slice(1).join('?') ?? '';
    const call: HttpCall = {
      ...match,
      accountId,
      apiId: api.apiId,
      request: signed,
      path,
      rawQuery,
      sourceIp: request.socket.remoteAddress ?? '',
    };
    const authorized = await authorize(api, call, arn(`${signed.method}${path}`));
    if ('refused' in authorized) return refuse(authorized.refused, messages[authorized.refused], authorized.headers);
    const integration = api.integrations.get(route.integrationId);
    if (
      !integration ||
      !functions.isInvocableBy(integration.functionArn, 'apigateway.amazonaws.com', arn(route.key.replace(' ', '')))
    ) {
      return refuse(500, 'Internal Server Error');
    }
    const event = httpEvent(call, authorized.context);
    const result = await withTimeout(invoke(integration.functionArn, event), integration.timeoutMilliseconds);
    if (result === 'timeout') return refuse(503, 'Service Unavailable');
    if (result === 'tooLarge') return refuse(413, 'Request Entity Too Large');
    const answer = result.functionError ? undefined : httpAnswer(result.payload);
    if (!answer) return refuse(500, 'Internal Server Error');
    send(answer);
  };

  async function invoke(functionArn: string, event: unknown) {
    try {
      const result = await functions.invoke(functionArn, event);
      // The caller is outside the process: what it is told must survive a kill.
      await context.store.committed();
      return result;
    } catch (error) {
      if (error instanceof AwsError && error.status === 413) return 'tooLarge';
      throw error;
    }
  }

  async function authorize(api: ApiModel, call: HttpCall, resource: string): Promise<Authorized> {
    const { route, request } = call;
    const { authorizer } = route;
    if (route.authorization === 'AWS_IAM') return authorizeByIam(request, resource);
    if (authorizer?.kind === 'jwt') {
      const answer = await askIssuer(authorizer, route, request);
      return answer.refused
        ? { refused: answer.refused, headers: { 'www-authenticate': answer.wwwAuthenticate } }
        : { context: { jwt: { claims: answer.claims, scopes: answer.scopes } } };
    }
    if (!authorizer) return { context: undefined };
    const answer = await askFunction({
      api,
      authorizer,
      request,
      variables: {
        apiId: api.apiId,
        domainName: request.headers['host'] ?? '',
        httpMethod: request.method,
        'identity.sourceIp': call.sourceIp,
        path: call.path,
        routeKey: route.key,
        stage: '$default',
      },
      resource,
      event: (identity) => authorizerEvent(call, resource, identity),
    });
    return answer.refused
      ? { refused: ({ unauthorized: 401, forbidden: 403, failed: 500 } as const)[answer.refused] }
      : { context: { lambda: answer.context } };
  }

  function authorizeByIam(request: SignedRequest, resource: string): Authorized {
    try {
      const principal = identify(request);
      if (principal.kind === 'role' && !access.isAllowed(principal.roleArn, 'execute-api:Invoke', resource))
        return { refused: 403 };
      const accessKey = credentialScope(request)?.accessKeyId ?? '';
      return { context: { iam: signerIdentity({ principal, accessKey }, accountId) } };
    } catch (error) {
      if (error instanceof AwsError) return { refused: 403 };
      throw error;
    }
  }
}

const messages = { 401: 'Unauthorized', 403: 'Forbidden', 500: 'Internal Server Error' } as const;

type Authorized =
  | { readonly refused: keyof typeof messages; readonly headers?: Readonly<Record<string, string>> }
  | { readonly context: AuthorizerContext | undefined };

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path) || '/';
  } catch {
    return undefined;
  }
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
}

/** A function's answer in format 2.0: with a status code as given, anything else as the body of a 200. Undefined when it is malformed. */
function httpAnswer(payload: unknown): HttpAnswer | undefined {
  const answer = payload as {
    statusCode?: unknown;
    headers?: Record<string, unknown>;
    body?: unknown;
    isBase64Encoded?: boolean;
    cookies?: string[];
  } | null;
  if (typeof answer !== 'object' || answer === null || answer.statusCode === undefined) {
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    };
  }
  const status = Number(answer.statusCode);
  const body = answer.body ?? '';
  if (!(Number.isInteger(status) && status >= 100 && status <= 599) || typeof body !== 'string') return undefined;
  const headers: Record<string, string | string[]> = { 'content-type': 'text/plain; charset=utf-8' };
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (answer.cookies) headers['set-cookie'] = answer.cookies;
  return { status, headers, body: answer.isBase64Encoded ? Buffer.from(body, 'base64') : body };
}

/** What API Gateway adds to each answer, in place of what the function says (AWS: "Configure CORS for HTTP APIs in API Gateway"). */
function corsHeaders(cors: CorsModel | undefined, origin: string | undefined): Record<string, string> | undefined {
  if (!cors || origin === undefined) return undefined;
  const allowed = cors.origins.find(
    (candidate) =>
      candidate === '*' ||
      candidate === origin ||
      (candidate.endsWith('://*') && origin.startsWith(candidate.slice(0, -1))),
  );
  if (allowed === undefined) return undefined;
  return {
    'access-control-allow-origin': allowed === '*' ? '*' : origin,
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
