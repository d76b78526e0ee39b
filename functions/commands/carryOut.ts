import { logger } from '../platform/observe.ts';
import type { Cause } from '../platform/records/cause.ts';
import type { Command } from './command.ts';
import { leavesFollower } from './lifecycle.ts';
import { type Effect, isNotice, type Notice } from './plans.ts';
import type { CommandStore } from './store.ts';

/** What effects are made of. A handler that never has one of them leaves it out. */
export interface Effects {
  readonly store: Pick<CommandStore, 'create' | 'apply' | 'read'>;
  readonly setTimer: (timer: { deviceId: string; commandId: string }, at: number) => Promise<void>;
  readonly publish?: (command: Command, attemptId: string) => Promise<void>;
  readonly wake: (deviceId: string, how: { readonly next?: true }) => Promise<void>;
  readonly tell: (command: Command) => Promise<void>;
  readonly report: (command: Command) => Promise<void>;
}

export interface Outcome {
  /** As it is after the effects; undefined when it was never there. */
  readonly command: Command | undefined;
  /** Whether what was to be created or applied changed anything. */
  readonly changed: boolean;
}

/**
 * Does what a plan says, in its order; notices that follow each other at once.
 * @param known the plan's commands, as they were read a moment ago
 * @param cause of people, whose changes are audited
 * @throws what an effect throws: the rest is not done, and the whole plan is to be made again
 */
export const carryOut =
  (effects: Effects) =>
  async (
    deviceId: string,
    plan: readonly Effect<Command>[] | readonly Effect[],
    { known = [], cause }: { readonly known?: readonly Command[]; readonly cause?: Cause | undefined } = {},
  ): Promise<Outcome> => {
    const { store } = effects;
    const commands = new Map(known.map((command) => [command.commandId, command]));
    let outcome: Outcome = { command: undefined, changed: false };
    const current = async (commandId: string): Promise<Command | undefined> => {
      const command = commands.get(commandId) ?? (await store.read({ deviceId, commandId }));
      if (command !== undefined) commands.set(commandId, command);
      return command;
    };
    const remember = (commandId: string, next: Outcome) => {
      outcome = next;
      if (next.command === undefined) commands.delete(commandId);
      else commands.set(commandId, next.command);
    };
    const notify = async (notice: Notice): Promise<void> => {
      if (notice.type === 'wake') return effects.wake(deviceId, notice.next ? { next: true } : {});
      const command = await current(notice.commandId);
      if (command === undefined) return;
      if (notice.type !== 'wakeForNext') await effects[notice.type](command);
      else if (leavesFollower(command)) await effects.wake(deviceId, { next: true });
    };

    const publishOrWake = async (command: Command): Promise<void> => {
      const { commandId, attemptId = '' } = command;
      await effects.publish?.(command, attemptId).catch(async (error: Error) => {
        logger.warn('not published; the mailbox is woken to do it again', {
          deviceId,
          commandId,
          reason: error.message,
        });
        await effects.wake(deviceId, {});
      });
    };

    for (let at = 0; at < plan.length; at += 1) {
      const effect = plan[at] as Effect<Command>;
      if (isNotice(effect)) {
        const end = plan.findIndex((one, index) => index > at && !isNotice(one));
        const notices = plan.slice(at, end < 0 ? plan.length : end) as Notice[];
        await Promise.all(notices.map(notify));
        at += notices.length - 1;
      } else if (effect.type === 'timer') await effects.setTimer({ deviceId, commandId: effect.commandId }, effect.at);
      else if (effect.type === 'create') {
        const { command, sent } = effect;
        const created = await store.create(command, { sent, cause: cause as Cause });
        remember(command.commandId, {
          command: created ?? (await store.read({ deviceId, commandId: command.commandId })),
          changed: created !== undefined,
        });
      } else if (effect.type === 'apply') {
        const { commandId, event, goOn } = effect;
        remember(
          commandId,
          await store.apply({ deviceId, commandId }, event, { known: commands.get(commandId), cause }),
        );
        if (goOn !== undefined && goOn !== (outcome.changed ? 'changed' : 'unchanged')) return outcome;
      } else if (effect.type === 'deliver') {
        const command = await current(effect.commandId);
        if (command?.state === 'queued') await effects.wake(deviceId, { next: true });
        else if (command?.state === 'sent' && effect.directly) await publishOrWake(command);
      } else {
        const command = await current(effect.commandId);
        if (command !== undefined) await effects.publish?.(command, effect.attemptId);
      }
    }
    return outcome;
  };
