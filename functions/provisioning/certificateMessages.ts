import * as z from 'zod';
import { certificateId } from '../model/certificate.ts';
import { timestamp } from '../model/identifiers.ts';

/** Longest delay of SQS. Seconds. */
const longestGrace = 900;

/** Device → service, on `…/rotate`. RSA with 4096 bits has less than 2 KB. */
export const rotateRequest = z
  .object({
    certificateSigningRequest: z
      .string()
      .startsWith('-----BEGIN')
      .max(8192, 'has more than 8 KB')
      .meta({ description: 'PEM of a PKCS #10 request' }),
  })
  .strict();

/** Service → device, on `…/rotate/accepted`. */
export const rotateAnswer = z.object({ certificateId, certificatePem: z.string() });

/** Device → service, on `…/confirm`, over a connection with the new certificate. */
export const confirmRequest = z
  .object({
    graceSeconds: z
      .int()
      .min(0)
      .max(longestGrace)
      .default(300)
      .meta({ description: 'How long the replaced certificate stays good' }),
  })
  .strict();

/** Service → device, on `…/confirm/accepted`. */
export const confirmAnswer = z.object({
  certificateId,
  replaced: certificateId.meta({ description: 'The certificate that is replaced' }),
  retiresAt: timestamp,
});

/** Service → device, on `…/rejected`. */
export const certificateRefusal = z.object({ reason: z.string() });
