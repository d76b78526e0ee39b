import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { type LaunchedSystem, launchSystem } from '../../scripts/start/launchSystem.ts';
import { freePortOffset } from '../../scripts/start/ports.ts';
import { until } from '../until.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';

export interface RestartableSystem {
  readonly stateDir: string;
  readonly portOffset: number;
  /** Starts the system, always at the same ports, as a person does who starts it again. */
  start(...flags: string[]): Promise<SystemUnderTest>;
  stop(): Promise<void>;
  /** kill -9: nothing in it gets a chance to save anything. */
  kill(): Promise<void>;
}

/** A system that each test starts and stops as it likes, on a state of its own. */
export function restartableSystem(): RestartableSystem {
  let stateDir = '';
  let portOffset = 0;
  let launched: LaunchedSystem | undefined;
  const take = (): LaunchedSystem => {
    const running = launched as LaunchedSystem;
    launched = undefined;
    return running;
  };
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'fieldline-restart-'));
    portOffset = await freePortOffset('127.0.0.1');
  });
  afterEach(async () => {
    await launched?.stop();
    launched = undefined;
    await rm(stateDir, { recursive: true, force: true });
  });
  return {
    get stateDir() {
      return stateDir;
    },
    get portOffset() {
      return portOffset;
    },
    async start(...flags) {
      launched = await launchSystem({
        stateDir,
        flags: ['--no-dashboard', '--port-offset', String(portOffset), ...flags],
      });
      return await openSystem(launched.outputsFile);
    },
    stop: () => take().stop(),
    async kill() {
      const { pid } = take();
      process.kill(pid, 'SIGKILL');
      await until('the end of the process', () => {
        try {
          return !process.kill(pid, 0);
        } catch {
          return true;
        }
      });
    },
  };
}
