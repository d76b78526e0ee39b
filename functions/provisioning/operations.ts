import * as z from 'zod';
import { certificate, certificateId } from '../model/certificate.ts';
import { deviceId, timestamp } from '../model/identifiers.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';

const params = z.object({ deviceId });

const provisioningToken = z
  .object({
    deviceId,
    token: z.string().meta({ description: 'Shown this once; only a hash is kept' }),
    validUntil: timestamp,
  })
  .meta({ id: 'ProvisioningToken' });

export const provisioningOperations = {
  createProvisioningToken: operation({
    method: 'POST',
    path: '/api/devices/{deviceId}/provisioning-token',
    tag: 'Provisioning',
    summary: 'Make the token with which a device is provisioned by claim',
    description:
      'The device sends it once, over a connection with a claim certificate, as parameter `Token` of fleet provisioning. A new token voids the last one.',
    access: { permission: 'devices:manage', of: 'device' },
    params,
    body: z
      .object({
        validMinutes: z
          .int()
          .min(1)
          .max(90 * 24 * 60)
          .default(24 * 60),
      })
      .strict()
      .meta({ id: 'NewProvisioningToken' }),
    answersSecret: true,
    answer: { status: 201, description: 'The token', content: json(provisioningToken) },
  }),
  listCertificates: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/certificates',
    tag: 'Provisioning',
    summary: 'Certificates of a device',
    access: { permission: 'devices:read', of: 'device' },
    params,
    query: z.object(pageQuery),
    answer: { status: 200, description: 'A page of certificates', content: json(page(certificate)) },
  }),
  revokeCertificate: operation({
    method: 'POST',
    path: '/api/devices/{deviceId}/certificates/{certificateId}/revoke',
    tag: 'Provisioning',
    summary: 'Revoke a certificate for good, and end its connection',
    access: { permission: 'devices:manage', of: 'device' },
    params: params.extend({ certificateId }),
    answer: { status: 200, description: 'The revoked certificate', content: json(certificate) },
  }),
};
