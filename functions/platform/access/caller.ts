import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import * as z from 'zod';
import { unauthenticated } from '../http/problem.ts';

/** Cognito group whose members administer every application. */
export const platformAdminGroup = 'platform-admins';

/** Who calls, as the JWT authorizer of API Gateway has verified. */
export interface Caller {
  /** `sub` of the user pool. */
  readonly userId: string;
  readonly isPlatformAdmin: boolean;
  /** `origin_jti`: the sign-in that the token descends from. */
  readonly sessionId: string | undefined;
}

const claims = z.object({
  sub: z.string().min(1),
  token_use: z.literal('access', { error: 'the access token is expected, not the id token' }),
  origin_jti: z.string().optional(),
  /** API Gateway writes lists of claims as text: `[one two]`. */
  'cognito:groups': z.string().optional(),
});

/** @throws Problem 401 */
export function readCaller(event: APIGatewayProxyEventV2): Caller {
  const { authorizer } = event.requestContext as Partial<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']>;
  const result = claims.safeParse(authorizer?.jwt?.claims);
  if (!result.success)
    throw unauthenticated(
      `Sign in and send the access token: ${result.error.issues.map(({ message }) => message).join('; ')}.`,
    );
  const { sub, origin_jti: sessionId, 'cognito:groups': groups = '' } = result.data;
  return {
    userId: sub,
    sessionId,
    isPlatformAdmin: groups
      .replace(/^\[|\]$/g, '')
      .split(/[\s,]+/)
      .includes(platformAdminGroup),
  };
}

/** When the access token ends that a request came with, epoch seconds. */
export const readTokenEnd = (event: APIGatewayProxyEventV2): number => {
  const { authorizer } = event.requestContext as Partial<APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']>;
  return z.coerce.number().int().positive().parse(authorizer?.jwt?.claims['exp']);
};
