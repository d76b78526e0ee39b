import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { commandHandlers } from './commands.ts';
import { readDeviceType } from './createCommand.ts';
import { effectsFrom } from './dependencies.ts';
import { commandsApiEnv } from './env.ts';
import { commandOperations } from './operations.ts';

const env = parseEnv(commandsApiEnv);
const db = documentClient();

export const handler = httpApi(
  commandOperations,
  commandHandlers({
    db,
    commandsTable: env.COMMANDS_TABLE,
    effects: effectsFrom(env, { db, sqs: sqsClient() }),
    typeOf: readDeviceType({ db, tableName: env.DIRECTORY_TABLE }),
  }),
  apiDependencies(env, db),
);
