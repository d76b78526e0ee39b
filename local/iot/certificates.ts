import 'reflect-metadata';
import { createHash, createPublicKey, X509Certificate as NodeCertificate, randomBytes, webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

const curve = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const yearMilliseconds = 365 * 24 * 3600 * 1000;

x509.cryptoProvider.set(webcrypto);

export interface DeviceCertificate {
  readonly pem: string;
  /** SHA-256 of the DER, hex: what AWS IoT uses as certificate id. */
  readonly id: string;
}

export interface CertificateAuthority {
  /** PEM file that clients trust. */
  readonly caFile: string;
  readonly caPem: string;
  readonly server: { readonly key: string; readonly cert: string };
  /** A new key pair and a certificate for it. The private key isn't kept. */
  issue(): Promise<DeviceCertificate & { readonly privateKey: string; readonly publicKey: string }>;
  /** @throws Error when the request is malformed or not signed by its own key. */
  sign(csrPem: string): Promise<DeviceCertificate>;
}

/** The certificate authority of one state directory, made at its first start. */
export async function openCertificateAuthority(directory: string): Promise<CertificateAuthority> {
  mkdirSync(directory, { recursive: true });
  const files = {
    ca: join(directory, 'ca.pem'),
    caKey: join(directory, 'ca.key'),
    server: join(directory, 'server.pem'),
    serverKey: join(directory, 'server.key'),
  };
  if (!Object.values(files).every((file) => existsSync(file))) await makeAuthority(files);
  const caPem = readFileSync(files.ca, 'utf8');
  const ca = new x509.X509Certificate(caPem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(readFileSync(files.caKey, 'utf8')),
    curve,
    false,
    ['sign'],
  );

  const certify = async (publicKey: x509.PublicKeyType): Promise<DeviceCertificate> => {
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: randomBytes(16).toString('hex'),
      subject: 'CN=AWS IoT Certificate',
      issuer: ca.subject,
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date('2049-12-31T23:59:59Z'),
      signingAlgorithm: curve,
      publicKey,
      signingKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(ca.publicKey),
      ],
    });
    const pem = `${certificate.toString('pem')}\n`;
    return { pem, id: certificateId(pem) };
  };

  return {
    caFile: files.ca,
    caPem,
    server: { key: readFileSync(files.serverKey, 'utf8'), cert: readFileSync(files.server, 'utf8') },
    async issue() {
      const keys = await newKeys();
      return {
        ...(await certify(keys.publicKey)),
        privateKey: await privateKeyPem(keys),
        publicKey: await publicKeyPem(keys),
      };
    },
    async sign(csrPem) {
      const request = new x509.Pkcs10CertificateRequest(csrPem);
      if (!(await request.verify())) throw new Error('The certificate signing request is not signed by its own key.');
      return certify(request.publicKey);
    },
  };
}

/** @throws Error when it isn't a PEM certificate. */
export function certificateId(pem: string): string {
  return createHash('sha256').update(new NodeCertificate(pem).raw).digest('hex');
}

async function makeAuthority(files: { ca: string; caKey: string; server: string; serverKey: string }): Promise<void> {
  const caKeys = await newKeys();
  const notBefore = new Date(Date.now() - 60_000);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString('hex'),
    name: 'CN=Local cloud CA',
    notBefore,
    notAfter: new Date(Date.now() + 20 * yearMilliseconds),
    signingAlgorithm: curve,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const serverKeys = await newKeys();
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(16).toString('hex'),
    subject: 'CN=localhost',
    issuer: ca.subject,
    notBefore,
    notAfter: new Date(Date.now() + 20 * yearMilliseconds),
    signingAlgorithm: curve,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(ca.publicKey),
    ],
  });
  writeFileSync(files.caKey, await privateKeyPem(caKeys), { mode: 0o600 });
  writeFileSync(files.serverKey, await privateKeyPem(serverKeys), { mode: 0o600 });
  writeFileSync(files.server, `${server.toString('pem')}\n`);
  writeFileSync(files.ca, `${ca.toString('pem')}\n`);
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(curve, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`;
}

async function publicKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const spki = Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey as webcrypto.CryptoKey));
  return createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ format: 'pem', type: 'spki' }).toString();
}
