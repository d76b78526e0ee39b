import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { badRequest, notFound } from '../platform/http/problem.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { listCertificates } from '../platform/records/deviceCertificates.ts';
import type { provisioningOperations } from './operations.ts';
import type { issueToken } from './permit.ts';
import { revokeCertificate } from './revoke.ts';

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

  revokeCertificate: async ({ access: { device, caller }, params: { certificateId } }) => {
    const revoked = await revokeCertificate({ iot, change })(device, certificateId, `user:${caller.userId}`);
    if (revoked === undefined) throw notFound('certificate', certificateId);
    return { body: revoked };
  },
});
