import type * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { tellLive } from '../platform/tellLive.ts';
import { type Group, iso, scopeOf, type Target } from './groupCommand.ts';
import type { groupCommandChange } from './protocol.ts';
import { countTargets } from './report.ts';

/** Tells whoever watches the room, or the application, how far a group command is. */
export const tellGroup = (dependencies: { readonly sqs: Sends; readonly queueUrl: string }) => {
  const { changes } = tellLive(dependencies);
  return async (group: Group, targets: readonly Target[]): Promise<void> => {
    const { commandId, name, cause, state, applicationId, roomId, endedAt, compensatingSince } = group;
    const { command, compensation } = countTargets(targets);
    const data: z.infer<typeof groupCommandChange> = {
      commandId,
      name,
      requestedBy: cause.actor,
      state,
      counts: command,
      ...(compensatingSince !== undefined && { compensation }),
    };
    await changes([
      {
        channels: [...new Set([scopeOf(group), `application:${applicationId}`])],
        kind: 'command',
        applicationId,
        ...(roomId !== undefined && { roomId }),
        at: iso(endedAt ?? Date.now()),
        data,
      },
    ]);
  };
};
