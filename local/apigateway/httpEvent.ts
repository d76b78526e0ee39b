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
  /** Who signed it, on routes with IAM authorization. */
  readonly caller: { readonly principal: Principal; readonly accessKey: string } | undefined;
}

/** The event of payload format 2.0 (AWS: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway"). */
export function httpEvent({
  route,
  parameters,
  accountId,
  apiId,
  request,
  path,
  rawQuery,
  sourceIp,
  caller,
}: HttpCall): Record<string, unknown> {
  const now = Date.now();
  const query: Record<string, string> = {};
  for (const [name, value] of request.query) query[name] = name in query ? `${query[name]},${value}` : value;
  const { cookie, ...headers } = request.headers as Record<string, string>;
  const isText = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml)))/.test(
    headers['content-type'] ?? 'text/plain',
  );
  return {
    version: '2.0',
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
      ...(caller && { authorizer: { iam: identity(caller, accountId) } }),
      domainName: headers['host'],
      domainPrefix: apiId,
      http: { method: request.method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: requestTime(now),
      timeEpoch: now,
    },
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

function identity({ principal, accessKey }: NonNullable<HttpCall['caller']>, accountId: string) {
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
