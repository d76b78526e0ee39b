import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import type { Sends } from '../platform/clients.ts';
import { wakeUp } from '../platform/mailbox.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { parsePresence, presenceKey } from '../platform/records/presence.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { newId } from '../platform/ulid.ts';
import { carryOut, type Effects } from './carryOut.ts';
import { planDispatch } from './plans.ts';
import type { CommandStore } from './store.ts';

interface DispatchDependencies {
  readonly effects: Effects & { readonly store: Pick<CommandStore, 'listOpen'> };
  readonly isConnected: (deviceId: string) => Promise<boolean>;
}

/** Whether presence saw the device connect, and not go; strongly consistent. */
export const isConnected =
  ({ db, tableName: TableName }: { readonly db: Sends; readonly tableName: string }) =>
  async (deviceId: string): Promise<boolean> => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: presenceKey(deviceId), ConsistentRead: true }));
    return parsePresence(Item)?.connected === true;
  };

interface Woken {
  readonly records: SQSRecord[];
  /** What was published before, the device may have missed. Epoch milliseconds. */
  missedUntil: number;
  readonly newCommands: string[];
}

/** Sends to each device that was woken what is next. SQS gives the messages of one device to one call at a time. */
export const dispatchBatch =
  (dependencies: DispatchDependencies): BatchHandler =>
  async (records) => {
    const failed: SQSRecord[] = [];
    const devices = new Map<string, Woken>();
    for (const record of records) {
      const parsed = wakeUp.safeParse(JSON.parse(record.body));
      if (!parsed.success) {
        logger.error('not a wake-up; it goes to the dead letters', { messageId: record.messageId });
        failed.push(record);
        continue;
      }
      const { deviceId, next, newCommand } = parsed.data;
      const woken = devices.get(deviceId) ?? { records: [], missedUntil: 0, newCommands: [] };
      woken.records.push(record);
      if (newCommand !== undefined) woken.newCommands.push(newCommand);
      woken.missedUntil = Math.max(woken.missedUntil, missedUntil(record, next));
      devices.set(deviceId, woken);
    }
    await Promise.all(
      [...devices].map(async ([deviceId, woken]) => {
        try {
          await dispatch(dependencies, deviceId, woken);
        } catch (error) {
          logger.error('dispatch failed; SQS will wake the mailbox again', { deviceId, error: error as Error });
          failed.push(...woken.records);
        }
      }),
    );
    return { failed };
  };

function missedUntil({ attributes }: SQSRecord, next: true | undefined): number {
  // Whoever had it before may have died before what it sent was published.
  if (attributes.ApproximateReceiveCount !== '1') return Number.POSITIVE_INFINITY;
  // Otherwise the device was there, and listened, before it was woken.
  return next === true ? 0 : Number(attributes.SentTimestamp);
}

async function dispatch(
  { effects, isConnected: ask }: DispatchDependencies,
  deviceId: string,
  { missedUntil, newCommands }: Omit<Woken, 'records'>,
) {
  const [open, connected] = await Promise.all([effects.store.listOpen(deviceId), ask(deviceId)]);
  const plan = planDispatch(open, { connected, missedUntil, newCommands }, Date.now(), newId());
  if (plan.length === 0) return;
  await carryOut(effects)(deviceId, plan, { known: open });
  metrics.addMetric('CommandsPublished', MetricUnit.Count, plan.filter(({ type }) => type === 'publish').length);
}
