import { sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { redeliver } from '../platform/redeliver.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { eventRuleErrorsEnv } from './env.ts';

const env = parseEnv(eventRuleErrorsEnv);

export const handler = sqsHandler(
  redeliver({
    sqs: sqsClient(),
    rules: [{ topic: /^devices\/events\/(?<deviceId>[^/]+)\/(?<event>[^/]+)$/, queueUrl: env.DEVICE_EVENT_QUEUE_URL }],
  }),
);
