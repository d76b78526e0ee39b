import * as z from 'zod';
import { applicationId, timestamp } from './identifiers.ts';

/** Something that happened to a device or room. Written once, never changed. */
export const event = z
  .object({
    /** A ULID: events sort by time. */
    eventId: z.string(),
    applicationId,
    at: timestamp,
    /** As in `device.registered`. */
    type: z.string().regex(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/),
    /** What it happened to, as in `device:boiler-7`. */
    entity: z.string(),
    /** Who made it happen: `user:<id>`, `device:<id>`, `apiKey:<id>` or `system`. */
    actor: z.string(),
    /** `roomId` says where a device was: members who see only some rooms find events by it. */
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
export type Event = z.infer<typeof event>;
