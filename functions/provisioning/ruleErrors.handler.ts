import { sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { redeliver } from '../platform/redeliver.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { deviceRuleErrorsEnv } from './env.ts';
import { ruleTargets } from './ruleTargets.ts';

const env = parseEnv(deviceRuleErrorsEnv);

export const handler = sqsHandler(
  redeliver({
    sqs: sqsClient(),
    rules: ruleTargets({
      announcements: env.ANNOUNCEMENT_QUEUE_URL,
      certificates: env.CERTIFICATE_QUEUE_URL,
    }),
  }),
);
