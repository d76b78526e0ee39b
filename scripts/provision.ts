import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IoTClient } from '@aws-sdk/client-iot';
import * as z from 'zod';
import { PlainError, readCommandLine, runCommand } from './commandLine.ts';
import { certificateFiles, readDeviceFile, writeCertificateFiles } from './fleet/certificateFiles.ts';
import { deviceId } from './fleet/deviceId.ts';
import { listCertificateIds, provisionDevice } from './fleet/provisionDevice.ts';
import { awsTarget, localTarget, type Target } from './target.ts';

const usage = `
npm run provision -- DEVICE_ID [--out DIR] [--local] [--stage STAGE]

Makes the thing, its key and its certificate, attaches the device policy, and prints how to connect.
The private key is made on this machine and never leaves it. Files that are there are never overwritten.

  --out DIR      where the key and the certificates go (default certificates/DEVICE_ID)
  --local        on the system that \`npm start\` runs; without it on AWS, with the credentials of the environment
  --stage STAGE  the stage on AWS (default dev)
`;

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: { out: { type: 'string' }, local: { type: 'boolean' }, stage: { type: 'string' } },
    schema: z.object({
      arguments: z.tuple([deviceId], 'Exactly one device id is needed.'),
      out: z.string().min(1).optional(),
      local: z.boolean().default(false),
      stage: z.string().min(1).default('dev'),
    }),
  });
  const [id] = flags.arguments;
  const target = flags.local ? await localTarget() : await awsTarget(flags.stage);
  const directory = flags.out ?? join('certificates', encodeURIComponent(id));
  const iot = new IoTClient(target.client);

  const attached = await listCertificateIds(iot)(id);
  const there = await readDeviceFile(directory);
  if (there !== undefined) {
    if (there.deviceId !== id || !attached.includes(there.certificateId)) {
      throw new PlainError(
        `${directory} holds the certificate ${there.certificateId.slice(0, 12)}… of ${there.deviceId}, which is not attached ` +
          `to ${id} here. Nothing was changed: give another --out, or remove that folder first.`,
      );
    }
    console.log(`${id} has its certificate already, in ${directory}. Nothing was changed.`);
  } else {
    await assertWritable(directory);
    const provision = provisionDevice({
      iot,
      policyName: target.output('Ingestion', 'DevicePolicyName'),
      thingTypeName: target.output('Ingestion', 'DeviceThingTypeName'),
    });
    const certificate = await provision(id);
    await writeCertificateFiles(directory, target, id, certificate);
    if (attached.length > 0) console.log(`${id} had ${attached.length} other certificate(s), which stay valid.`);
    console.log(`${id} is provisioned: certificate ${certificate.certificateId.slice(0, 12)}…, files in ${directory}`);
  }
  printHowToConnect(target, id, directory);
  return 0;
}

/** Before a certificate is made whose key could then not be kept. */
async function assertWritable(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await access(directory, constants.W_OK);
  for (const file of Object.values(certificateFiles(directory))) {
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) throw new PlainError(`${file} exists, and is not overwritten: give another --out, or remove it first.`);
  }
}

function printHowToConnect({ mqtt, output }: Target, id: string, directory: string): void {
  const files = certificateFiles(directory);
  const topic = `devices/telemetry/${id}`;
  console.log(`
  endpoint      ${mqtt.host}:${mqtt.port} (MQTT over TLS, client id ${id})
  topic         ${topic}
  Basic Ingest  $aws/rules/${output('Ingestion', 'TelemetryRuleName')}/${topic}

Try it:

  mosquitto_pub --cafile ${files.caFile} --cert ${files.certificateFile} \\
    --key ${files.privateKeyFile} -h ${mqtt.host} -p ${mqtt.port} -i ${id} -q 1 \\
    -t ${topic} -m '{"temperature": 21.5}'
`);
}

await runCommand('provision', main);
