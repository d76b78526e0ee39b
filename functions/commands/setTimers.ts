import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { fromImage } from '../platform/attributeValue.ts';
import type { Sends } from '../platform/clients.ts';
import { logger } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { StreamBatchHandler } from '../platform/streamHandler.ts';
import { carryOut, type Effects } from './carryOut.ts';
import { planNew } from './plans.ts';
import type { CommandStore } from './store.ts';
import { timerMessage } from './timers.ts';

interface SetTimersDependencies {
  readonly effects: Effects & { readonly store: Pick<CommandStore, 'readAll'> };
  readonly sqs: Sends;
  readonly deadLetterQueueUrl: string;
}

/**
 * Sets the first timers of new commands, as the stream of their table brings them: most have ended by then and need none.
 * @throws what an effect throws: the batch comes again
 */
export const setTimers =
  ({ effects, ...letters }: SetTimersDependencies): StreamBatchHandler =>
  async (records) => {
    try {
      const commands = await effects.store.readAll(
        records.map(({ dynamodb }) => timerMessage.parse(fromImage(dynamodb?.Keys ?? {}))),
      );
      await Promise.all(
        commands.map((command) =>
          carryOut(effects)(command.deviceId, planNew(command, Date.now()), { known: [command] }),
        ),
      );
    } catch (error) {
      // No repetition helps what is no command. In a batch it holds up others: the mapping splits it.
      if (!(error instanceof z.ZodError) || records.length > 1) throw error;
      for (const record of records) await giveUp(letters, record, error.message);
    }
    return undefined;
  };

async function giveUp(
  { sqs, deadLetterQueueUrl: QueueUrl }: Omit<SetTimersDependencies, 'effects'>,
  { dynamodb }: DynamoDBRecord,
  reason: string,
): Promise<void> {
  logger.error('not a command; nobody looks at it', { keys: dynamodb?.Keys, reason });
  const MessageBody = queueBody({ reason, keys: dynamodb?.Keys });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}
