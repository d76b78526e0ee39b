import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { DeadLetter } from '../../functions/telemetry/forward.ts';
import { until } from '../until.ts';
import type { SystemUnderTest } from './openSystem.ts';

/** The dead letter of a message, taken out of its queue; those of others stay. */
export function takeDeadLetter({ sqs, output }: SystemUnderTest, messageKey: string): Promise<DeadLetter> {
  const QueueUrl = output('Ingestion', 'DeadLetterQueueUrl');
  return until(`a dead letter of ${messageKey}`, async () => {
    // Seen again at once by whoever else looks for his own.
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      const letter = JSON.parse(Body) as DeadLetter;
      if (letter.messageKey !== messageKey) continue;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return letter;
    }
    return undefined;
  });
}
