import 'reflect-metadata';
import { createHash, KeyObject, webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';
import type { DeviceCertificate } from '../../scripts/fleet/provisionDevice.ts';

const curve = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A client certificate for this device that somebody else's certificate authority has signed. */
export async function certificateOfOtherAuthority(deviceId: string): Promise<DeviceCertificate> {
  const [authority, device] = await Promise.all([newKeys(), newKeys()]);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: '01',
    subject: `CN=${deviceId}`,
    issuer: 'CN=Somebody else',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: curve,
    publicKey: device.publicKey,
    signingKey: authority.privateKey,
  });
  return {
    certificateId: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex'),
    certificatePem: certificate.toString('pem'),
    privateKeyPem: KeyObject.from(device.privateKey).export({ type: 'sec1', format: 'pem' }).toString(),
  };
}

const newKeys = async () =>
  (await webcrypto.subtle.generateKey(curve, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
