import * as z from 'zod';
import { applicationId, timestamp } from './identifiers.ts';

/** Who did what to what, when. Written in the same transaction as the change; never changed. */
export const auditEntry = z
  .object({
    /** A ULID: entries sort by time. */
    auditId: z.string(),
    applicationId,
    at: timestamp,
    /** `user:<id>`, `device:<id>`, `apiKey:<id>` or `system`. */
    actor: z.string(),
    /** operationId of the HTTP API, or the name of what did it elsewhere. */
    operation: z.string(),
    /** As in `device:boiler-7`. */
    entity: z.string(),
    /** Fields that changed, with their values before and after; never a secret. */
    changes: z.record(z.string(), z.object({ from: z.unknown().optional(), to: z.unknown().optional() })).optional(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;
