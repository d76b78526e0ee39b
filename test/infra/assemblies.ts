import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Jest global setup of the project infra: a folder for the assemblies that its files share (composedApp.ts). */
export default async function makeFolder(): Promise<void> {
  process.env['FIELDLINE_INFRA'] = await mkdtemp(join(tmpdir(), 'fieldline-infra-'));
}

/** Jest global teardown. */
export async function removeFolder(): Promise<void> {
  await rm(process.env['FIELDLINE_INFRA'] ?? '', { recursive: true, force: true });
}
