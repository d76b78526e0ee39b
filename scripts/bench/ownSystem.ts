import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessToken } from '../registry/accessToken.ts';
import { type LaunchedSystem, launchSystem } from '../start/launchSystem.ts';
import { localTarget, type Target } from '../target.ts';
import { makePlatformAdmin } from './platformAdmin.ts';

export interface OwnSystem {
  readonly system: LaunchedSystem;
  /** What it keeps, and room for files; removed at the end. */
  readonly folder: string;
  readonly stateDir: string;
  readonly target: Target;
  /** Of the HTTP API. */
  readonly url: string;
  /** A platform admin. */
  readonly admin: { readonly email: string; readonly password: string; readonly token: string };
}

/** Starts a system for one benchmark, with nobody's requests limited: what is measured is the answer, not the refusal. Stops it after. */
export async function withOwnSystem<Measured>(work: (own: OwnSystem) => Promise<Measured>): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldline-bench-'));
  const stateDir = join(folder, 'state');
  const system = await launchSystem({
    stateDir,
    flags: ['--no-dashboard', '--context', 'requestsPerMinute=1000000'],
  });
  try {
    const target = await localTarget(system.outputsFile);
    const { email, password } = await makePlatformAdmin(target);
    const token = await accessToken(target, email, password);
    const url = target.output('Api', 'HttpUrl');
    return await work({ system, folder, stateDir, target, url, admin: { email, password, token } });
  } finally {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
