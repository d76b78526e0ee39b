import * as z from 'zod';
import { pushingEnv } from '../live/env.ts';
import { platformEnv } from '../platform/env.ts';
import { apiEnv } from '../platform/http/apiEnv.ts';

const name = z.string().min(1);

/** What changes commands: its table, what it writes beside it, and whom it tells. */
export const commandsEnv = {
  COMMANDS_TABLE: name,
  EVENTS_TABLE: name,
  AUDIT_TABLE: name,
  COMMAND_RETENTION_DAYS: z.coerce.number().int().min(1),
  TIMER_QUEUE_URL: name,
  MAILBOX_QUEUE_URL: name,
  LIVE_QUEUE_URL: name,
  GROUP_QUEUE_URL: name,
};

/** commands/api: commands of a device over HTTP. */
export const commandsApiEnv = z.object({ ...apiEnv, ...commandsEnv });

/** commands/dispatch: consumes wake-ups of mailboxes. */
export const dispatchEnv = z.object({ ...platformEnv, ...commandsEnv, DEVICES_TABLE: name });

/** commands/respond: consumes what devices answer, and gateways for theirs. */
export const respondEnv = z.object({
  ...platformEnv,
  ...commandsEnv,
  ...pushingEnv,
  DEVICES_TABLE: name,
  DEAD_LETTER_QUEUE_URL: name,
});

/** commands/setTimers: reads the stream of the commands table. */
export const setTimersEnv = z.object({ ...platformEnv, ...commandsEnv, DEAD_LETTER_QUEUE_URL: name });

/** commands/timer: consumes timers that rang. */
export const timerEnv = z.object({ ...platformEnv, ...commandsEnv });

/** commands/ruleErrors: consumes what the rule of responses could not deliver. */
export const responseRuleErrorsEnv = z.object({ ...platformEnv, RESPONSE_QUEUE_URL: name });
