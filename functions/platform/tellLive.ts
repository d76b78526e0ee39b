import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { z } from 'zod';
import type { LiveChange, LiveUpdate, liveMessage } from '../live/protocol.ts';
import { updateBytes } from '../live/updateBytes.ts';
import { inPacks } from './batches.ts';
import type { Sends } from './clients.ts';
import { queueBody } from './queueBody.ts';

/** SQS takes 1 MiB; the rest is for the frame around what is said. */
const bytesPerMessage = 1_000_000;

/** Puts updates of telemetry, or changes, on the live queue: one packed message, or as few as their size allows. */
export const tellLive = ({ sqs, queueUrl }: { readonly sqs: Sends; readonly queueUrl: string }) => {
  const send = async (body: z.input<typeof liveMessage>) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: queueBody(body) }));
  };
  const packs = <Said extends LiveUpdate | LiveChange>(all: readonly Said[]) =>
    inPacks(all, updateBytes, { bytes: bytesPerMessage });
  return {
    async updates(all: readonly LiveUpdate[]): Promise<void> {
      await Promise.all(packs(all).map((updates) => send({ updates })));
    },
    async changes(all: readonly LiveChange[]): Promise<void> {
      await Promise.all(packs(all).map((changes) => send({ changes })));
    },
  };
};
