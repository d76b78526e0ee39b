import {
  DescribeCertificateCommand,
  ListThingPrincipalsCommand,
  UpdateCertificateCommand,
  type UpdateCertificateCommandInput,
} from '@aws-sdk/client-iot';
import type { Certificate } from '../../model/certificate.ts';
import type { Sends } from '../clients.ts';

interface Iot {
  readonly iot: Sends;
}

/** A certificate with what only AWS IoT needs of it. */
interface KnownCertificate extends Certificate {
  readonly arn: string;
  readonly pem: string;
}

const isAbsent = (error: unknown) => (error as Error).name === 'ResourceNotFoundException';

/** AWS: "ListThingPrincipals", maxResults. */
const pageSize = 250;

/** ARNs of a device's principals, a page; none for a thing that is not there. */
const listPrincipals =
  ({ iot }: Iot) =>
  async (thingName: string, maxResults: number, nextToken?: string) => {
    const answer = await iot
      .send(new ListThingPrincipalsCommand({ thingName, maxResults, nextToken }))
      .catch((error) => {
        if (isAbsent(error)) return {};
        throw error;
      });
    const { principals = [], nextToken: next } = answer as { principals?: string[]; nextToken?: string };
    return { arns: principals.filter((arn) => arn.includes(':cert/')), next };
  };

/** Undefined for a certificate that is not there. */
export const describeCertificate =
  ({ iot }: Iot) =>
  async (certificateId: string): Promise<KnownCertificate | undefined> => {
    try {
      const { certificateDescription: found } = await iot.send(new DescribeCertificateCommand({ certificateId }));
      return {
        certificateId,
        arn: found.certificateArn,
        pem: found.certificatePem,
        status: found.status,
        createdAt: new Date(found.creationDate).toISOString(),
      };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };

/** A page of a device's certificates. @throws Error named InvalidRequestException for a cursor that AWS IoT does not know */
export const listCertificates =
  ({ iot }: Iot) =>
  async (deviceId: string, { limit, next }: { readonly limit: number; readonly next?: string | undefined }) => {
    const page = await listPrincipals({ iot })(deviceId, limit, next);
    const found = await Promise.all(page.arns.map((arn) => describeCertificate({ iot })(idOf(arn))));
    return {
      items: found.flatMap((one): Certificate[] => {
        if (one === undefined) return [];
        const { arn: _, pem: __, ...certificate } = one;
        return [certificate];
      }),
      ...(page.next !== undefined && { next: page.next }),
    };
  };

/** ARNs of all certificates of a device, a page at a time. */
async function* certificateArns({ iot }: Iot, deviceId: string): AsyncGenerator<string> {
  let next: string | undefined;
  do {
    const page = await listPrincipals({ iot })(deviceId, pageSize, next);
    yield* page.arns;
    next = page.next;
  } while (next !== undefined);
}

const idOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

/** A certificate of this device, undefined when it is another's or nobody's. */
export const findCertificate =
  ({ iot }: Iot) =>
  async (deviceId: string, certificateId: string): Promise<KnownCertificate | undefined> => {
    const found = await describeCertificate({ iot })(certificateId);
    if (found === undefined) return undefined;
    for await (const arn of certificateArns({ iot }, deviceId)) if (arn === found.arn) return found;
    return undefined;
  };

/** AWS IoT ends connections with a certificate that is not ACTIVE any more (AWS IoT API Reference: "UpdateCertificate"). */
export const setCertificateStatus =
  ({ iot }: Iot) =>
  async (certificateId: string, newStatus: NonNullable<UpdateCertificateCommandInput['newStatus']>): Promise<void> => {
    await iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));
  };

/** Revokes whatever certificates a device has, for good. Repeating it does no harm. @returns those that were not, as they were */
export const revokeCertificates =
  ({ iot }: Iot) =>
  async (deviceId: string): Promise<Certificate[]> => {
    const revoked: Certificate[] = [];
    for await (const arn of certificateArns({ iot }, deviceId)) {
      const found = await describeCertificate({ iot })(idOf(arn));
      if (found === undefined || found.status === 'REVOKED') continue;
      await setCertificateStatus({ iot })(found.certificateId, 'REVOKED');
      revoked.push(found);
    }
    return revoked;
  };
