import { readFile } from 'node:fs/promises';
import { IoTClient } from '@aws-sdk/client-iot';
import { PlainError } from '../commandLine.ts';
import { readDeviceFile, writeCertificateFiles } from '../fleet/certificateFiles.ts';
import { certifyDevice, listCertificateIds, provisionDevice } from '../fleet/provisionDevice.ts';
import { operatorRegistry } from '../fleet/registerDevice.ts';
import type { Target } from '../target.ts';
import { assertWritable, printHowToConnect } from './deviceFolder.ts';

interface Options {
  readonly directory: string;
  readonly application: string;
  /** File of a certificate request, when the key is elsewhere. */
  readonly csr?: string | undefined;
}

/** Provisions a device with the operator's credentials: registry, thing, certificate, policy. */
export async function provision(target: Target, id: string, { directory, application, csr }: Options): Promise<void> {
  const iot = new IoTClient(target.client);
  const attached = await listCertificateIds(iot)(id);
  const there = await readDeviceFile(directory);
  if (there !== undefined && (there.deviceId !== id || !attached.includes(there.certificateId))) {
    throw new PlainError(
      `${directory} holds the certificate ${there.certificateId.slice(0, 12)}… of ${there.deviceId}, which is not attached ` +
        `to ${id} here. Nothing was changed: give another --out, or remove that folder first.`,
    );
  }
  const request = csr === undefined ? undefined : await readRequest(csr);
  if (there === undefined) await assertWritable(directory);
  const { device, isNew } = await operatorRegistry(target).register(id, application);
  if (isNew) console.log(`${id} is in the registry, in the application '${device.applicationId}'.`);
  if (there !== undefined) {
    console.log(`${id} has its certificate already, in ${directory}.${isNew ? '' : ' Nothing was changed.'}`);
  } else {
    const names = {
      iot,
      policyName: target.output('Ingestion', 'DevicePolicyName'),
      thingTypeName: target.output('Ingestion', 'DeviceThingTypeName'),
    };
    const certificate =
      request === undefined ? await provisionDevice(names)(id) : await certifyDevice(names)(id, request);
    await writeCertificateFiles(directory, target, id, certificate);
    if (attached.length > 0) console.log(`${id} had ${attached.length} other certificate(s), which stay valid.`);
    console.log(`${id} is provisioned: certificate ${certificate.certificateId.slice(0, 12)}…, files in ${directory}`);
  }
  printHowToConnect(id, {
    endpoint: target.mqtt,
    telemetryRule: target.output('Ingestion', 'TelemetryRuleName'),
    directory,
  });
}

async function readRequest(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new PlainError(`${file} can't be read: ${error.message}`);
  });
  if (!/^-----BEGIN (NEW )?CERTIFICATE REQUEST-----$/m.test(text))
    throw new PlainError(
      `${file} is no certificate request in PEM. \`openssl req -new -key private.key -subj /CN=DEVICE_ID\` makes one.`,
    );
  return text;
}
