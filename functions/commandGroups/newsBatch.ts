import type { SQSRecord } from 'aws-lambda';
import { logger } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { planned } from './advanceBatch.ts';
import { carryOut, type Effects } from './carryOut.ts';
import { type Effect, planReport, planTimer } from './plans.ts';
import { groupNews } from './queues.ts';
import type { GroupStore } from './store.ts';

interface NewsDependencies {
  readonly effects: Effects & { readonly store: Pick<GroupStore, 'read' | 'readGroup'> };
}

interface News {
  readonly records: SQSRecord[];
  /** Whose commands ended. */
  readonly deviceIds: Set<string>;
  rings: boolean;
}

/** Takes what is reported to groups, and their timers that rang. */
export const newsBatch =
  ({ effects }: NewsDependencies): BatchHandler =>
  async (records) => {
    const failed: SQSRecord[] = [];
    const groups = new Map<string, News>();
    for (const record of records) {
      const parsed = groupNews.safeParse(JSON.parse(record.body));
      if (!parsed.success) {
        logger.error('not of a group command; it goes to the dead letters', { messageId: record.messageId });
        failed.push(record);
        continue;
      }
      const { data } = parsed;
      const groupId = 'parentId' in data ? data.parentId : data.groupId;
      const news = groups.get(groupId) ?? { records: [], deviceIds: new Set(), rings: false };
      groups.set(groupId, news);
      news.records.push(record);
      if ('parentId' in data) news.deviceIds.add(data.deviceId);
      else if (data.timer === 'ring') news.rings = true;
    }
    await Promise.all(
      [...groups].map(async ([groupId, news]) => {
        try {
          await take(effects, groupId, news);
        } catch (error) {
          logger.error('news of a group failed; SQS will bring it again', { groupId, error: error as Error });
          failed.push(...news.records);
        }
      }),
    );
    return { failed };
  };

async function take(effects: NewsDependencies['effects'], groupId: string, { deviceIds, rings }: News): Promise<void> {
  // A report needs no targets but its own.
  const known = rings ? await effects.store.read(groupId) : await readAlone(effects, groupId);
  if (known === undefined) return;
  const plan: Effect[] = [
    ...(rings ? planTimer(planned(known.group), known.targets, Date.now()) : []),
    ...(deviceIds.size > 0 || !rings ? planReport([...deviceIds]) : []),
  ];
  await carryOut(effects)(plan, known);
}

async function readAlone({ store }: NewsDependencies['effects'], groupId: string) {
  const group = await store.readGroup(groupId);
  return group && { group, targets: [] };
}
