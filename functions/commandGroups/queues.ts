import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { groupReport as endOfChild } from '../commands/groupReport.ts';
import type { Sends } from '../platform/clients.ts';
import { queueBody } from '../platform/queueBody.ts';

/** Wakes a group: whoever handles it does its next step. */
export const groupWakeUp = z.object({ groupId: z.string().min(1) });

/** A group's timer that rang. `look`: only its next step is due. */
const groupTimer = z.object({ groupId: z.string().min(1), timer: z.enum(['ring', 'look']) });

/** What comes by the queues of reports and timers. */
export const groupNews = z.union([endOfChild, groupTimer]);

interface Queue {
  readonly sqs: Sends;
  readonly queueUrl: string;
}

/** Each group is a message group: one call at a time. */
export const wakeGroup =
  ({ sqs, queueUrl: QueueUrl }: Queue) =>
  async (groupId: string): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: queueBody({ groupId } satisfies z.infer<typeof groupWakeUp>),
        MessageGroupId: groupId,
        // Each counts: SQS would drop a second one within five minutes.
        MessageDeduplicationId: randomUUID(),
      }),
    );
  };

/** Sets a timer: a message that is hidden until it is time, epoch milliseconds. */
export const setGroupTimer =
  ({ sqs, queueUrl: QueueUrl }: Queue) =>
  async (timer: z.infer<typeof groupTimer>, at: number): Promise<void> => {
    const DelaySeconds = Math.max(0, Math.ceil((at - Date.now()) / 1000));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: queueBody(timer), DelaySeconds }));
  };
