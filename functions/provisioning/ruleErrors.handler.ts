import { sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { deviceRuleErrorsEnv } from './env.ts';
import { redeliver } from './redeliver.ts';

const env = parseEnv(deviceRuleErrorsEnv);

export const handler = sqsHandler(
  redeliver({
    sqs: sqsClient(),
    queueUrls: {
      register: env.ANNOUNCEMENT_QUEUE_URL,
      certificates: env.CERTIFICATE_QUEUE_URL,
      heartbeat: env.HEARTBEAT_QUEUE_URL,
    },
  }),
);
