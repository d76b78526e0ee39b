import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cryptoProvider, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { certificateVariables } from '../../../../local/iot/certificateVariables.ts';

cryptoProvider.set(webcrypto);

// AWS: "X.509 Certificate AWS IoT Core policy variables"
describe('policy variables of a certificate', () => {
  let variables: ReturnType<typeof certificateVariables>;
  beforeAll(async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: '921285cb',
      name: 'CN=device-1, O=Example Corp, O=AnyCompany, OU=a*b, C=US, ST=WA, 2.5.4.5=77, 2.5.4.12=unit, 2.5.4.46=dq',
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new SubjectAlternativeNameExtension([
          { type: 'dns', value: 'device.example' },
          { type: 'email', value: 'a@device.example' },
          { type: 'ip', value: '192.0.2.1' },
        ]),
      ],
    });
    variables = certificateVariables(certificate.toString('pem'));
  });

  test.each<[variable: string, value: unknown]>([
    ['iot:Certificate.SerialNumber', '92:12:85:cb'],
    ['iot:Certificate.Subject.CommonName', 'device-1'],
    ['iot:Certificate.Subject.Country', 'US'],
    ['iot:Certificate.Subject.State', 'WA'],
    ['iot:Certificate.Subject.SerialNumber', '77'],
    ['iot:Certificate.Subject.Title', 'unit'],
    ['iot:Certificate.Subject.DistinguishedNameQualifier', 'dq'],
    ['iot:Certificate.Issuer.CommonName', 'device-1'],
    ['iot:Certificate.Subject.Organization', 'Example Corp'],
    ['iot:Certificate.Subject.Organization.0', 'Example Corp'],
    ['iot:Certificate.Subject.Organization.1', 'AnyCompany'],
    ['iot:Certificate.Subject.Organization.List', ['Example Corp', 'AnyCompany']],
    ['iot:Certificate.Subject.AlternativeName.DNSName', 'device.example'],
    ['iot:Certificate.Subject.AlternativeName.RFC822Name', 'a@device.example'],
    ['iot:Certificate.Subject.AlternativeName.IPAddress', '192.0.2.1'],
    ['iot:Certificate.Subject.OrganizationalUnit', undefined],
    ['iot:Certificate.Subject.Surname', undefined],
  ])('%s', (variable, value) => {
    expect(variables[variable]).toEqual(value);
  });

  test('AvailableKeys names them all', () => {
    expect(variables['iot:Certificate.AvailableKeys']).toEqual(
      expect.arrayContaining(['iot:Certificate.SerialNumber', 'iot:Certificate.Subject.CommonName']),
    );
  });
});
