import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Caller } from '../platform/access/caller.ts';

/** Who holds a ticket, then a connection. */
export interface Holder extends Caller {
  /** When the access token ends that bought the ticket, epoch seconds: nothing is pushed to the connection after it. */
  readonly authorizedUntil: number;
}

/** As an item keeps it. The authorizer's context has the same, as text. */
const holder = z.object({
  userId: z.string(),
  isPlatformAdmin: z.union([z.boolean(), z.stringbool()]),
  sessionId: z.string().optional(),
  authorizedUntil: z.coerce.number(),
});

/** @throws ZodError for what is none */
export const parseHolder = (value: unknown): Holder => ({ sessionId: undefined, ...holder.parse(value) });

/** What the index of subscribers must hold besides its keys. */
export const holderAttributeNames = ['userId', 'isPlatformAdmin', 'sessionId', 'authorizedUntil'] as const;

/** Attributes of an item, or an authorizer's context: what is undefined can stand in neither. */
export const holderAttributes = ({ userId, isPlatformAdmin, sessionId, authorizedUntil }: Holder) => ({
  userId,
  isPlatformAdmin,
  authorizedUntil,
  ...(sessionId !== undefined && { sessionId }),
});

/** Who is connected, as the authorizer of $connect said: API Gateway tells it with every message. */
export const readHolder = ({ requestContext }: APIGatewayProxyWebsocketEventV2): Holder =>
  parseHolder((requestContext as { authorizer?: unknown }).authorizer);
