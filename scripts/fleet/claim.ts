import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IoTClient } from '@aws-sdk/client-iot';
import * as z from 'zod';
import { ownedCertificate, registerThingAnswer } from '../../functions/provisioning/fleetMessages.ts';
import { PlainError } from '../commandLine.ts';
import type { Target } from '../target.ts';
import { certificateFiles, writeCertificateFiles } from './certificateFiles.ts';
import { connectDevice } from './connectDevice.ts';
import { createKeyAndRequest } from './deviceKey.ts';
import { type DeviceCertificate, signRequest } from './provisionDevice.ts';

/** What a factory puts into devices beside the claim certificate. */
const claimDescription = z.object({
  certificateId: z.string(),
  templateName: z.string(),
  endpoint: z.object({ host: z.string(), port: z.number() }),
});

const claimFile = (directory: string) => join(directory, 'claim.json');

/** Makes a claim certificate for a batch of devices: with it they can ask for a certificate of their own, and do nothing else. */
export async function makeClaim(target: Target, iot: IoTClient, directory: string): Promise<void> {
  const { privateKeyPem, certificateSigningRequest } = await createKeyAndRequest('claim');
  const signed = await signRequest(iot, certificateSigningRequest, target.output('Provisioning', 'ClaimPolicyName'));
  const { certificateId } = signed;
  await writeCertificateFiles(directory, target, 'claim', { ...signed, privateKeyPem });
  const { host, port } = target.mqtt;
  const description: z.input<typeof claimDescription> = {
    certificateId,
    templateName: target.output('Provisioning', 'ProvisioningTemplateName'),
    endpoint: { host, port },
  };
  await writeFile(claimFile(directory), `${JSON.stringify(description, null, 2)}\n`);
}

/** @throws PlainError when it is no folder of a claim certificate */
export async function readClaim(directory: string) {
  const text = await readFile(claimFile(directory), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new PlainError(
      `${directory} holds no claim certificate. \`npm run provision -- make-claim ${directory}\` makes one.`,
    );
  });
  const files = certificateFiles(directory);
  const { endpoint, templateName } = claimDescription.parse(JSON.parse(text));
  return { files, templateName, mqtt: { ...endpoint, caFile: files.caFile } };
}

export type Claim = Awaited<ReturnType<typeof readClaim>>;

/**
 * What a device does that knows nothing but a claim certificate and its token: asks for a certificate of its own key, and
 * registers with it (AWS IoT Developer Guide: "Provisioning by claim"). No AWS credentials are used.
 * @throws Error with the reason of AWS IoT when it is refused
 */
export async function provisionByClaim(
  { files, mqtt, templateName }: Claim,
  deviceId: string,
  token: string,
): Promise<DeviceCertificate & { readonly telemetryRule: string }> {
  const { privateKeyPem, certificateSigningRequest } = await createKeyAndRequest(deviceId);
  const connection = await connectDevice({
    deviceId,
    files,
    mqtt,
    clientId: `claim.${deviceId}`.slice(0, 128),
    patience: 0,
  });
  try {
    const { certificateOwnershipToken, ...certificate } = ownedCertificate.parse(
      await connection.request('$aws/certificates/create-from-csr/json', { certificateSigningRequest }),
    );
    const { deviceConfiguration } = registerThingAnswer.parse(
      await connection.request(`$aws/provisioning-templates/${templateName}/provision/json`, {
        certificateOwnershipToken,
        parameters: { DeviceId: deviceId, Token: token },
      }),
    );
    return { ...certificate, privateKeyPem, telemetryRule: deviceConfiguration.telemetryRule };
  } finally {
    await connection.close();
  }
}
