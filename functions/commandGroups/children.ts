import type { cancelCommand, createCommand } from '../commands/createCommand.ts';
import type { CommandStore } from '../commands/store.ts';
import type { Device } from '../model/device.ts';
import { Problem } from '../platform/http/problem.ts';
import { childId, deadlineOf, type Group } from './groupCommand.ts';
import type { Part } from './plans.ts';
import type { GroupStore } from './store.ts';

export interface ChildDependencies {
  readonly create: ReturnType<typeof createCommand>;
  readonly cancel: ReturnType<typeof cancelCommand>;
  readonly commands: Pick<CommandStore, 'read'>;
  readonly groups: Pick<GroupStore, 'note'>;
}

/**
 * Gives a device of a group its command. A device that takes none ends as refused, one whose time is over as expired; but not when
 * it was given the command before, by somebody who then died: how that ends counts.
 */
export const createChild =
  ({ create, commands, groups }: Pick<ChildDependencies, 'create' | 'commands' | 'groups'>) =>
  async (group: Group, part: Part, deviceId: string, device: Device | undefined): Promise<void> => {
    const commandId = childId(group, part, deviceId);
    const { name, parameters, timeout } = part === 'compensation' && group.compensation ? group.compensation : group;
    const unlessGiven = async (outcome: 'refused' | 'expired', reason: string) => {
      if ((await commands.read({ deviceId, commandId })) === undefined)
        await groups.note(group.commandId, part, deviceId, { outcome, reason });
    };
    const expiresIn = Math.floor((deadlineOf(group, part) - Date.now()) / 1000) - timeout;
    if (device === undefined || device.applicationId !== group.applicationId)
      return unlessGiven('refused', 'The device is not there any more.');
    if (expiresIn <= 0) return unlessGiven('expired', 'Its time was over before it could be given to the device.');
    try {
      await create({
        device,
        commandId,
        parentId: group.commandId,
        name,
        parameters,
        priority: group.priority,
        expiresIn,
        timeout,
        cause: group.cause,
      });
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      await unlessGiven('refused', error.message);
    }
  };

/** Takes the command of a device of a group back. What the device has begun goes on; what it was never given is noted as cancelled. */
export const cancelChild =
  ({ cancel, groups }: Pick<ChildDependencies, 'cancel' | 'groups'>) =>
  async (group: Group, deviceId: string): Promise<void> => {
    try {
      await cancel({ deviceId, commandId: childId(group, 'command', deviceId) }, group.cancelledBy ?? group.cause);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 404)
        await groups.note(group.commandId, 'command', deviceId, {
          outcome: 'cancelled',
          reason: 'It was cancelled before the device was given its command.',
        });
    }
  };
