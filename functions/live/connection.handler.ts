import { accessChecks } from '../platform/access/accessChecks.ts';
import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { webSocketHandler } from '../platform/webSocketHandler.ts';
import { checkChannel } from './channels.ts';
import { addChannels, removeChannels, removeConnection, saveConnection } from './connections.ts';
import { connectionEnv } from './env.ts';
import { answerRoute } from './routes.ts';

const env = parseEnv(connectionEnv);
const db = documentClient();
const table = { db, tableName: env.CONNECTIONS_TABLE };

export const handler = webSocketHandler(
  answerRoute({
    save: saveConnection(table),
    add: addChannels(table),
    remove: removeChannels(table),
    forget: removeConnection(table),
    check: checkChannel(accessChecks(env, db)),
  }),
);
