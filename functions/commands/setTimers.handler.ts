import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { streamHandler } from '../platform/streamHandler.ts';
import { effectsFrom } from './dependencies.ts';
import { setTimersEnv } from './env.ts';
import { setTimers } from './setTimers.ts';

const env = parseEnv(setTimersEnv);
const sqs = sqsClient();

export const handler = streamHandler(
  setTimers({
    effects: effectsFrom(env, { db: documentClient(), sqs }),
    sqs,
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
  }),
);
