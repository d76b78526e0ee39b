import type { SQSRecord } from 'aws-lambda';
import { logger } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { carryOut, type Effects } from './carryOut.ts';
import { planTimer } from './plans.ts';
import type { CommandStore } from './store.ts';
import { timerMessage } from './timers.ts';

interface RingDependencies {
  readonly effects: Effects & { readonly store: Pick<CommandStore, 'readAll'> };
}

/** Looks at each command whose timer rang, and ends it when its time is over. */
export const ringBatch =
  ({ effects }: RingDependencies): BatchHandler =>
  async (records) => {
    const failed: SQSRecord[] = [];
    const fail = (error: unknown, ...of: readonly SQSRecord[]) => {
      for (const { messageId } of of)
        logger.error('a timer failed; SQS will let it ring again', { messageId, error: error as Error });
      failed.push(...of);
    };
    const rung = records.flatMap((record) => {
      const { data, error } = timerMessage.safeParse(JSON.parse(record.body));
      if (data === undefined) fail(error, record);
      return data === undefined ? [] : [{ record, timer: data }];
    });
    try {
      const commands = await effects.store.readAll(rung.map(({ timer }) => timer));
      await Promise.all(
        rung.map(async ({ record, timer: { deviceId, commandId } }) => {
          const command = commands.find((one) => one.deviceId === deviceId && one.commandId === commandId);
          const plan = planTimer(command, Date.now());
          await carryOut(effects)(deviceId, plan, { known: command === undefined ? [] : [command] }).catch(
            (error: unknown) => fail(error, record),
          );
        }),
      );
    } catch (error) {
      fail(error, ...rung.map(({ record }) => record));
    }
    return { failed };
  };
