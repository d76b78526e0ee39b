import middy from '@middy/core';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { logger } from './observe.ts';

/** Whom to let through; API Gateway tells the routes of the connection the context, as text. */
export interface Admitted {
  readonly principalId: string;
  readonly context: Readonly<Record<string, string | number | boolean>>;
}

/** The middleware of a function that authorizes $connect. Whom it does not admit is refused with 403. */
export function webSocketAuthorizer(admit: (event: APIGatewayRequestAuthorizerEvent) => Promise<Admitted | undefined>) {
  return middy<APIGatewayRequestAuthorizerEvent, APIGatewayAuthorizerResult>()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .onError(({ error }) => {
      logger.error('not authorized: the authorizer failed', error as Error);
    })
    .handler(async (event) => {
      const admitted = await admit(event);
      return {
        principalId: admitted?.principalId ?? 'nobody',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Action: 'execute-api:Invoke',
              Effect: admitted === undefined ? 'Deny' : 'Allow',
              Resource: event.methodArn,
            },
          ],
        },
        ...(admitted !== undefined && { context: admitted.context }),
      };
    });
}
