import * as z from 'zod';
import { timestamp } from './identifiers.ts';

/** SHA-256 of the certificate, as AWS IoT names it. */
export const certificateId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
  .meta({ id: 'CertificateId' });

/** A certificate that a device connects with. */
export const certificate = z
  .object({
    certificateId,
    /** As AWS IoT names it. Only an ACTIVE one connects; a REVOKED one stays so. */
    status: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: 'Certificate' });
export type Certificate = z.infer<typeof certificate>;
