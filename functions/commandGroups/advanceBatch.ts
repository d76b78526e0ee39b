import type { SQSRecord } from 'aws-lambda';
import { logger } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { carryOut, type Effects } from './carryOut.ts';
import { planAdvance, planTelling } from './plans.ts';
import { groupWakeUp } from './queues.ts';
import { countTargets } from './report.ts';
import type { GroupStore } from './store.ts';

/** Devices that get their commands in one call, side by side. */
const devicesAtOnce = 25;

interface AdvanceDependencies {
  readonly effects: Effects & { readonly store: Pick<GroupStore, 'read'> };
}

/** The next step of each group that was woken. SQS gives the messages of one group to one call at a time. */
export const advanceBatch =
  ({ effects }: AdvanceDependencies): BatchHandler =>
  async (records) => {
    const failed: SQSRecord[] = [];
    const groups = new Map<string, SQSRecord[]>();
    for (const record of records) {
      const parsed = groupWakeUp.safeParse(JSON.parse(record.body));
      if (parsed.success) groups.set(parsed.data.groupId, [...(groups.get(parsed.data.groupId) ?? []), record]);
      else {
        logger.error('not a wake-up; it goes to the dead letters', { messageId: record.messageId });
        failed.push(record);
      }
    }
    await Promise.all(
      [...groups].map(async ([groupId, ofGroup]) => {
        try {
          await advance(effects, groupId);
        } catch (error) {
          logger.error('a group was not moved on; SQS will wake it again', { groupId, error: error as Error });
          failed.push(...ofGroup);
        }
      }),
    );
    return { failed };
  };

async function advance(effects: AdvanceDependencies['effects'], groupId: string): Promise<void> {
  const known = await effects.store.read(groupId);
  if (known === undefined) return;
  const { group, targets } = known;
  await carryOut(effects)(planAdvance(planned(group), targets, devicesAtOnce), known);
  await carryOut(effects)(planTelling(group, countTargets(targets), Date.now()), known);
}

/** A group as its plans see it. */
export const planned = (group: NonNullable<Awaited<ReturnType<GroupStore['read']>>>['group']) => ({
  ...group,
  cancelRequested: group.cancelledBy !== undefined,
  compensates: group.compensation !== undefined,
});
