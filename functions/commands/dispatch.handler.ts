import { documentClient, iotDataClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { effectsFrom } from './dependencies.ts';
import { dispatchBatch, isConnected } from './dispatch.ts';
import { dispatchEnv } from './env.ts';

const env = parseEnv(dispatchEnv);
const db = documentClient();

export const handler = sqsHandler(
  dispatchBatch({
    effects: effectsFrom(env, { db, sqs: sqsClient(), iotData: iotDataClient() }),
    isConnected: isConnected({ db, tableName: env.DEVICES_TABLE }),
  }),
);
