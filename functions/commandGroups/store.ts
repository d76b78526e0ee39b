import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Command, storedCommand } from '../commands/command.ts';
import { isFinal } from '../commands/lifecycle.ts';
import type { Device } from '../model/device.ts';
import type { Sends } from '../platform/clients.ts';
import { conflict } from '../platform/http/problem.ts';
import { auditWrite } from '../platform/records/audit.ts';
import type { Cause } from '../platform/records/cause.ts';
import { writeTogether } from '../platform/records/change.ts';
import { eventWrite } from '../platform/records/events.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import { queryItems, readItems, writeItems } from '../platform/tables.ts';
import {
  childId,
  type Group,
  groupItem,
  groupKey,
  scopeOf,
  storedGroup,
  storedTarget,
  type Target,
  targetItem,
  targetKey,
} from './groupCommand.ts';
import { type GroupState, hasEnded, openGroupStates, type Part } from './plans.ts';
import type { Counts, Outcome } from './quorum.ts';

interface GroupTables {
  readonly groups: string;
  readonly commands: string;
  readonly devices: string;
  readonly events: string;
  readonly audit: string;
}

export interface GroupStoreDependencies {
  readonly db: Sends;
  readonly tables: GroupTables;
  /** Days that a group is kept. */
  readonly retentionDays: number;
}

