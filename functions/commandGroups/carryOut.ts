import type { ChildDependencies, cancelChild, createChild } from './children.ts';
import type { Group, Target } from './groupCommand.ts';
import type { Effect } from './plans.ts';
import { countTargets } from './report.ts';
import type { GroupStore } from './store.ts';

/** What effects are made of. A handler that never has one of them leaves it out. */
export interface Effects {
  readonly store: Pick<GroupStore, 'begin' | 'move' | 'settle' | 'noteTold' | 'readDevices'> &
    ChildDependencies['groups'];
  readonly create?: ReturnType<typeof createChild>;
  readonly cancel?: ReturnType<typeof cancelChild>;
  readonly wake: (groupId: string) => Promise<void>;
  readonly setTimer: (timer: { groupId: string; timer: 'ring' | 'look' }, at: number) => Promise<void>;
  readonly tell?: (group: Group, targets: readonly Target[]) => Promise<void>;
}

/** A group with its targets, as they were read a moment ago. */
export interface Known {
  readonly group: Group;
  readonly targets: readonly Target[];
}

/**
 * Does what a plan says, in its order; commands of several devices at once.
 * @throws what an effect throws: the rest is not done, and the plan is to be made again
 */
export const carryOut =
  (effects: Effects) =>
  async (plan: readonly Effect[], { group, targets }: Known): Promise<void> => {
    const { store } = effects;
    const groupId = group.commandId;
    const devices = await devicesOf(store, plan);
    const perform = async (effect: Effect): Promise<unknown> => {
      switch (effect.type) {
        case 'begin':
          return store.begin(group, targets);
        case 'create':
          return effects.create?.(group, effect.part, effect.deviceId, devices.get(effect.deviceId));
        case 'cancel':
          return effects.cancel?.(group, effect.deviceId);
        case 'settle':
          return store.settle(group, effect.deviceIds);
        case 'move':
          return store.move(group, effect, countTargets(targets).command, Date.now());
        case 'wake':
          return effects.wake(groupId);
        case 'timer':
          return effects.setTimer({ groupId, timer: effect.look ? 'look' : 'ring' }, effect.at);
        case 'tell':
          return effects.tell?.(group, targets);
        case 'noteTold':
          return store.noteTold(groupId, effect.told);
      }
    };
    for (let at = 0; at < plan.length; ) {
      const end = plan.findIndex((effect, index) => index > at && !isOfOneDevice(effect));
      const together = isOfOneDevice(plan[at] as Effect)
        ? plan.slice(at, end < 0 ? plan.length : end)
        : [plan[at] as Effect];
      await allOf(together.map(perform));
      at += together.length;
    }
  };

const isOfOneDevice = ({ type }: Effect) => type === 'create' || type === 'cancel';

/** All of them end before one that failed is told: what is still at work would be left to itself. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

async function devicesOf(store: Effects['store'], plan: readonly Effect[]) {
  const created = plan.flatMap((effect) => (effect.type === 'create' ? [effect.deviceId] : []));
  return created.length === 0 ? new Map() : store.readDevices(created);
}
