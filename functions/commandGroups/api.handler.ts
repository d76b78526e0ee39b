import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { groupEffectsFrom } from './dependencies.ts';
import { groupsApiEnv } from './env.ts';
import { groupCommandHandlers } from './groupCommands.ts';
import { groupCommandOperations } from './operations.ts';

const env = parseEnv(groupsApiEnv);
const db = documentClient();

export const handler = httpApi(
  groupCommandOperations,
  groupCommandHandlers({
    db,
    tables: { devices: env.DEVICES_TABLE, directory: env.DIRECTORY_TABLE },
    groupsTable: env.COMMAND_GROUPS_TABLE,
    effects: groupEffectsFrom(env, { db, sqs: sqsClient() }),
  }),
  apiDependencies(env, db),
);
