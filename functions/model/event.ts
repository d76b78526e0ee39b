import * as z from 'zod';
import type { Device } from './device.ts';
import { applicationId, roomId, timestamp, typeName } from './identifiers.ts';

/** How much an event asks for somebody's attention. */
export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What an event's device or room was at that moment, for those who sort, filter and count events without asking the registry. */
const eventMetadata = z
  .object({
    deviceType: typeName.optional(),
    roomId: roomId.optional(),
    /** As the metadata of the device say. */
    location: z.union([z.string(), z.number(), z.boolean()]).optional(),
  })
  .meta({ id: 'EventMetadata' });

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
    metadata: eventMetadata.optional(),
  })
  .meta({ id: 'Event' });
export type Event = z.infer<typeof event>;

/** The metadata of an event of this device, if there is anything to say. */
export function metadataOf({ deviceType, roomId: room, metadata }: Device): Pick<Event, 'metadata'> {
  const { location } = metadata;
  if (deviceType === undefined && room === undefined && location === undefined) return {};
  return {
    metadata: {
      ...(deviceType !== undefined && { deviceType }),
      ...(room !== undefined && { roomId: room }),
      ...(location !== undefined && { location }),
    },
  };
}
