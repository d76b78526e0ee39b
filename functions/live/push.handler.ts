import { readStanding } from '../platform/access/memberships.ts';
import { documentClient, managementClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { findSubscribers, removeConnection } from './connections.ts';
import { pushEnv } from './env.ts';
import { pushUpdates } from './pushUpdates.ts';

const env = parseEnv(pushEnv);
const db = documentClient();
const table = { db, tableName: env.CONNECTIONS_TABLE };

export const handler = sqsHandler(
  pushUpdates({
    management: managementClient(env.WEBSOCKET_URL),
    findSubscribers: findSubscribers(table),
    readStanding: readStanding({ db, tableName: env.DIRECTORY_TABLE }),
    removeConnection: removeConnection(table),
  }),
);
