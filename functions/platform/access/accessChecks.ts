import type { Sends } from '../clients.ts';
import { authorize, requireSession } from './authorize.ts';
import { readStanding } from './memberships.ts';

/** Who may do what, as these tables have it. */
export function accessChecks(
  env: Readonly<Record<'DIRECTORY_TABLE' | 'DEVICES_TABLE' | 'ROOMS_TABLE', string>>,
  db: Sends,
  more: Partial<Pick<Parameters<typeof authorize>[0], 'findMessage' | 'readReach'>> = {},
) {
  const standing = { readStanding: readStanding({ db, tableName: env.DIRECTORY_TABLE }) };
  return {
    authorize: authorize({
      db,
      directoryTable: env.DIRECTORY_TABLE,
      devicesTable: env.DEVICES_TABLE,
      roomsTable: env.ROOMS_TABLE,
      ...standing,
      ...more,
    }),
    requireSession: requireSession(standing),
  };
}
