import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LaunchedSystem, launchSystem } from '../scripts/start/launchSystem.ts';

declare global {
  var fieldlineUnderTest: { readonly system: LaunchedSystem; readonly stateDir: string } | undefined;
}

/** Jest global setup of the projects local and e2e: one fresh system, found by FIELDLINE_OUTPUTS. */
export default async function startLocalCloud(): Promise<void> {
  // A system that somebody else started, to be tested.
  if (process.env['FIELDLINE_OUTPUTS'] !== undefined) return;
  const stateDir = await mkdtemp(join(tmpdir(), 'fieldline-test-'));
  const system = await launchSystem({ stateDir });
  globalThis.fieldlineUnderTest = { system, stateDir };
  process.env['FIELDLINE_OUTPUTS'] = system.outputsFile;
  process.env['FIELDLINE_GRANTS'] = await mkdtemp(join(tmpdir(), 'fieldline-grants-'));
}
