import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'));
const project = join(import.meta.dirname, '..', '..');

/**
 * Runs Redocly's command line on an API document.
 * @param document OpenAPI or AsyncAPI
 * @param read is given the folder, where the document is `document.json`, after the command has ended well
 * @throws Error with Redocly's words
 */
export function runRedocly<Result>(
  document: object,
  command: readonly string[],
  read: (folder: string, words: string) => Result,
): Result {
  const folder = mkdtempSync(join(tmpdir(), 'fieldline-document-'));
  try {
    writeFileSync(join(folder, 'document.json'), JSON.stringify(document));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [program, ...command, '--config', join(project, 'redocly.yaml')],
      {
        cwd: folder,
        encoding: 'utf8',
        // It asks the registry for news of itself, and reports its use, unless told not to.
        env: { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off', NO_COLOR: '1' },
      },
    );
    if (status !== 0) throw new Error(`redocly ${command[0]}: ${stdout}${stderr}`);
    return read(folder, `${stdout}${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
