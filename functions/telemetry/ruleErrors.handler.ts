import { sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { ruleErrorsEnv } from './env.ts';
import { sendToRetry } from './forward.ts';
import { reroute } from './reroute.ts';

const env = parseEnv(ruleErrorsEnv);

export const handler = sqsHandler(
  reroute({ sendToRetry: sendToRetry({ sqs: sqsClient(), queueUrl: env.RETRY_QUEUE_URL }) }),
);
