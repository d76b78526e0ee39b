import type { SQSRecord } from 'aws-lambda';
import { wakeUp } from '../platform/mailbox.ts';
import { logger } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { newId } from '../platform/ulid.ts';
import { carryOut, type Effects } from './carryOut.ts';
import { planDispatch } from './plans.ts';
import type { findWay } from './reach.ts';
import type { CommandStore } from './store.ts';
import type { wakeChildren } from './wakeChildren.ts';

interface DispatchDependencies {
  readonly effects: Effects & { readonly store: Pick<CommandStore, 'listOpen'> };
  readonly findWay: ReturnType<typeof findWay>;
  readonly wakeChildren: ReturnType<typeof wakeChildren>;
}

interface Woken {
  readonly records: SQSRecord[];
  /** What was published before, the device may have missed. Epoch milliseconds. */
  missedUntil: number;
  /** A command was given, or ended: there is something to send, as a rule. */
  next: boolean;
  /** Of a gateway, whose children are to be woken: those after this one. */
  childrenAfter: string | undefined;
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
      const { deviceId, next = false, childrenAfter } = parsed.data;
      const woken = devices.get(deviceId) ?? { records: [], missedUntil: 0, next: false, childrenAfter };
      woken.records.push(record);
      woken.next ||= next;
      woken.missedUntil = Math.max(woken.missedUntil, missedUntil(record, next));
      // The first of them names the most.
      woken.childrenAfter = [woken.childrenAfter, childrenAfter].filter((after) => after !== undefined).sort()[0];
      devices.set(deviceId, woken);
    }
    await Promise.all(
      [...devices].map(async ([deviceId, woken]) => {
        try {
          await Promise.all([
            dispatch(dependencies, deviceId, woken),
            woken.childrenAfter === undefined ? undefined : dependencies.wakeChildren(deviceId, woken.childrenAfter),
          ]);
        } catch (error) {
          logger.error('dispatch failed; SQS will wake the mailbox again', { deviceId, error: error as Error });
          failed.push(...woken.records);
        }
      }),
    );
    return { failed };
  };

function missedUntil({ attributes }: SQSRecord, next: boolean): number {
  // Whoever had it before may have died before what it sent was published.
  if (attributes.ApproximateReceiveCount !== '1') return Number.POSITIVE_INFINITY;
  // Otherwise the device was there, and listened, before it was woken.
  return next ? 0 : Number(attributes.SentTimestamp);
}

async function dispatch(
  { effects, findWay: find }: DispatchDependencies,
  deviceId: string,
  { missedUntil, next }: Pick<Woken, 'missedUntil' | 'next'>,
) {
  // Who connects has nothing waiting, as a rule; whoever gave a command waits for it.
  const [open, early] = await Promise.all([effects.store.listOpen(deviceId), next ? find(deviceId) : undefined]);
  if (open.length === 0) return;
  const way = early ?? (await find(deviceId));
  const plan = planDispatch(open, { ...way, missedUntil }, Date.now(), newId());
  if (plan.length === 0) return;
  await carryOut(effects)(deviceId, plan, { known: open });
}
