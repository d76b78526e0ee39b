import { sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { redeliver } from '../platform/redeliver.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { responseRuleErrorsEnv } from './env.ts';
import { responseTopics } from './protocol.ts';

const env = parseEnv(responseRuleErrorsEnv);

export const handler = sqsHandler(
  redeliver({
    sqs: sqsClient(),
    rules: [{ topic: responseTopics, queueUrl: env.RESPONSE_QUEUE_URL }],
  }),
);
