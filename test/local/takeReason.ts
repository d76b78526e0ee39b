import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { until } from '../until.ts';
import type { SystemUnderTest } from './openSystem.ts';

/** Why a response of this device is among the dead letters of commands; it is taken out, those of others stay. */
export function takeReason({ sqs, output }: SystemUnderTest, deviceId: string): Promise<string> {
  const QueueUrl = output('Commands', 'CommandsDeadLetterQueueUrl');
  return until(`a dead letter of ${deviceId}`, async () => {
    // Seen again at once by whoever else looks for his own.
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      const letter = JSON.parse(Body) as { reason?: string; message?: { deviceId?: string } };
      if (letter.message?.deviceId !== deviceId) continue;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return letter.reason;
    }
    return undefined;
  });
}
