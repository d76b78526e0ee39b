import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SystemUnderTest } from './openSystem.ts';

/** Messages in a queue, by its stack output: waiting for their time, ready, or taken. */
export async function queueDepth({ sqs, output }: SystemUnderTest, queueUrlOutput: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: output('Ingestion', queueUrlOutput),
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}
