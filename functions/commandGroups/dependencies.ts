import type * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import type { groupsEnv } from './env.ts';
import { setGroupTimer, wakeGroup } from './queues.ts';
import { groupStore } from './store.ts';

type GroupsEnv = z.output<z.ZodObject<typeof groupsEnv>>;

/** What every function of group commands does, bound to its environment. */
export const groupEffectsFrom = (env: GroupsEnv, { db, sqs }: { readonly db: Sends; readonly sqs: Sends }) => ({
  store: groupStore({
    db,
    tables: {
      groups: env.COMMAND_GROUPS_TABLE,
      commands: env.COMMANDS_TABLE,
      devices: env.DEVICES_TABLE,
      events: env.EVENTS_TABLE,
      audit: env.AUDIT_TABLE,
    },
    retentionDays: env.COMMAND_RETENTION_DAYS,
  }),
  wake: wakeGroup({ sqs, queueUrl: env.GROUP_MAILBOX_QUEUE_URL }),
  setTimer: setGroupTimer({ sqs, queueUrl: env.GROUP_TIMER_QUEUE_URL }),
});
