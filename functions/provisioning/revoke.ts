import type { Certificate } from '../model/certificate.ts';
import type { Sends } from '../platform/clients.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { findCertificate, setCertificateStatus } from '../platform/records/deviceCertificates.ts';

/** Revokes a certificate of a device for good; AWS IoT ends its connection. Undefined: the device has no such certificate. */
export const revokeCertificate =
  ({ iot, change }: { readonly iot: Sends; readonly change: ReturnType<typeof changeTogether> }) =>
  async (
    { deviceId, applicationId }: { readonly deviceId: string; readonly applicationId: string },
    certificateId: string,
    actor: string,
  ): Promise<Certificate | undefined> => {
    const found = await findCertificate({ iot })(deviceId, certificateId);
    if (found === undefined) return undefined;
    // First the lock, then the book: who repeats a request that ended in between finds it REVOKED, and is written down.
    await setCertificateStatus({ iot })(certificateId, 'REVOKED');
    await change(
      [],
      [
        {
          applicationId,
          actor,
          operation: 'revokeCertificate',
          entity: `device:${deviceId}`,
          changes: { [`certificate ${certificateId}`]: { from: found.status, to: 'REVOKED' } },
        },
      ],
    );
    return { certificateId, status: 'REVOKED', createdAt: found.createdAt };
  };
