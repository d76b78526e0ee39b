import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { badRequest, notFound } from '../platform/http/problem.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { findCertificate, listCertificates, setCertificateStatus } from './deviceCertificates.ts';
import type { provisioningOperations } from './operations.ts';
import type { issueToken } from './permit.ts';

interface ProvisioningDependencies {
  readonly iot: Sends;
  readonly change: ReturnType<typeof changeTogether>;
  readonly issueToken: ReturnType<typeof issueToken>;
}

export const provisioningHandlers = ({
  iot,
  change,
  issueToken: issue,
}: ProvisioningDependencies): Handlers<typeof provisioningOperations> => ({
  createProvisioningToken: async ({ access: { device, caller }, body: { validMinutes } }) => ({
    body: await issue(device, { validMinutes, actor: `user:${caller.userId}` }),
  }),

  listCertificates: async ({ access: { device }, query }) => {
    try {
      return { body: await listCertificates({ iot })(device.deviceId, query) };
    } catch (error) {
      if (query.next === undefined || (error as Error).name !== 'InvalidRequestException') throw error;
      throw badRequest([{ in: 'query', field: 'next', detail: 'not a cursor of this list' }]);
    }
  },

  revokeCertificate: async ({ access: { device, caller, applicationId }, params: { certificateId }, operationId }) => {
    const found = await findCertificate({ iot })(device.deviceId, certificateId);
    if (found === undefined) throw notFound('certificate', certificateId);
    const { status, createdAt } = found;
    // First the lock, then the book: who repeats a request that ended in between finds it REVOKED, and is written down.
    await setCertificateStatus({ iot })(certificateId, 'REVOKED');
    await change(
      [],
      [
        {
          applicationId,
          actor: `user:${caller.userId}`,
          operation: operationId,
          entity: `device:${device.deviceId}`,
          changes: { [`certificate ${certificateId}`]: { from: status, to: 'REVOKED' } },
        },
      ],
    );
    return { body: { certificateId, status: 'REVOKED', createdAt } };
  },
});
