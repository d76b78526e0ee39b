import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { publishMetrics } from '../platform/observe.ts';
import { presenceQueue } from '../platform/presenceQueue.ts';
import { sweepEnv } from './env.ts';
import { sweep } from './sweep.ts';

const env = parseEnv(sweepEnv);
const run = sweep({
  db: documentClient(),
  tableName: env.DEVICES_TABLE,
  check: presenceQueue({ sqs: sqsClient(), queueUrl: env.PRESENCE_QUEUE_URL }).check,
});

/** By schedule. A throw is tried again by Lambda, and by the next minute. */
export const handler = async (): Promise<void> => {
  await run();
  publishMetrics();
};
