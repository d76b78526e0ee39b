import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { queueBody } from '../platform/queueBody.ts';

/** A timer that rang: this command is to be looked at. */
export const timerMessage = z.object({ deviceId: z.string().min(1), commandId: z.string().min(1) });
type Timer = z.infer<typeof timerMessage>;

/** AWS: "Amazon SQS message timers". */
const longestDelaySeconds = 900;

/** Sets a timer: a message that is hidden until it is time (epoch milliseconds), or as long as SQS hides one. */
export const setTimer =
  ({ sqs, queueUrl: QueueUrl }: { readonly sqs: Sends; readonly queueUrl: string }) =>
  async (timer: Timer, at: number): Promise<void> => {
    const seconds = Math.max(0, Math.ceil((at - Date.now()) / 1000));
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: queueBody(timer),
        DelaySeconds: Math.min(seconds, longestDelaySeconds),
      }),
    );
  };
