import { snsClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { streamHandler } from '../platform/streamHandler.ts';
import { publishEnv } from './env.ts';
import { publishEvents } from './publishEvents.ts';

const env = parseEnv(publishEnv);

export const handler = streamHandler(
  publishEvents({
    sns: snsClient(),
    sqs: sqsClient(),
    topicArn: env.TOPIC_ARN,
    deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
  }),
);
