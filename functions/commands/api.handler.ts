import { documentClient, iotDataClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { commandHandlers } from './commands.ts';
import { readDeviceType } from './createCommand.ts';
import { effectsFrom } from './dependencies.ts';
import { commandsApiEnv } from './env.ts';
import { commandOperations } from './operations.ts';
import { mayGoAtOnce, readReach } from './reach.ts';

const env = parseEnv(commandsApiEnv);
const db = documentClient();
const tables = { devicesTable: env.DEVICES_TABLE, commandsTable: env.COMMANDS_TABLE };

export const handler = httpApi(
  commandOperations,
  commandHandlers({
    db,
    commandsTable: tables.commandsTable,
    effects: effectsFrom(env, { db, sqs: sqsClient(), iotData: iotDataClient() }),
    mayGoAtOnce: mayGoAtOnce({ db, ...tables }),
    typeOf: readDeviceType({ db, tableName: env.DIRECTORY_TABLE }),
  }),
  apiDependencies(env, db, { readReach: readReach({ db, ...tables }) }),
);
