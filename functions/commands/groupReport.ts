import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { Command } from './command.ts';
import { finalStates, isFinal } from './lifecycle.ts';

/** How a child of a group command ended. It may be told more than once. */
export const groupReport = z.object({
  parentId: z.string(),
  commandId: z.string(),
  deviceId: z.string(),
  state: z.enum(finalStates),
});

/** Tells a group command how its child ended, if that has one and has ended. */
export const reportToGroup =
  ({ sqs, queueUrl: QueueUrl }: { readonly sqs: Sends; readonly queueUrl: string }) =>
  async ({ parentId, commandId, deviceId, state }: Command): Promise<void> => {
    if (parentId === undefined || !isFinal(state)) return;
    const report: z.infer<typeof groupReport> = { parentId, commandId, deviceId, state };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: queueBody(report) }));
  };
