import { X509Certificate } from 'node:crypto';
import type { CertificateAuthority } from '../certificates.ts';
import type { CertificateRecord, CertificateStatus } from '../registry/registeredCertificates.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid } from '../registry/registryErrors.ts';
import { flag, page, type Route, route, seconds } from './route.ts';

/** Device certificates (AWS IoT API Reference). Registering a CA of one's own is not honoured: RegisterCertificateWithoutCA is. */
export function certificateRoutes(registry: Registry, authority: CertificateAuthority, accountId: string): Route[] {
  const { certificates } = registry;
  const certificateArn: Route['resource'] = ({ parameters: [id = ''] }) => registry.arn('cert', id);
  const status = (query: URLSearchParams): CertificateStatus => (flag(query, 'setAsActive') ? 'ACTIVE' : 'INACTIVE');
  const summary = ({ arn, id, status: current, createdAt }: CertificateRecord) => ({
    certificateArn: arn,
    certificateId: id,
    status: current,
    certificateMode: 'DEFAULT',
    creationDate: seconds(createdAt),
  });

  return [
    route('POST /keys-and-certificate', 'CreateKeysAndCertificate', async ({ query }) => {
      const issued = await authority.issue();
      const { arn, id } = certificates.add(issued.pem, status(query));
      return {
        certificateArn: arn,
        certificateId: id,
        certificatePem: issued.pem,
        keyPair: { PublicKey: issued.publicKey, PrivateKey: issued.privateKey },
      };
    }),
    route('POST /certificates', 'CreateCertificateFromCsr', async ({ query, body }) => {
      const issued = await authority.sign(String(body['certificateSigningRequest'] ?? '')).catch((error: unknown) => {
        throw invalid(
          `The certificate signing request can't be used: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
      const { arn, id } = certificates.add(issued.pem, status(query));
      return { certificateArn: arn, certificateId: id, certificatePem: issued.pem };
    }),
    route('POST /certificate/register-no-ca', 'RegisterCertificateWithoutCA', ({ body }) => {
      const { arn, id } = certificates.add(
        String(body['certificatePem'] ?? ''),
        body['status'] === 'ACTIVE' ? 'ACTIVE' : 'INACTIVE',
      );
      return { certificateArn: arn, certificateId: id };
    }),
    route(
      'GET /certificates/{certificateId}',
      'DescribeCertificate',
      ({ parameters: [id = ''] }) => {
        const certificate = certificates.get(id);
        const { validFromDate, validToDate } = new X509Certificate(certificate.pem);
        return {
          certificateDescription: {
            ...summary(certificate),
            certificatePem: certificate.pem,
            ownedBy: accountId,
            lastModifiedDate: seconds(certificate.modifiedAt),
            customerVersion: 1,
            validity: { notBefore: seconds(validFromDate.getTime()), notAfter: seconds(validToDate.getTime()) },
          },
        };
      },
      certificateArn,
    ),
    route('GET /certificates', 'ListCertificates', ({ query }) => {
      const newestFirst = certificates.list();
      const { items, nextToken } = page(
        query,
        flag(query, 'isAscendingOrder') ? newestFirst.reverse() : newestFirst,
        ({ id }) => id,
      );
      return { certificates: items.map(summary), nextMarker: nextToken };
    }),
    route(
      'PUT /certificates/{certificateId}',
      'UpdateCertificate',
      ({ parameters: [id = ''], query }) => certificates.setStatus(id, query.get('newStatus') ?? ''),
      certificateArn,
    ),
    route(
      'DELETE /certificates/{certificateId}',
      'DeleteCertificate',
      ({ parameters: [id = ''], query }) => registry.deleteCertificate(id, flag(query, 'forceDelete')),
      certificateArn,
    ),
  ];
}
