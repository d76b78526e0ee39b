import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudContext } from './context.ts';
import { createParts } from './parts.ts';
import { coverageTable } from './resources/coverageTable.ts';
import { openStateStore } from './storage/stateStore.ts';

export const coverageFile = join(import.meta.dirname, '../docs/local-cloud.md');

/** The text of docs/local-cloud.md, from the providers of a cloud without state that listens nowhere. */
export async function describeCoverage(): Promise<string> {
  const stateDir = mkdtempSync(join(tmpdir(), 'fieldline-coverage-'));
  const quiet = () => {};
  const context: CloudContext = {
    partition: 'aws',
    region: 'us-east-1',
    accountId: '000000000000',
    endpointUrl: 'http://127.0.0.1:0',
    stateDir,
    store: openStateStore(':memory:'),
    log: { info: quiet, warn: quiet, error: quiet },
  };
  const credentials = { accessKeyId: '', secretAccessKey: '' };
  const parts = await createParts(context, { credentials, host: '127.0.0.1', mqttPort: 0 });
  try {
    return coverageTable(parts.providers);
  } finally {
    for (const step of parts.closing) await step();
    context.store.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  writeFileSync(coverageFile, await describeCoverage());
  console.log(`Wrote ${coverageFile}`);
}
