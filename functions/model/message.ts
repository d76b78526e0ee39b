import * as z from 'zod';
import { applicationId, deviceId, timestamp } from './identifiers.ts';

/** How a message ended: each in exactly one of these. */
export const disposition = z.enum(['stored', 'duplicate', 'quarantined', 'dead-lettered']).meta({ id: 'Disposition' });
export type Disposition = z.infer<typeof disposition>;

/** What devices give, or a ULID: unlike this, `~` and `/` are in no device id and in no message id. */
const ownMessageId = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/);

/** Where a message's exact bytes are: one gzip member inside an object of S3. Bytes. */
const rawLocation = z.object({ key: z.string(), offset: z.int().nonnegative(), length: z.int().positive() });

/** A message's passport, as the pipeline writes it: what became of it, and when each stage ended. Times are epoch milliseconds. */
export const messageRecord = z.object({
  deviceId: z.string(),
  messageId: z.string(),
  /** The application that its device was in; none where that was not known. */
  applicationId: z.string().optional(),
  /** One per publish. */
  traceId: z.string(),
  disposition,
  receivedAt: z.number(),
  /** Latest event time in the message. */
  eventTime: z.number().optional(),
  format: z.string().optional(),
  /** How many points it had. */
  points: z.number().optional(),
  /** Why it was not stored. */
  reason: z.string().optional(),
  failureClass: z.enum(['validation', 'authentication', 'processing', 'storage']).optional(),
  raw: rawLocation,
  /** When each stage ended: queued, started, decoded, archived, stored, state, recorded. */
  stages: z.record(z.string(), z.number()),
  /** Deliveries to the pipeline that failed before this one. */
  attempt: z.number(),
  clientId: z.string().optional(),
  principal: z.string().optional(),
});
export type MessageRecord = z.infer<typeof messageRecord>;

/** Names what came under one message id of one device. */
export const messageReference = z
  .string()
  .regex(/^[^~/]{1,128}~[^~/]{1,128}$/, "must be '<deviceId>~<messageId>'")
  .meta({ id: 'MessageReference', description: '`<deviceId>~<messageId>`', example: 'boiler-7~01KA3V5Q0C7M' });

/** A message in a list. */
export const messageSummary = z
  .object({
    id: messageReference,
    deviceId,
    messageId: ownMessageId,
    disposition,
    /** When the platform received it. */
    receivedAt: timestamp,
    /** The device's own time: the latest in the message. */
    eventTime: timestamp.optional(),
    points: z.int().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'MessageSummary' });
export type MessageSummary = z.infer<typeof messageSummary>;

const entry = messageRecord.omit({ deviceId: true, messageId: true, applicationId: true }).extend({
  receivedAt: timestamp,
  eventTime: timestamp.optional(),
  stages: z.record(z.string(), timestamp),
});

/** All that came under one message id: the message that was stored, and what was refused or came again beside it. */
export const message = z
  .object({
    id: messageReference,
    deviceId,
    messageId: ownMessageId,
    applicationId: applicationId.optional(),
    /** Of the stored message; where none was stored, of the last that came. */
    disposition,
    entries: z.array(entry.meta({ id: 'MessageEntry' })).min(1),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof message>;

/** One message by itself: the stored one of its id; where none was stored, the last that came. */
export const signal = entry
  .extend({ id: messageReference, deviceId, messageId: ownMessageId, applicationId: applicationId.optional() })
  .meta({ id: 'Signal' });

export const rawMetadata = z
  .object({
    id: messageReference,
    /** Of the bytes that the device sent. */
    size: z.int().nonnegative(),
    contentType: z.string(),
    /** SHA-256 of the bytes that the device sent, hex. */
    checksum: z.string().regex(/^[0-9a-f]{64}$/),
    bucket: z.string(),
    /** Of the object, in which this message is one gzip member beside others. */
    key: z.string(),
    /** Of the gzip member inside the object. */
    offset: z.int().nonnegative(),
    /** Of the gzip member. */
    length: z.int().positive(),
    uploadedAt: timestamp,
  })
  .meta({ id: 'RawMetadata', description: 'Sizes, offset and length are bytes.' });
