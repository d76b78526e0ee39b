import type { SQSRecord } from 'aws-lambda';
import { logger } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { carryOut, type Effects } from './carryOut.ts';
import { planTimer } from './plans.ts';
import { timerMessage } from './timers.ts';

/** Looks at each command whose timer rang, and ends it when its time is over. */
export const ringBatch =
  ({ effects }: { readonly effects: Effects }): BatchHandler =>
  async (records) => {
    const failed: SQSRecord[] = [];
    await Promise.all(
      records.map(async (record) => {
        try {
          const { deviceId, commandId } = timerMessage.parse(JSON.parse(record.body));
          const command = await effects.store.read({ deviceId, commandId });
          const plan = planTimer(command, Date.now());
          await carryOut(effects)(deviceId, plan, { known: command === undefined ? [] : [command] });
        } catch (error) {
          logger.error('a timer failed; SQS will let it ring again', {
            messageId: record.messageId,
            error: error as Error,
          });
          failed.push(record);
        }
      }),
    );
    return { failed };
  };
