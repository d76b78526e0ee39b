// @peculiar/x509 needs it to be there first.
import 'reflect-metadata';

import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

/** A new key, and a request for a certificate of it, as PEM. */
export async function createKeyAndRequest(deviceId: string) {
  const keyPair = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pkcs8 = keyPair.privateKey.export({ type: 'pkcs8', format: 'der' });
  const spki = keyPair.publicKey.export({ type: 'spki', format: 'der' });
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [deviceId] }],
    keys: {
      privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
      publicKey: await crypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
    },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return {
    privateKeyPem: keyPair.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    certificateSigningRequest: request.toString('pem'),
  };
}
