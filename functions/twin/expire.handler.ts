import { documentClient, iotDataClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { publishMetrics } from '../platform/observe.ts';
import { expireEnv } from './env.ts';
import { expireValues } from './expire.ts';

const env = parseEnv(expireEnv);
const run = expireValues({
  db: documentClient(),
  iotData: iotDataClient(),
  tables: { devices: env.DEVICES_TABLE, twins: env.TWINS_TABLE },
});

/** By schedule. A throw is tried again by Lambda, and by the next minute. */
export const handler = async (): Promise<void> => {
  await run();
  publishMetrics();
};
