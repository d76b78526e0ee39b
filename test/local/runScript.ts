import { spawn } from 'node:child_process';
import { join } from 'node:path';

const scripts = join(import.meta.dirname, '../../scripts');

interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** What it printed on stdout and stderr, as it came. */
  readonly output: string;
  readonly stdout: string;
}

/** Runs a command to its end. @param environment besides this process's own */
export function runCommand(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    const printed: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      said.push(chunk);
      printed.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, output: Buffer.concat(said).toString(), stdout: Buffer.concat(printed).toString() }),
    );
  });
}

/** Runs one of the project's scripts to its end, on the system under test unless the environment says otherwise. */
export const runScript = (name: string, args: readonly string[], environment?: Readonly<Record<string, string>>) =>
  runCommand(process.execPath, [join(scripts, name), ...args], environment);

/** Sends bytes to a command, and gives what it says on stdout until it has said something or ended. */
export function exchange(file: string, args: readonly string[], bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdout.once('data', (chunk: Buffer) => {
      child.kill();
      resolve(chunk);
    });
    child.once('error', reject);
    child.once('close', () => resolve(Buffer.alloc(0)));
    // It may be gone before it has taken them.
    child.stdin.on('error', () => {});
    child.stdin.write(bytes);
  });
}
