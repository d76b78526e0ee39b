import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PlainError } from '../commandLine.ts';

/** The folder of one running system and what is in it. */
export interface Instance {
  readonly directory: string;
  readonly stateDir: string;
  readonly outputsFile: string;
  readonly logFile: string;
  /** The developer's own sign-in, kept as long as the state. */
  readonly signInFile: string;
  /** Lets another take the folder. */
  release(): Promise<void>;
}

/** Shared by all instances: what is built depends on the sources alone. */
export const assembliesDir = resolve('.fieldline/assemblies');

/** A second system beside the first needs a state of its own. */
export const instanceDirectory = (portOffset: number) =>
  resolve(portOffset === 0 ? '.fieldline' : `.fieldline/port-offset-${portOffset}`);

/**
 * Takes the folder for this process.
 * @param fresh forgets devices and data of earlier runs
 * @throws PlainError when another process runs on it.
 */
export async function takeInstance(directory: string, { fresh }: { fresh: boolean }): Promise<Instance> {
  await mkdir(directory, { recursive: true });
  const pidFile = join(directory, 'running.pid');
  const holder = await readFile(pidFile, 'utf8').then(Number, () => undefined);
  if (holder !== undefined && isRunning(holder)) {
    throw new PlainError(
      `Fieldline already runs on ${directory} (process ${holder}). Stop it, or start another beside it: ` +
        'npm start -- --port-offset 100',
    );
  }
  await writeFile(pidFile, String(process.pid));
  const instance = {
    directory,
    stateDir: join(directory, 'state'),
    outputsFile: join(directory, 'outputs.json'),
    logFile: join(directory, 'cloud.log'),
    signInFile: join(directory, 'sign-in.json'),
    release: () => rm(pidFile, { force: true }),
  };
  // Left behind by a process that was killed.
  await rm(instance.outputsFile, { force: true });
  if (fresh) {
    await rm(instance.stateDir, { recursive: true, force: true });
    await rm(instance.signInFile, { force: true });
    await rm(join(directory, 'devices'), { recursive: true, force: true });
  }
  await mkdir(instance.stateDir, { recursive: true });
  return instance;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
