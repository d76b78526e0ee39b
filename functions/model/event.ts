import * as z from 'zod';
import { applicationId, timestamp } from './identifiers.ts';

/** Something that happened: to a device, by a person, in the system. Written once; never changed. */
export const event = z
  .object({
    /** A ULID: events sort by time. */
    eventId: z.string(),
    applicationId,
    at: timestamp,
    /** As in `device.announced`. */
    type: z.string(),
    /** What it is about, as in `device:boiler-7`. */
    entity: z.string(),
    /** `user:<id>`, `device:<id>`, `apiKey:<id>` or `system`. */
    actor: z.string(),
    data: z.record(z.string(), z.json()),
  })
  .meta({ id: 'Event' });
export type Event = z.infer<typeof event>;
