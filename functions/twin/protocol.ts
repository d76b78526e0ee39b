import * as z from 'zod';
import { timestamp } from '../model/identifiers.ts';

/** As AWS IoT takes the name of a named shadow (AWS IoT API Reference: "UpdateThingShadow"). */
export const shadowName = z
  .string()
  .regex(/^[A-Za-z0-9:_-]{1,64}$/, "must be 1 to 64 letters, digits, ':', '_' or '-'")
  .meta({ id: 'ShadowName', description: 'Name of a named shadow', example: 'network' });

/** A path of RFC 6901, as in `/temperature` or `/limits/upper`. */
export const valuePath = z.string().meta({ description: 'JSON pointer (RFC 6901)', example: '/temperature' });

/** One change of a twin, as its history keeps it and live connections are told of it. */
export const twinChange = z
  .object({
    /** Absent: the classic shadow. */
    shadowName: shadowName.optional(),
    /** Of the shadow, after the change. */
    version: z.int().positive(),
    at: timestamp,
    /** `user:<id>`, `device:<id>` or `system`. */
    actor: z.string(),
    /**
     * request: a person set desired values. expiry: desired values were not confirmed in time and taken back. device: the device
     * reported. direct: somebody changed what is desired in AWS IoT itself.
     */
    cause: z.enum(['request', 'expiry', 'device', 'direct']),
    /** What became another value; without `from` it came, without `to` it went. */
    changes: z.array(
      z.object({
        section: z.enum(['desired', 'reported']),
        path: valuePath,
        from: z.unknown().optional(),
        to: z.unknown().optional(),
      }),
    ),
    /** Desired values that the reported ones came to agree with. */
    confirmed: z.array(valuePath),
  })
  .meta({ id: 'TwinChange' });
export type TwinChange = z.infer<typeof twinChange>;
