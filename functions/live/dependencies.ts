import type * as z from 'zod';
import { readStanding } from '../platform/access/memberships.ts';
import { managementClient, type Sends } from '../platform/clients.ts';
import { findSubscribers, removeConnection } from './connections.ts';
import type { pushingEnv } from './env.ts';
import { push } from './push.ts';

type PushingEnv = z.output<z.ZodObject<typeof pushingEnv>>;

/**
 * Pushing, bound to a function's environment.
 * @param patience of who can't wait for a post, milliseconds
 */
export function pushFrom(env: PushingEnv, db: Sends, { patience }: { readonly patience?: number } = {}) {
  const table = { db, tableName: env.CONNECTIONS_TABLE };
  return push({
    management: managementClient(env.WEBSOCKET_URL, patience),
    findSubscribers: findSubscribers(table),
    readStanding: readStanding({ db, tableName: env.DIRECTORY_TABLE }),
    removeConnection: removeConnection(table),
  });
}
