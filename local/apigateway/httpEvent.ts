import { randomUUID } from 'node:crypto';
import type { SignedRequest } from '../edge.ts';
import type { Principal } from '../service.ts';
import { requestTime } from './requestTime.ts';
import type { RouteMatch } from './routes.ts';

export interface HttpCall extends RouteMatch {
  readonly accountId: string;
  readonly apiId: string;
  readonly request: SignedRequest;
  /** Decoded, and the query as it was sent. */
  readonly path: string;
  readonly rawQuery: string;
  readonly sourceIp: string;
}

/** Who signed it, on routes with IAM authorization. */
interface Signer {
  readonly principal: Principal;
  readonly accessKey: string;
}

/** What authorization learned of the caller, as functions see it. */
export type AuthorizerContext = Readonly<Partial<Record<'iam' | 'jwt' | 'lambda', unknown>>>;

/** The event of payload format 2.0 (AWS: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway"). */
export function httpEvent(call: HttpCall, authorizer: AuthorizerContext | undefined): Record<string, unknown> {
  const { requestContext, ...event } = requestOf(call);
  const { body } = call.request;
  const isText = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml)))/.test(
    call.request.headers['content-type'] ?? 'text/plain',
  );
  return {
    version: '2.0',
    ...event,
    requestContext: { ...requestContext, ...(authorizer && { authorizer }) },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** The event of an authorizer in format 2.0 (AWS: "Control access to HTTP APIs with AWS Lambda authorizers"). */
export function authorizerEvent(
  call: HttpCall,
  routeArn: string,
  identitySource: readonly string[],
): Record<string, unknown> {
  return { version: '2.0', type: 'REQUEST', routeArn, identitySource, ...requestOf(call) };
}

function requestOf({ route, parameters, accountId, apiId, request, path, rawQuery, sourceIp }: HttpCall) {
  const now = Date.now();
  const query: Record<string, string> = {};
  for (const [name, value] of request.query) query[name] = name in query ? `${query[name]},${value}` : value;
  const { cookie, ...headers } = request.headers as Record<string, string>;
  return {
    routeKey: route.key,
    rawPath: path,
    rawQueryString: rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers: { ...headers, 'x-forwarded-for': sourceIp, 'x-forwarded-proto': 'http' },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: {
      accountId,
      apiId,
      domainName: headers['host'],
      domainPrefix: apiId,
      http: { method: request.method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: requestTime(now),
      timeEpoch: now,
    },
  };
}

/** Of IAM authorization. */
export function signerIdentity({ principal, accessKey }: Signer, accountId: string) {
  return {
    accessKey,
    accountId,
    callerId: principal.arn,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: principal.arn,
    userId: principal.arn,
  };
}
