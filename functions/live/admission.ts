import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { verifyConnection } from '../platform/access/apiKeySignature.ts';
import { Problem } from '../platform/http/problem.ts';
import { logger } from '../platform/observe.ts';
import type { Admitted } from '../platform/webSocketAuthorizer.ts';
import { type Holder, holderAttributes } from './holder.ts';
import type { useTicket } from './tickets.ts';

/** API Gateway ends a connection after two hours. Seconds. */
const longestConnection = 2 * 3600;

interface AdmissionDependencies {
  readonly useTicket: ReturnType<typeof useTicket>;
  readonly verifyConnection: ReturnType<typeof verifyConnection>;
}

/**
 * Who may open a WebSocket connection: a person by a ticket, a device by a signature of its API key in the query. API Gateway tells
 * whom it refuses no more than 403, so the reason is in the log.
 */
export const admitConnection =
  ({ useTicket: use, verifyConnection: verify }: AdmissionDependencies) =>
  async (
    { queryStringParameters }: Pick<APIGatewayRequestAuthorizerEvent, 'queryStringParameters'>,
    now = Date.now(),
  ): Promise<Admitted | undefined> => {
    const query = queryStringParameters ?? {};
    const holder = query['signature'] === undefined ? await use(query['ticket'] ?? '') : await device(query);
    return holder && { principalId: holder.userId, context: holderAttributes(holder) };

    async function device(claims: Readonly<Record<string, string | undefined>>): Promise<Holder | undefined> {
      try {
        const { applicationId, keyId } = await verify(claims, now);
        return {
          userId: `apiKey:${applicationId}.${keyId}`,
          // A key is a member of nothing: it sends, and is shown nothing.
          isPlatformAdmin: false,
          sessionId: undefined,
          authorizedUntil: Math.floor(now / 1000) + longestConnection,
        };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        logger.warn('connection of a device refused', { key: claims['key'], reason: error.message });
        return undefined;
      }
    }
  };
