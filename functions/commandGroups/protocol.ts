import * as z from 'zod';
import { commandId } from '../commands/command.ts';
import { countsByOutcome, groupState } from './groupCommand.ts';

/** `data` of a live change of kind `command` that is about no one device: how far a command of a room or an application is. */
export const groupCommandChange = z
  .object({
    commandId,
    name: z.string(),
    requestedBy: z.string(),
    state: groupState,
    counts: countsByOutcome,
    /** Of those that succeeded, while they are compensated and after. */
    compensation: countsByOutcome.optional(),
  })
  .meta({ id: 'GroupCommandChange' });
