import type * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { type CommandDependencies, commandEffects } from './effects.ts';
import type { commandsEnv } from './env.ts';

type CommandsEnv = z.output<z.ZodObject<typeof commandsEnv>>;

/** The effects of plans, bound to a function's environment. */
export const effectsFrom = (
  env: CommandsEnv,
  clients: { readonly db: Sends; readonly sqs: Sends } & Pick<CommandDependencies, 'iotData'>,
) =>
  commandEffects({
    ...clients,
    tables: { commands: env.COMMANDS_TABLE, events: env.EVENTS_TABLE, audit: env.AUDIT_TABLE },
    retentionDays: env.COMMAND_RETENTION_DAYS,
    queueUrls: {
      timers: env.TIMER_QUEUE_URL,
      mailbox: env.MAILBOX_QUEUE_URL,
      live: env.LIVE_QUEUE_URL,
      groups: env.GROUP_QUEUE_URL,
    },
  });
