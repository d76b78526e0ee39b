import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningApp, startApp, synthesizeApp } from '../fixtures/startApp.ts';

declare global {
  var conformanceEndpoint: { readonly app: RunningApp; readonly assemblyDir: string } | undefined;
}

/**
 * Jest global setup of the project conformance: a local cloud with the suite's own stack, unless the environment names another
 * endpoint. Told to the tests in a variable of its own, so that no other project's AWS clients see it.
 */
export default async function startEndpoint(): Promise<void> {
  if (process.env['AWS_ENDPOINT_URL'] || process.env['CONFORMANCE_ENDPOINT']) return;
  const assemblyDir = await synthesizeApp(join(import.meta.dirname, 'app/app.ts'));
  const app = await startApp(assemblyDir);
  const { endpointUrl, region, credentials, mqtt, outputs } = app.cloud;
  const outputsFile = join(assemblyDir, 'outputs.json');
  await writeFile(outputsFile, JSON.stringify(outputs));
  globalThis.conformanceEndpoint = { app, assemblyDir };
  process.env['CONFORMANCE_LOCAL'] = JSON.stringify({
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: '',
    CONFORMANCE_OUTPUTS: outputsFile,
    CONFORMANCE_CA_FILE: mqtt.caFile,
  });
}

/** Jest global teardown. */
export async function stopEndpoint(): Promise<void> {
  const running = globalThis.conformanceEndpoint;
  if (running === undefined) return;
  await running.app.close();
  await rm(running.assemblyDir, { recursive: true, force: true });
}
