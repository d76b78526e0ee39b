import { access, constants, mkdir } from 'node:fs/promises';
import { PlainError } from '../commandLine.ts';
import { certificateFiles } from '../fleet/certificateFiles.ts';

/** Before a certificate is made whose key could then not be kept. @throws PlainError when a file is there */
export async function assertWritable(directory: string): Promise<void> {
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

interface Place {
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly telemetryRule: string;
  readonly directory: string;
}

export function printHowToConnect(id: string, { endpoint: { host, port }, telemetryRule, directory }: Place): void {
  const files = certificateFiles(directory);
  const topic = `devices/telemetry/${id}`;
  console.log(`
  endpoint      ${host}:${port} (MQTT over TLS, client id ${id})
  topic         ${topic}
  Basic Ingest  $aws/rules/${telemetryRule}/${topic}

Try it:

  mosquitto_pub --cafile ${files.caFile} --cert ${files.certificateFile} \\
    --key ${files.privateKeyFile} -h ${host} -p ${port} -i ${id} -q 1 \\
    -t ${topic} -m '{"temperature": 21.5}'
`);
}
