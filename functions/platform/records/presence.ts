import * as z from 'zod';
import type { Sends } from '../clients.ts';
import { readItems } from '../tables.ts';

/** Whether a device is there, and when it was last heard: its item `presence` in the devices table, which only the feature presence writes. */
export const presenceKey = (deviceId: string) => ({ deviceId, item: 'presence' });

/** Times are epoch milliseconds. */
const presence = z.object({
  deviceId: z.string(),
  /** What its newest lifecycle event says: whether it has a connection at this moment. Without one it may be online all the same. */
  connected: z.boolean().default(false),
  /** Of the newest connection: its version, its session, and the event's own time, which says its place where versions can't. */
  connectionVersion: z.number().optional(),
  connectionSession: z.string().optional(),
  connectionEventAt: z.number().optional(),
  /** When the rule received that the newest connection began, and that it ended. */
  connectedAt: z.number().optional(),
  disconnectedAt: z.number().optional(),
  /** As AWS IoT gives it: CLIENT_INITIATED_DISCONNECT, CONNECTION_LOST, … */
  disconnectReason: z.string().optional(),
  /** Event times of the disconnects of the last hour, oldest first. */
  disconnects: z.array(z.number()).default([]),
  /** Damped: a device that is back within the grace period was never offline. Absent until there is something to say of a registered device. */
  state: z.enum(['online', 'offline']).optional(),
  previousState: z.enum(['online', 'offline']).optional(),
  stateSince: z.number().optional(),
  /** Why it came to be in this state: connected, heartbeat, telemetry; silent, or the reason of its disconnect. */
  reason: z.string().optional(),
  lastHeartbeat: z.number().optional(),
  /** Of the certificate that it was last heard with. */
  certificateId: z.string().nullish(),
  /** When its state must be looked at again, if nothing is heard until then. */
  dueAt: z.number().optional(),
  /** Optimistic version. Heartbeats don't count. */
  version: z.number().default(0),
});
export type Presence = z.infer<typeof presence>;

/** An item of the devices table as a presence. @throws ZodError for an item that others wrote wrongly */
export const parsePresence = (item: unknown): Presence | undefined =>
  item === undefined ? undefined : presence.parse(item);

/** Reads what there is of these devices, strongly consistent. */
export const readPresences =
  ({ db, tableName }: { readonly db: Sends; readonly tableName: string }) =>
  async (deviceIds: readonly string[]): Promise<Map<string, Presence>> => {
    const { [tableName]: items = [] } = await readItems({ db })({ [tableName]: deviceIds.map(presenceKey) });
    return new Map(items.flatMap((item) => parsePresence(item) ?? []).map((one) => [one.deviceId, one]));
  };

/**
 * The sparse index of what is due: devices that are online for the time being, by the moment at which that is over. Spread over
 * partitions, for their times come in crowds.
 */
export const dueIndex = { name: 'byDue', partitionKey: 'dueShard', sortKey: 'dueAt' } as const;

const shards = 16;
export const dueShards: readonly string[] = Array.from({ length: shards }, (_, at) => shardName(at));

/** The same for a device always. */
export function dueShard(deviceId: string): string {
  // FNV-1a: ids that count up come to lie far apart.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(deviceId)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return shardName(hash % shards);
}

function shardName(at: number): string {
  return `presence#${at}`;
}
