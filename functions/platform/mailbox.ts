import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { inBatches } from './batches.ts';
import type { Sends } from './clients.ts';
import { queueBody } from './queueBody.ts';

/** Wakes a device's mailbox: whoever handles it looks at the device's commands and sends what may go. */
export const wakeUp = z.object({
  deviceId: z.string().min(1),
  /** Only what waits may go: the device can have missed nothing of what it was sent. Otherwise that is said again. */
  next: z.literal(true).optional(),
  /** Of a gateway that connected: the devices behind it are woken too, those whose id comes after this one; '' for all of them. */
  childrenAfter: z.string().optional(),
});
export type WakeUp = z.infer<typeof wakeUp>;

/** SQS takes ten a call. */
const wakeUpsPerCall = 10;

/**
 * One wake-up for each device, in a message group of its own: mailboxes are handled one call at a time each, and side by side.
 * @throws Error when SQS took not all of them; waking again does no harm
 */
export const wakeMailboxes =
  ({ sqs, queueUrl: QueueUrl }: { readonly sqs: Sends; readonly queueUrl: string }) =>
  async (deviceIds: Iterable<string>, how: Omit<WakeUp, 'deviceId'> = {}): Promise<void> => {
    await Promise.all(
      inBatches([...new Set(deviceIds)], wakeUpsPerCall).map(async (batch) => {
        const Entries = batch.map((deviceId, index) => ({
          Id: String(index),
          MessageBody: queueBody({ deviceId, ...how } satisfies WakeUp),
          MessageGroupId: deviceId,
          // Each counts: SQS would drop a second one within five minutes.
          MessageDeduplicationId: randomUUID(),
        }));
        const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        const [first] = Failed;
        if (first !== undefined) throw new Error(`${Failed.length} mailboxes were not woken: ${first.Code}`);
      }),
    );
  };
