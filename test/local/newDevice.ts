import { AttachPolicyCommand, CreateKeysAndCertificateCommand } from '@aws-sdk/client-iot';
import { ulid } from 'ulid';
import { type CertificateFiles, deviceDirectory, writeCertificateFiles } from '../../scripts/fleet/certificateFiles.ts';
import { type DeviceCertificate, provisionDevice } from '../../scripts/fleet/provisionDevice.ts';
import type { SystemUnderTest } from './openSystem.ts';

export interface NewDevice {
  readonly deviceId: string;
  /** Where its telemetry goes. */
  readonly topic: string;
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly files: CertificateFiles;
}

/** An id that no other test has. */
export const newDeviceId = (name = 'device'): string => `${name}-${ulid()}`;

/** A device with a thing, a certificate and the device policy, provisioned as people do it. */
export async function newDevice(system: SystemUnderTest, name?: string): Promise<NewDevice> {
  const deviceId = newDeviceId(name);
  const provision = provisionDevice({
    iot: system.iot,
    policyName: system.output('Ingestion', 'DevicePolicyName'),
    thingTypeName: system.output('Ingestion', 'DeviceThingTypeName'),
  });
  return await keepDevice(system, deviceId, await provision(deviceId));
}

/** A certificate with the device policy that no thing has, for a device of this name. */
export async function newStranger(system: SystemUnderTest): Promise<NewDevice> {
  const { iot, output } = system;
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  await iot.send(
    new AttachPolicyCommand({ policyName: output('Ingestion', 'DevicePolicyName'), target: made.certificateArn }),
  );
  return await keepDevice(system, newDeviceId('stranger'), {
    certificateId: made.certificateId ?? '',
    certificatePem: made.certificatePem ?? '',
    privateKeyPem: made.keyPair?.PrivateKey ?? '',
  });
}

/** Writes the certificate's files below the system's state, which goes when the run is over. */
export async function keepDevice(
  system: SystemUnderTest,
  deviceId: string,
  certificate: DeviceCertificate,
): Promise<NewDevice> {
  const { certificateId } = certificate;
  return {
    deviceId,
    topic: `devices/telemetry/${deviceId}`,
    certificateId,
    certificateArn: `arn:aws:iot:${system.aws.region}:000000000000:cert/${certificateId}`,
    files: await writeCertificateFiles(deviceDirectory(system.devicesDir, deviceId), system, deviceId, certificate),
  };
}
