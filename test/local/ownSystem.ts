import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { connectDevice, type DeviceConnection } from '../../scripts/fleet/connectDevice.ts';
import { type LaunchedSystem, launchSystem } from '../../scripts/start/launchSystem.ts';
import { keepGrants } from './grants.ts';
import { type NewDevice, newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';

interface OwnSystem {
  readonly launched: LaunchedSystem;
  readonly system: SystemUnderTest;
  /** A new one for each test, connected. */
  readonly device: NewDevice;
  readonly connection: DeviceConnection;
}

/**
 * A running system for one test file, for what breaks in it would be missed by all others; there from `beforeAll` on, its device
 * from `beforeEach` on.
 */
export function ownSystem(connectOptions: { readonly sendAgain?: boolean } = {}): OwnSystem {
  const own: Partial<{ -readonly [Part in keyof OwnSystem]: OwnSystem[Part] }> = {};
  let stateDir: string;
  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'fieldline-own-'));
    own.launched = await launchSystem({ stateDir, flags: ['--no-dashboard'] });
    own.system = await openSystem(own.launched.outputsFile);
  });
  afterAll(async () => {
    if (own.launched !== undefined) await keepGrants(own.launched.outputs);
    await own.launched?.stop();
    await rm(stateDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const { system } = own as OwnSystem;
    own.device = await newDevice(system);
    own.connection = await connectDevice({ ...own.device, mqtt: system.mqtt, ...connectOptions });
  });
  afterEach(() => own.connection?.close());
  return own as OwnSystem;
}
