import { sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { tellLive } from '../platform/tellLive.ts';
import { actorsEnv } from './env.ts';
import { tellWatchers } from './tellWatchers.ts';

const env = parseEnv(actorsEnv);

export const handler = sqsHandler(
  tellWatchers({ tell: tellLive({ sqs: sqsClient(), queueUrl: env.LIVE_QUEUE_URL }).changes }),
);
