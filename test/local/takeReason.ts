import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { until } from '../until.ts';
import type { SystemUnderTest } from './openSystem.ts';

interface DeadLetter {
  readonly reason?: string;
  /** Of a response. */
  readonly message?: { readonly deviceId?: string };
  /** Of an item of the commands table. */
  readonly keys?: { readonly deviceId: { readonly S: string } };
}

/** Why a response or a command of this device is among the dead letters of commands; it is taken out, those of others stay. */
export function takeReason({ sqs, output }: SystemUnderTest, deviceId: string): Promise<string> {
  const QueueUrl = output('Commands', 'CommandsDeadLetterQueueUrl');
  return until(`a dead letter of ${deviceId}`, async () => {
    // Seen again at once by whoever else looks for his own.
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      const letter = JSON.parse(Body) as DeadLetter;
      if ((letter.message?.deviceId ?? letter.keys?.deviceId.S) !== deviceId) continue;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return letter.reason;
    }
    return undefined;
  });
}
