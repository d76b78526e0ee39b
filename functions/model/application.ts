import * as z from 'zod';
import { role } from '../platform/access/permissions.ts';
import { applicationId, configuration, deviceId, displayName, roomId, timestamp, version } from './identifiers.ts';

/** Where devices belong that nobody assigned. */
export const defaultApplication = 'default';

/** The unit of isolation: every device, room and member belongs to one. */
export const application = z
  .object({
    applicationId,
    name: displayName,
    settings: configuration,
    version,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Application' });
export type Application = z.infer<typeof application>;

/** A person in an application. */
export const membership = z
  .object({
    applicationId,
    userId: z.string().min(1).max(128),
    email: z.email(),
    role,
    /** Narrows what is seen to these devices, and to those in these rooms. Without grants: all of the application. */
    grants: z
      .object({ deviceIds: z.array(deviceId).max(200).default([]), roomIds: z.array(roomId).max(200).default([]) })
      .optional(),
    version,
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Membership' });
export type Membership = z.infer<typeof membership>;
