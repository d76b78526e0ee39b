import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const commandLine = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');

/**
 * Runs the CDK's command line, this project's own version, at the terminal of whoever called.
 * @returns its exit code
 */
export function runCdk(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<number> {
  // By its file: Windows starts no `cdk` that is a script.
  const cdk = spawn(process.execPath, [commandLine, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve, reject) => cdk.once('error', reject).once('close', (code) => resolve(code ?? 1)));
}
