import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

interface FleetProcess {
  /** Resolves when the devices are connected and publish. */
  readonly publishing: Promise<void>;
  stop(): Promise<void>;
}

/** The simulated fleet, in a process of its own so that it does not take the local cloud's event loop. */
export function startFleet({ devices, outputsFile }: { devices: number; outputsFile: string }): FleetProcess {
  const script = join(import.meta.dirname, '../simulate.ts');
  const child = spawn(
    process.execPath,
    [script, '--devices', String(devices), '--rate', '1', '--behaviour', 'obey,twin', '--until-stopped'],
    {
      env: { ...process.env, FIELDLINE_OUTPUTS: outputsFile },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => {
    said.push(chunk);
    if (said.length > 20) said.shift();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const publishing = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`it ended with ${code}: ${Buffer.concat(said).toString().trim()}`)));
  });
  // Whoever does not wait for it must not be ended by it.
  publishing.catch(() => {});
  return { publishing, stop: () => stopChild(child, ended) };
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(force);
}
