import { X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { confirmAnswer, rotateAnswer } from '../../functions/provisioning/certificateMessages.ts';
import { PlainError } from '../commandLine.ts';
import { certificateFiles, readDeviceFile } from './certificateFiles.ts';
import { connectDevice } from './connectDevice.ts';
import { createKeyAndRequest } from './deviceKey.ts';

type Confirmed = z.infer<typeof confirmAnswer>;

/**
 * Replaces the certificate in a device's folder as the device would: asks over a connection with the old one, confirms over one with
 * the new one, and only then forgets the old. What broke off in between goes on where it was.
 * @throws PlainError when the folder holds no device, or not its key
 */
export async function rotateCertificate(deviceId: string, directory: string, graceSeconds: number): Promise<Confirmed> {
  const described = await readDeviceFile(directory);
  if (described?.deviceId !== deviceId)
    throw new PlainError(`${directory} does not hold the certificate of ${deviceId}: say where it is with --out.`);
  const files = certificateFiles(directory);
  const next = {
    ...files,
    privateKeyFile: join(directory, 'next-private.key'),
    certificateFile: join(directory, 'next-certificate.pem'),
  };
  const hasKey = await readFile(files.privateKeyFile).then(
    () => true,
    () => false,
  );
  if (!hasKey) throw new PlainError(`The key of ${deviceId} is not in ${directory}: only who has it can rotate.`);
  const common = { deviceId, mqtt: { ...described.endpoint, caFile: files.caFile }, patience: 0 };
  const topic = `devices/certificates/${deviceId}`;

  if (!(await isPair(next))) {
    const { privateKeyPem, certificateSigningRequest } = await createKeyAndRequest(deviceId);
    const connection = await connectDevice({ ...common, files });
    try {
      const answer = rotateAnswer.parse(await connection.request(`${topic}/rotate`, { certificateSigningRequest }));
      await writeFile(next.privateKeyFile, privateKeyPem, { mode: 0o600 });
      await writeFile(next.certificateFile, answer.certificatePem);
    } finally {
      await connection.close();
    }
  }
  const connection = await connectDevice({ ...common, files: next });
  try {
    const answer = confirmAnswer.parse(await connection.request(`${topic}/confirm`, { graceSeconds }));
    await rename(next.privateKeyFile, files.privateKeyFile);
    await rename(next.certificateFile, files.certificateFile);
    const description = { ...described, certificateId: answer.certificateId };
    await writeFile(files.deviceFile, `${JSON.stringify(description, null, 2)}\n`);
    return answer;
  } finally {
    await connection.close();
  }
}

/** Whether a certificate and its key are there. */
async function isPair(files: { readonly privateKeyFile: string; readonly certificateFile: string }): Promise<boolean> {
  try {
    await readFile(files.privateKeyFile);
    return new X509Certificate(await readFile(files.certificateFile)).subject !== '';
  } catch {
    return false;
  }
}
