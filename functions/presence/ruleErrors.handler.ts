import { sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { redeliver } from '../platform/redeliver.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { presenceRuleErrorsEnv } from './env.ts';
import { ruleTargets } from './ruleTargets.ts';

const env = parseEnv(presenceRuleErrorsEnv);

export const handler = sqsHandler(
  redeliver({
    sqs: sqsClient(),
    rules: ruleTargets({ presence: env.PRESENCE_QUEUE_URL, heartbeats: env.HEARTBEAT_QUEUE_URL }),
  }),
);
