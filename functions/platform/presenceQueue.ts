import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Heard, PresenceMessage } from '../presence/signals.ts';
import { inBatches } from './batches.ts';
import type { Sends } from './clients.ts';
import { queueBody } from './queueBody.ts';

/** Each device is a transaction: so many are handled well within the time of one call. */
const devicesPerMessage = 25;
/** SQS takes ten a call, and delays of 15 minutes at most (AWS: "SendMessageBatch", "Amazon SQS delay queues"). */
const messagesPerCall = 10;
const longestDelay = 900;

/** What functions put on the presence queue. */
export const presenceQueue = ({ sqs, queueUrl: QueueUrl }: { readonly sqs: Sends; readonly queueUrl: string }) => {
  const send = async (messages: readonly PresenceMessage[], delay = 0) => {
    const DelaySeconds = Math.min(longestDelay, Math.max(0, Math.ceil(delay / 1000)));
    await Promise.all(
      inBatches(messages, messagesPerCall).map(async (batch) => {
        const Entries = batch.map((message, index) => ({
          Id: String(index),
          MessageBody: queueBody(message),
          DelaySeconds,
        }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        const [first] = Failed;
        if (first !== undefined) throw new Error(`${Failed.length} messages were not sent: ${first.Code}`);
      }),
    );
  };
  return {
    /** @param delay milliseconds from now, at most 15 minutes */
    check: (deviceIds: readonly string[], delay?: number): Promise<void> =>
      send(
        inBatches(deviceIds, devicesPerMessage).map((check) => ({ check })),
        delay,
      ),
    heard: (signs: readonly Heard[]): Promise<void> =>
      send(inBatches(signs, devicesPerMessage).map((heard) => ({ heard }))),
  };
};
