import { IoTClient } from '@aws-sdk/client-iot';
import { listCertificates } from '../../functions/platform/records/deviceCertificates.ts';
import { revokeCertificate } from '../../functions/provisioning/revoke.ts';
import { PlainError } from '../commandLine.ts';
import { operatorRegistry } from '../fleet/registerDevice.ts';
import type { Target } from '../target.ts';

/** Revokes a device's certificate with the operator's credentials. */
export async function revoke(target: Target, id: string, wanted: string | undefined): Promise<void> {
  const iot = new IoTClient(target.client);
  const { change, find } = operatorRegistry(target);
  const applicationId = (await find(id))?.applicationId ?? 'default';
  const certificateId = wanted ?? (await onlyCertificate(iot, id));
  const revoked = await revokeCertificate({ iot, change })({ deviceId: id, applicationId }, certificateId, 'system');
  if (revoked === undefined) throw new PlainError(`${id} has no certificate ${certificateId}.`);
  console.log(`The certificate ${certificateId.slice(0, 12)}… of ${id} is revoked; its connection is cut.`);
}

/** @throws PlainError when there is none, or there are several. */
async function onlyCertificate(iot: IoTClient, id: string): Promise<string> {
  const { items } = await listCertificates({ iot })(id, { limit: 100 });
  const [only, ...others] = items.filter(({ status }) => status === 'ACTIVE');
  if (only === undefined) throw new PlainError(`${id} has no ACTIVE certificate; name another with --certificate.`);
  if (others.length > 0) {
    const list = items.map(({ certificateId, status, createdAt }) => `  ${certificateId}  ${status}  ${createdAt}`);
    throw new PlainError(`${id} has several ACTIVE certificates; say which with --certificate:\n${list.join('\n')}`);
  }
  return only.certificateId;
}
