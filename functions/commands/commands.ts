import { setTimeout as pause } from 'node:timers/promises';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { openFilter, queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import { notFound } from '../platform/http/problem.ts';
import { causeOf } from '../platform/records/cause.ts';
import { type Command, showCommand, storedCommand } from './command.ts';
import { type CreateDependencies, cancelCommand, createCommand } from './createCommand.ts';
import { isFinal } from './lifecycle.ts';
import type { commandOperations } from './operations.ts';
import type { mayGoAtOnce } from './reach.ts';
import type { CommandStore } from './store.ts';

interface CommandHandlerDependencies extends CreateDependencies {
  readonly db: Sends;
  readonly commandsTable: string;
  readonly mayGoAtOnce: ReturnType<typeof mayGoAtOnce>;
}

/** Between two looks at a command that is waited for; the first are closer together. Milliseconds. */
const firstLook = 20;
const longestLook = 250;

export function commandHandlers(dependencies: CommandHandlerDependencies): Handlers<typeof commandOperations> {
  const { db, commandsTable, effects, mayGoAtOnce } = dependencies;
  const create = createCommand(dependencies);
  const cancel = cancelCommand(dependencies);
  return {
    createCommand: async (request) => {
      const { access, body, query } = request;
      const until = Date.now() + Number.parseInt(query.wait ?? '0', 10) * 1000;
      const { device, reach } = access;
      const [{ id: commandId }, atOnce] = await Promise.all([request.makeId(), mayGoAtOnce(device, reach)]);
      const created = await create({ device, commandId, ...body, atOnce, cause: causeOf(request) });
      return { body: showCommand(await untilEnded(effects.store, created, until)) };
    },

    listCommands: async ({ params: { deviceId }, query: { state, ...page } }) => {
      const filter = openFilter();
      if (state !== undefined) filter.equals('state', state);
      const { items, lastKey } = await queryList(
        db,
        {
          tableName: commandsTable,
          partition: { name: 'deviceId', value: deviceId },
          keyNames: ['deviceId', 'commandId'],
          descending: true,
          filter: filter.filter(),
        },
        page,
      );
      return { body: { items: items.map((item) => showCommand(storedCommand.parse(item))), ...writeCursor(lastKey) } };
    },

    getCommand: async ({ params }) => {
      const command = await effects.store.read(params);
      if (command === undefined) throw notFound('command', params.commandId);
      return { body: showCommand(command) };
    },

    cancelCommand: async (request) => ({ body: showCommand(await cancel(request.params, causeOf(request))) }),
  };
}

/** The command when it has ended, or as it is when the time (epoch milliseconds) is over. */
async function untilEnded({ read }: Pick<CommandStore, 'read'>, created: Command, until: number): Promise<Command> {
  let command = created;
  for (let look = firstLook; !isFinal(command.state); look = Math.min(look * 1.5, longestLook)) {
    const left = until - Date.now();
    if (left <= 0) return command;
    await pause(Math.min(look, left));
    command = (await read(command)) ?? command;
  }
  return command;
}
