import { showCommand } from '../commands/command.ts';
import type { Granted } from '../platform/access/authorize.ts';
import { narrowDevices } from '../platform/access/narrow.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers, Request } from '../platform/http/httpApi.ts';
import { openFilter, queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import { conflict, notFound } from '../platform/http/problem.ts';
import { causeOf } from '../platform/records/cause.ts';
import { carryOut, type Effects, type Known } from './carryOut.ts';
import {
  childId,
  type Group,
  scopeIndex,
  scopeOf,
  showGroup,
  storedGroup,
  storedTarget,
  targetEntries,
} from './groupCommand.ts';
import type { groupCommandOperations as operations } from './operations.ts';
import { planRequest } from './plans.ts';
import { reportOf } from './report.ts';
import type { GroupStore } from './store.ts';
import { findTargets, type TargetDependencies } from './targets.ts';

interface GroupCommandDependencies extends TargetDependencies {
  readonly db: Sends;
  readonly groupsTable: string;
  readonly effects: Effects & { readonly store: GroupStore };
}

type Creation = Request<typeof operations.createRoomCommand> | Request<typeof operations.createApplicationCommand>;
type Listing = Request<typeof operations.listRoomCommands> | Request<typeof operations.listApplicationCommands>;
type Single = Request<typeof operations.getRoomCommand> | Request<typeof operations.getApplicationCommand>;
type Children =
  | Request<typeof operations.listRoomCommandChildren>
  | Request<typeof operations.listApplicationCommandChildren>;
type Cancellation = Request<typeof operations.cancelRoomCommand> | Request<typeof operations.cancelApplicationCommand>;

/** What a request is about: the room, or the application. */
const scopeOfRequest = ({ applicationId, room }: Granted): string =>
  scopeOf({ applicationId, ...(room !== undefined && { roomId: room.roomId }) });

/** Of an application's commands a member with grants sees their own: others are about devices that the grants may hide. */
const isHidden = ({ grants, caller, room }: Granted, { cause }: Group): boolean =>
  room === undefined && grants !== undefined && cause.actor !== `user:${caller.userId}`;

const answerOf = (access: Granted, { group, targets }: Known) => ({
  body: { ...showGroup(group), report: reportOf(group, targets, access) },
});

export function groupCommandHandlers(dependencies: GroupCommandDependencies): Handlers<typeof operations> {
  const { db, groupsTable, effects } = dependencies;
  const { store } = effects;
  const find = findTargets(dependencies);
  const run = carryOut(effects);

  const read = async (access: Granted, commandId: string): Promise<Known> => {
    const known = await store.read(commandId);
    if (known === undefined || scopeOf(known.group) !== scopeOfRequest(access) || isHidden(access, known.group))
      throw notFound('command', commandId);
    return known;
  };

  const create = async (request: Creation) => {
    const { access, body } = request;
    const { id: commandId, isRepeated } = await request.makeId();
    if (isRepeated) {
      const made = await store.read(commandId);
      if (made !== undefined) {
        await effects.wake(commandId);
        return answerOf(access, made);
      }
      await store.forgetTargets(commandId);
    }
    const targets = await find(access, body);
    const now = Date.now();
    const group: Group = {
      ...body,
      commandId,
      applicationId: access.applicationId,
      ...(access.room !== undefined && { roomId: access.room.roomId }),
      cause: causeOf(request),
      state: 'planning',
      targets: targets.length,
      createdAt: now,
      version: 1,
    };
    await run(planRequest(now), { group, targets });
    return answerOf(access, { group, targets });
  };

  const list = async ({ access, query: { state, ...page } }: Listing) => {
    const filter = openFilter();
    if (state !== undefined) filter.equals('state', state);
    if (access.room === undefined && access.grants !== undefined)
      filter.add(`${filter.name('cause')}.${filter.name('actor')} = ${filter.value(`user:${access.caller.userId}`)}`);
    const { items, lastKey } = await queryList(
      db,
      {
        tableName: groupsTable,
        indexName: scopeIndex.name,
        partition: { name: scopeIndex.partitionKey, value: scopeOfRequest(access) },
        keyNames: ['groupId', 'entry', scopeIndex.partitionKey],
        descending: true,
        filter: filter.filter(),
      },
      page,
    );
    return { body: { items: items.map((item) => showGroup(storedGroup.parse(item))), ...writeCursor(lastKey) } };
  };

  const get = async ({ access, params }: Single) => answerOf(access, await read(access, params.commandId));

  const children = async ({ access, params: { commandId }, query: { outcome, ...page } }: Children) => {
    const group = await store.readGroup(commandId);
    if (group === undefined || scopeOf(group) !== scopeOfRequest(access) || isHidden(access, group))
      throw notFound('command', commandId);
    const filter = openFilter();
    if (outcome === 'open') filter.add(`attribute_not_exists(${filter.name('outcome')})`);
    else if (outcome !== undefined) filter.equals('outcome', outcome);
    narrowDevices(filter, access, { partitionKey: 'groupId', sortKey: 'entry' }, commandId);
    const { items, lastKey } = await queryList(
      db,
      {
        tableName: groupsTable,
        partition: { name: 'groupId', value: commandId },
        between: { name: 'entry', ...targetEntries },
        keyNames: ['groupId', 'entry'],
        filter: filter.filter(),
      },
      page,
    );
    return { body: { items: await withCommands(group, items), ...writeCursor(lastKey) } };
  };

  const withCommands = async (group: Group, items: readonly unknown[]) => {
    const targets = items.map((item) => storedTarget.parse(item));
    const commands = await store.readChildren(
      group,
      group.compensatingSince === undefined ? ['command'] : ['command', 'compensation'],
      targets.map(({ deviceId }) => deviceId),
    );
    const shown = new Map(commands.map(({ command }) => [command.commandId, showCommand(command)]));
    return targets.map((target) => {
      const command = shown.get(childId(group, 'command', target.deviceId));
      const compensatingCommand = shown.get(childId(group, 'compensation', target.deviceId));
      return {
        ...target,
        ...(command !== undefined && { command }),
        ...(compensatingCommand !== undefined && { compensatingCommand }),
      };
    });
  };

  const cancel = async (request: Cancellation) => {
    const { access, params } = request;
    const { group } = await read(access, params.commandId);
    if (!(await store.requestCancel(group, causeOf(request)))) {
      const now = await read(access, params.commandId);
      throw conflict(`It is too late to cancel the command: its state is ${now.group.state}.`);
    }
    await effects.wake(group.commandId);
    return answerOf(access, await read(access, params.commandId));
  };

  return {
    createRoomCommand: create,
    listRoomCommands: list,
    getRoomCommand: get,
    listRoomCommandChildren: children,
    cancelRoomCommand: cancel,
    createApplicationCommand: create,
    listApplicationCommands: list,
    getApplicationCommand: get,
    listApplicationCommandChildren: children,
    cancelApplicationCommand: cancel,
  };
}
