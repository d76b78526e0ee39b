import type { SQSRecord } from 'aws-lambda';
import { logger } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { liveMessage } from './protocol.ts';
import type { Push, Said } from './push.ts';

/** Pushes what a batch of the live queue brings, all of it together. Where something fails, the messages that hold it come again. */
export const pushUpdates =
  ({ push }: { readonly push: Push }): BatchHandler =>
  async (records) => {
    const held = records.map((record) => ({ record, said: readMessage(record) }));
    const again = await push(held.flatMap(({ said }) => said ?? []));
    return {
      failed: held
        .filter(({ said }) => said === undefined || said.some((one) => again.has(one)))
        .map(({ record }) => record),
    };
  };

/** Undefined for a message that no function wrote: SQS brings it to the dead letters. */
function readMessage(record: SQSRecord): readonly Said[] | undefined {
  try {
    const { updates = [], changes = [] } = liveMessage.parse(JSON.parse(record.body));
    return [...updates, ...changes];
  } catch (error) {
    logger.error('not a message for those who watch', {
      sqsMessageId: record.messageId,
      reason: (error as Error).message,
    });
    return undefined;
  }
}
