import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { z } from 'zod';
import type { LiveUpdate, liveMessage } from '../live/protocol.ts';
import { updateBytes } from '../live/updateBytes.ts';
import { inPacks } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';
import { queueBody } from '../platform/queueBody.ts';

/** SQS takes 1 MiB; the rest is for the frame around the updates. */
const bytesPerMessage = 1_000_000;

/** Puts a batch's updates on the live queue: one packed message, or as few as their size allows. */
export const sendLiveUpdates =
  ({ sqs, queueUrl }: { sqs: Sends; queueUrl: string }) =>
  async (updates: readonly LiveUpdate[]): Promise<void> => {
    await Promise.all(
      inPacks(updates, updateBytes, { bytes: bytesPerMessage }).map(async (part) => {
        const body: z.input<typeof liveMessage> = { updates: part };
        await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: queueBody(body) }));
      }),
    );
  };
