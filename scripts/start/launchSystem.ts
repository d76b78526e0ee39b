import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readOutputs, type SystemOutputs } from '../outputs.ts';
import { freePortOffset } from './ports.ts';

export interface LaunchedSystem {
  readonly outputs: SystemOutputs;
  readonly outputsFile: string;
  readonly pid: number;
  /** Ctrl-C. @throws Error when it does not end, or not with exit code 0. */
  stop(): Promise<void>;
}

interface LaunchOptions {
  /** The folder of its state; it is not removed. */
  readonly stateDir: string;
  /** For `npm start`, besides `--no-simulate`. */
  readonly flags?: readonly string[];
  /** Milliseconds, the build included. */
  readonly patience?: number;
}

/**
 * `npm start` for programs: on free ports, without a simulated fleet, ready when its outputs.json is there.
 * @throws Error with what it printed when it ends or does not come up in time.
 */
export async function launchSystem({
  stateDir,
  flags = [],
  patience = 300_000,
}: LaunchOptions): Promise<LaunchedSystem> {
  const offset = await freePortOffset('127.0.0.1');
  const began = Date.now();
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../start.ts'),
      '--no-simulate',
      ...['--port-offset', String(offset)],
      ...['--state', stateDir],
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const printed = () => Buffer.concat(said).toString().slice(-4_000);
  // Whatever ends this process must not leave the system running.
  const killOnExit = () => child.kill('SIGKILL');
  process.once('exit', killOnExit);

  const outputsFile = join(stateDir, 'outputs.json');
  // One that was killed has left its own there.
  const isNew = async () => (await stat(outputsFile)).mtimeMs >= began;
  const deadline = Date.now() + patience;
  for (;;) {
    if (hasEnded(child)) throw new Error(`The local system ended with ${child.exitCode}:\n${printed()}`);
    const outputs = (await isNew().catch(() => false))
      ? await readOutputs(outputsFile).catch(() => undefined)
      : undefined;
    if (outputs !== undefined && child.pid !== undefined) {
      const stop = async () => {
        process.off('exit', killOnExit);
        await stopChild(child, printed);
      };
      return { outputs, outputsFile, pid: child.pid, stop };
    }
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`The local system did not come up in ${patience / 1000} s:\n${printed()}`);
    }
    await wait(50);
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function stopChild(child: ChildProcess, printed: () => string): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    if (hasEnded(child)) resolve();
    else child.once('close', () => resolve());
  });
  child.kill('SIGINT');
  const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(force);
  if (child.exitCode !== 0) {
    throw new Error(`The local system ended with ${child.exitCode ?? child.signalCode}:\n${printed()}`);
  }
}
