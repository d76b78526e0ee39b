import * as z from 'zod';

/**
 * Channels that a client may subscribe to: what one device says, what the devices of a room or of an application say, the alarms of
 * an application, and the platform's own messages, which are for its admins.
 */
const channel = z
  .string()
  .max(256)
  .regex(
    /^(?:device:[A-Za-z0-9:_-]{1,128}|(?:room|application|alarms):[A-Za-z0-9_-]{1,64}|system)$/,
    "must be 'device:', 'room:', 'application:' or 'alarms:' followed by an id, or 'system'",
  );

/** Client → server. Routed by `action`. */
export const subscribeRequest = z.object({
  action: z.enum(['subscribe', 'unsubscribe']),
  channels: z.array(channel).min(1).max(100),
});

/** A metric's value as it is stored and shown. */
export const metricValue = z.union([z.number(), z.string(), z.boolean()]);

/** One device's new values in one message. Times are ISO 8601 UTC. */
const liveUpdate = z.object({
  /** Whoever subscribed to one of these gets it, once. */
  channels: z.array(z.string()).min(1),
  deviceId: z.string(),
  roomId: z.string().optional(),
  applicationId: z.string(),
  messageId: z.string(),
  /** Event time. */
  time: z.iso.datetime(),
  /** When the rule received it. */
  receivedAt: z.iso.datetime(),
  values: z.record(z.string(), metricValue),
  units: z.record(z.string(), z.string()).optional(),
});
export type LiveUpdate = z.infer<typeof liveUpdate>;

/** Something other than telemetry that changed: a command's state, whether a device is there, its twin, an event. */
const liveChange = z.object({
  /** Whoever subscribed to one of these gets it, once. */
  channels: z.array(z.string()).min(1),
  /** Says what `data` is. */
  kind: z.enum(['command', 'event', 'presence', 'twin']),
  applicationId: z.string(),
  /** Absent when it is about no one device. */
  deviceId: z.string().optional(),
  roomId: z.string().optional(),
  /** When it happened. */
  at: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});
export type LiveChange = z.infer<typeof liveChange>;

/** What the functions put on the live queue: as few packed SQS messages per batch as their size allows. */
export const liveMessage = z
  .object({ updates: z.array(liveUpdate).optional(), changes: z.array(liveChange).optional() })
  .refine(({ updates = [], changes = [] }) => updates.length + changes.length > 0, 'holds neither updates nor changes');

/** A channel that was not subscribed, and why: as the HTTP API would refuse to read what it is about. */
const channelRefusal = z.object({ channel: z.string(), status: z.int(), detail: z.string() });
export type ChannelRefusal = z.infer<typeof channelRefusal>;

/** Server → client. */
export const serverMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribed'),
    channels: z.array(z.string()),
    refused: z.array(channelRefusal).optional(),
  }),
  z.object({ type: z.literal('unsubscribed'), channels: z.array(z.string()) }),
  z.object({ type: z.literal('updates'), updates: z.array(liveUpdate) }),
  z.object({ type: z.literal('changes'), changes: z.array(liveChange) }),
  z.object({
    type: z.literal('error'),
    title: z.string(),
    detail: z.string(),
    /** Of a request that carried them: its nonce, and the status that HTTP would have answered. */
    nonce: z.string().optional(),
    status: z.int().optional(),
  }),
  /** Telemetry that was sent is on its way; `href` is where its passport will be. */
  z.object({
    type: z.literal('accepted'),
    nonce: z.string(),
    id: z.string(),
    deviceId: z.string(),
    messageId: z.string(),
    href: z.string(),
  }),
]);
