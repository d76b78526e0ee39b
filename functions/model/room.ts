import * as z from 'zod';
import { applicationId, configuration, displayName, metadata, roomId, timestamp, version } from './identifiers.ts';

/** A place that devices are in: the item `room` in the rooms table. */
export const room = z
  .object({
    roomId,
    applicationId,
    name: displayName,
    type: z.string().trim().min(1).max(64).optional(),
    /** Devices that say they are in it; moves keep it right. */
    deviceCount: z.int().nonnegative(),
    metadata,
    configuration,
    version,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Room' });
export type Room = z.infer<typeof room>;
