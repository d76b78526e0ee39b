import * as z from 'zod';

/** What AWS IoT says on `$aws/events/presence/connected|disconnected/<client>` (AWS IoT Developer Guide: "Lifecycle events"). */
export const lifecycleEvent = z.object({
  clientId: z.string(),
  /** Only of a client whose certificate is one thing's alone. */
  thingName: z.string().optional(),
  eventType: z.enum(['connected', 'disconnected']),
  /** Epoch milliseconds, right to two minutes. */
  timestamp: z.number().int(),
  sessionIdentifier: z.string(),
  principalIdentifier: z.string(),
  /** The same when a connection begins and when it ends; greater with each, until a client was away for about an hour. */
  versionNumber: z.number().int().nonnegative(),
  disconnectReason: z.string().optional(),
});

/** What AWS IoT says on `$aws/events/subscriptions/subscribed/<client>`. */
export const subscriptionEvent = z.object({ clientId: z.string(), topics: z.array(z.string()) });

/** A lifecycle event's place among those of its client. */
export interface Place {
  readonly connected: boolean;
  readonly version: number;
  readonly session: string | undefined;
  /** The event's own time, epoch milliseconds. */
  readonly at: number;
}

/** Two times that are each wrong by two minutes still tell which was first when they are further apart. Milliseconds. */
const tellingApart = 5 * 60_000;

/**
 * Which of two events of a client came to pass later: AWS delivers them late, twice and in any order. The version number decides; but it
 * begins anew after about an hour without a connection, or when a persistent session has expired. Then the time does, which is never
 * wrong by so much, and for short-lived sessions the session's identifier, which two connections of one numbering share only with other versions.
 * @returns as for sorting: negative when `one` is the earlier, 0 when they are the same event
 */
export function comparePlaces(one: Place, other: Place): number {
  const apart = one.at - other.at;
  if (Math.abs(apart) > tellingApart) return apart;
  if (one.version !== other.version) return one.version - other.version;
  if (one.session !== other.session) return apart;
  return Number(other.connected) - Number(one.connected);
}