/** The table of group commands, and how their devices' commands are. */
export function groupStore({ db, tables, retentionDays }: GroupStoreDependencies) {
  const groups = { db, tableName: tables.groups };
  const together = writeTogether({ db });
  const readAll = readItems({ db });

  const readGroup = async (groupId: string): Promise<Group | undefined> => {
    const { Item } = await db.send(
      new GetCommand({ TableName: tables.groups, Key: groupKey(groupId), ConsistentRead: true }),
    );
    return storedGroup.optional().parse(Item);
  };

  /** Notes how a part of a target ended; what was noted before stays. */
  const note = async (groupId: string, part: Part, deviceId: string, ended: Ended): Promise<void> => {
    const [name, why] = part === 'command' ? ['outcome', 'reason'] : ['compensation', 'compensationReason'];
    try {
      await db.send(
        new UpdateCommand({
          TableName: tables.groups,
          Key: targetKey(groupId, deviceId),
          UpdateExpression: `SET #outcome = :outcome${ended.reason === undefined ? '' : ', #reason = :reason'}`,
          ConditionExpression: 'attribute_exists(groupId) AND attribute_not_exists(#outcome)',
          ExpressionAttributeNames: { '#outcome': name, ...(ended.reason !== undefined && { '#reason': why }) },
          ExpressionAttributeValues: {
            ':outcome': ended.outcome,
            ...(ended.reason !== undefined && { ':reason': ended.reason }),
          },
        }),
      );
    } catch (error) {
      if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    }
  };

  const readChildren = async (group: Group, parts: readonly Part[], deviceIds: readonly string[]): Promise<Child[]> => {
    const keys = parts.flatMap((part) =>
      deviceIds.map((deviceId) => ({ part, key: { deviceId, commandId: childId(group, part, deviceId) } })),
    );
    if (keys.length === 0) return [];
    const { [tables.commands]: items = [] } = await readAll({ [tables.commands]: keys.map(({ key }) => key) });
    const parsed = new Map(
      items.map((item) => storedCommand.parse(item)).map((command) => [command.commandId, command]),
    );
    return keys.flatMap(({ part, key }) => {
      const command = parsed.get(key.commandId);
      return command === undefined ? [] : [{ part, command }];
    });
  };

  return {
    readGroup,
    note,
    readChildren,

    /** A group and its targets; strongly consistent. */
    async read(groupId: string): Promise<{ readonly group: Group; readonly targets: readonly Target[] } | undefined> {
      let group: Group | undefined;
      const targets: Target[] = [];
      const everything = queryItems(groups, {
        KeyConditionExpression: 'groupId = :groupId',
        ExpressionAttributeValues: { ':groupId': groupId },
        ConsistentRead: true,
      });
      for await (const item of everything) {
        if (item['entry'] === 'group') group = storedGroup.parse(item);
        else targets.push(storedTarget.parse(item));
      }
      return group === undefined ? undefined : { group, targets };
    },

    /** Deletes what a try that died before it wrote the group left of it: the next may find others. */
    async forgetTargets(groupId: string): Promise<void> {
      const deletes: object[] = [];
      const left = queryItems(groups, {
        KeyConditionExpression: 'groupId = :groupId',
        ExpressionAttributeValues: { ':groupId': groupId },
        ConsistentRead: true,
      });
      for await (const { entry } of left) deletes.push({ DeleteRequest: { Key: { groupId, entry } } });
      await writeItems(groups, deletes);
    },

    /** Its targets first: once the group is there, all of it is. Targets of a group that never came are forgotten in time. */
    async begin(group: Group, targets: readonly Target[]): Promise<void> {
      await writeItems(
        groups,
        targets.map((target) => ({ PutRequest: { Item: targetItem(group, target, retentionDays) } })),
      );
      const { commandId, name, parameters, filter, quorum, compensation } = group;
      const asked = { commandId, name, parameters, filter, quorum, compensation, devices: targets.length };
      await together(
        [
          {
            item: {
              Put: {
                TableName: tables.groups,
                Item: groupItem(group, retentionDays),
                ConditionExpression: 'attribute_not_exists(groupId)',
              },
            },
            refusal: () => conflict(`There is a group command '${commandId}' already.`),
          },
        ],
        [auditWrite(tables.audit, { ...subjectOf(group), ...group.cause, changes: { command: { to: asked } } })],
      );
    },

    /** Notes for each of these devices how its commands ended, if they have. */
    async settle(group: Group, deviceIds: readonly string[]): Promise<void> {
      const parts: Part[] = group.compensatingSince === undefined ? ['command'] : ['command', 'compensation'];
      const children = await readChildren(group, parts, deviceIds);
      await Promise.all(
        children.map(async ({ part, command: { deviceId, state, reason } }) => {
          if (isFinal(state)) await note(group.commandId, part, deviceId, { outcome: state, reason });
        }),
      );
    },

    /**
     * Changes the group, on condition that nobody did since it was read; with the event of its end in the same transaction.
     * @returns whether it was changed
     */
    async move(
      group: Group,
      to: { readonly state: GroupState; readonly cursor?: string | undefined },
      counts: Counts,
      now: number,
    ): Promise<boolean> {
      const { cursor: _, ...rest } = group;
      const after: Group = {
        ...rest,
        ...to,
        version: group.version + 1,
        ...(to.state === 'compensating' && group.state !== 'compensating' && { compensatingSince: now }),
        ...(hasEnded(to.state) && { endedAt: now, counts }),
      };
      const overtaken = conflict('The group command changed at the same moment.');
      const put = {
        TableName: tables.groups,
        Item: groupItem(after, retentionDays),
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': group.version },
      };
      try {
        await together(
          [{ item: { Put: put }, refusal: () => overtaken }],
          hasEnded(to.state) ? [endOf(after, counts, tables.events)] : [],
        );
        return true;
      } catch (error) {
        if (error !== overtaken) throw error;
        return false;
      }
    },

    /** Beside its version: whoever changes the group meanwhile is not disturbed. What is noted may be lost then, and is told twice. */
    async noteTold(groupId: string, told: NonNullable<Group['told']>): Promise<void> {
      await db.send(
        new UpdateCommand({
          TableName: tables.groups,
          Key: groupKey(groupId),
          UpdateExpression: 'SET told = :told',
          ExpressionAttributeValues: { ':told': told },
        }),
      );
    },

    /** @returns whether it can be cancelled still; asked twice, the first who asked is kept */
    async requestCancel(group: Group, cause: Cause): Promise<boolean> {
      if (group.cancelledBy !== undefined) return !hasEnded(group.state) || group.state === 'cancelled';
      const tooLate = conflict('It is too late.');
      const [planning, running] = openGroupStates;
      try {
        await together(
          [
            {
              item: {
                Update: {
                  TableName: tables.groups,
                  Key: groupKey(group.commandId),
                  UpdateExpression: 'SET cancelledBy = if_not_exists(cancelledBy, :cause), #version = #version + :one',
                  ConditionExpression: '#state IN (:planning, :running)',
                  ExpressionAttributeNames: { '#state': 'state', '#version': 'version' },
                  ExpressionAttributeValues: { ':cause': cause, ':one': 1, ':planning': planning, ':running': running },
                },
              },
              refusal: () => tooLate,
            },
          ],
          [
            auditWrite(tables.audit, {
              ...subjectOf(group),
              ...cause,
              changes: {
                command: { from: { commandId: group.commandId, state: group.state }, to: { state: 'cancelling' } },
              },
            }),
          ],
        );
        return true;
      } catch (error) {
        if (error !== tooLate) throw error;
        return false;
      }
    },

    /** Devices that are there, by id; strongly consistent. */
    async readDevices(deviceIds: readonly string[]): Promise<ReadonlyMap<string, Device>> {
      const { [tables.devices]: items = [] } = await readAll({ [tables.devices]: deviceIds.map(deviceKey) });
      return new Map(items.flatMap((item) => parseDevice(item) ?? []).map((device) => [device.deviceId, device]));
    },
  };
}
export type GroupStore = ReturnType<typeof groupStore>;

interface Ended {
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
}

interface Child {
  readonly part: Part;
  readonly command: Command;
}

const subjectOf = (group: Group) => ({ applicationId: group.applicationId, entity: scopeOf(group) });

function endOf(group: Group, counts: Counts, eventsTable: string) {
  const { commandId, name, state, cause, roomId } = group;
  return eventWrite(eventsTable, {
    ...subjectOf(group),
    actor: group.cancelledBy?.actor ?? 'system',
    type: `${roomId === undefined ? 'application' : 'room'}.commandEnded`,
    data: { commandId, name, state, requestedBy: cause.actor, counts, ...(roomId !== undefined && { roomId }) },
  });
}
