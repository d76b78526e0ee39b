import type { Sends } from '../clients.ts';
import { changeTogether } from './change.ts';
import type { RegistryDependencies } from './deviceChanges.ts';

interface RegistryEnv {
  readonly DEVICES_TABLE: string;
  readonly ROOMS_TABLE: string;
  readonly DIRECTORY_TABLE: string;
  readonly EVENTS_TABLE: string;
  readonly AUDIT_TABLE: string;
}

/** The registry, bound to a function's tables. */
export const registryDependencies = (env: RegistryEnv, db: Sends): RegistryDependencies => ({
  db,
  tables: {
    devices: env.DEVICES_TABLE,
    rooms: env.ROOMS_TABLE,
    directory: env.DIRECTORY_TABLE,
    events: env.EVENTS_TABLE,
  },
  change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
});
