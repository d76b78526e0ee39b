import { sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { redeliver } from '../platform/redeliver.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { shadowRuleErrorsEnv } from './env.ts';

const env = parseEnv(shadowRuleErrorsEnv);

export const handler = sqsHandler(
  redeliver({
    sqs: sqsClient(),
    rules: [
      {
        topic: /^\$aws\/things\/(?<deviceId>[^/]+)\/shadow\/(?:name\/(?<shadowName>[^/]+)\/)?update\/documents$/,
        queueUrl: env.SHADOW_QUEUE_URL,
      },
    ],
  }),
);
