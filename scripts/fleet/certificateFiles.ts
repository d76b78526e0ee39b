import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import * as z from 'zod';
import type { Target } from '../target.ts';
import type { DeviceCertificate, SignedCertificate } from './provisionDevice.ts';

/** The files that a device needs to connect, with the same names for AWS and for the local system. */
export interface CertificateFiles {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly deviceFile: string;
}

const deviceDescription = z.object({
  deviceId: z.string(),
  certificateId: z.string(),
  endpoint: z.object({ host: z.string(), port: z.number() }),
});
type DeviceDescription = z.infer<typeof deviceDescription>;

export const certificateFiles = (directory: string): CertificateFiles => ({
  caFile: join(directory, 'AmazonRootCA.pem'),
  certificateFile: join(directory, 'certificate.pem'),
  privateKeyFile: join(directory, 'private.key'),
  deviceFile: join(directory, 'device.json'),
});

/** A folder of its own for each device; ':' is not for file names everywhere. */
export const deviceDirectory = (parent: string, deviceId: string) => join(parent, encodeURIComponent(deviceId));

/**
 * Writes the files, the private key (unless the device keeps it) for its owner's eyes only. device.json comes last: where it is, all of it is.
 * @throws Error with code EEXIST when a file is there and `replace` is not set.
 */
export async function writeCertificateFiles(
  directory: string,
  target: Pick<Target, 'mqtt'>,
  deviceId: string,
  certificate: SignedCertificate & Partial<DeviceCertificate>,
  { replace = false } = {},
): Promise<CertificateFiles> {
  const files = certificateFiles(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const write = (file: string, content: string, mode = 0o644) =>
    writeFile(file, content, { mode, flag: replace ? 'w' : 'wx' });
  if (certificate.privateKeyPem !== undefined) {
    await write(files.privateKeyFile, certificate.privateKeyPem, 0o600);
    await chmod(files.privateKeyFile, 0o600);
  }
  await write(files.certificateFile, certificate.certificatePem);
  await write(files.caFile, await certificateAuthority(target));
  const { host, port } = target.mqtt;
  const description: DeviceDescription = {
    deviceId,
    certificateId: certificate.certificateId,
    endpoint: { host, port },
  };
  await write(files.deviceFile, `${JSON.stringify(description, null, 2)}\n`);
  return files;
}

/** What was written to the directory before; undefined when nothing (complete) is there. */
export async function readDeviceFile(directory: string): Promise<DeviceDescription | undefined> {
  const text = await readFile(certificateFiles(directory).deviceFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : deviceDescription.parse(JSON.parse(text));
}

/** The local authority, or Amazon's roots out of those that Node.js carries (AWS IoT: "Server authentication"). */
async function certificateAuthority({ mqtt }: Pick<Target, 'mqtt'>): Promise<string> {
  if (mqtt.caFile !== undefined) return await readFile(mqtt.caFile, 'utf8');
  const amazon = rootCertificates.filter((pem) => /^CN=Amazon Root CA \d$/m.test(new X509Certificate(pem).subject));
  if (amazon.length === 0) throw new Error("This Node.js carries none of Amazon's root certificates.");
  return `${amazon.join('\n')}\n`;
}
