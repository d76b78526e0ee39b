import * as z from 'zod';

/**
 * What was asked of a shadow. It is written before the shadow is, whose update carries its id as client token: so the update itself, which
 * comes back as AWS IoT accepted it, says who wanted it. Times are epoch milliseconds.
 */
export const twinRequest = z.object({
  /** Merge patch of what is desired. */
  desired: z.record(z.string(), z.unknown()),
  /** `user:<id>`, or `system` for values that expired. */
  actor: z.string(),
  cause: z.enum(['request', 'expiry']),
  at: z.number(),
  /** Values that were not confirmed by then are taken back. */
  valuesExpireAt: z.number().optional(),
});
export type TwinRequest = z.infer<typeof twinRequest>;
