import * as z from 'zod';
import { commandsEnv } from '../commands/env.ts';
import { platformEnv } from '../platform/env.ts';
import { apiEnv } from '../platform/http/apiEnv.ts';

const name = z.string().min(1);

/** Of every function of group commands: its table, what it reads and writes beside it, its queues. */
export const groupsEnv = {
  ...commandsEnv,
  COMMAND_GROUPS_TABLE: name,
  DEVICES_TABLE: name,
  GROUP_MAILBOX_QUEUE_URL: name,
  GROUP_TIMER_QUEUE_URL: name,
};

/** commandGroups/api: commands of rooms and applications over HTTP. */
export const groupsApiEnv = z.object({ ...apiEnv, ...groupsEnv });

/** commandGroups/advance: consumes wake-ups of groups. */
export const advanceEnv = z.object({ ...platformEnv, ...groupsEnv, DIRECTORY_TABLE: name });

/** commandGroups/news: consumes reports of children, and timers that rang. */
export const newsEnv = z.object({ ...platformEnv, ...groupsEnv });
