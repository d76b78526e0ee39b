import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { Problem } from '../platform/http/problem.ts';
import { type AuditSubject, auditWrite } from '../platform/records/audit.ts';
import type { Cause } from '../platform/records/cause.ts';
import { type Write, writeTogether } from '../platform/records/change.ts';
import { eventWrite } from '../platform/records/events.ts';
import { readItems } from '../platform/tables.ts';
import { type Command, commandItem, openIndex, storedCommand } from './command.ts';
import { isFinal, type LifeEvent, transition } from './lifecycle.ts';
import { countCreated, countEnded } from './openCount.ts';

interface CommandTables {
  readonly commands: string;
  readonly events: string;
  readonly audit: string;
}

export interface StoreDependencies {
  readonly db: Sends;
  readonly tables: CommandTables;
  /** Days that a command is kept after its end. */
  readonly retentionDays: number;
}

type Key = Pick<Command, 'deviceId' | 'commandId'>;

const triesOnConflict = 10;
/** What one look into a mailbox reads: what is under way comes first, then what goes next. */
const mostLookedAt = 20;

class ChangedMeanwhile extends Problem {
  constructor() {
    super(409, 'Conflict', 'The command changed at the same moment. Ask again.');
  }
}

/** The commands table. Every change of a command is a compare-and-set on its version. */
export function commandStore({ db, tables, retentionDays }: StoreDependencies) {
  const read = async ({ deviceId, commandId }: Key): Promise<Command | undefined> => {
    const { Item } = await db.send(
      new GetCommand({ TableName: tables.commands, Key: { deviceId, commandId }, ConsistentRead: true }),
    );
    return storedCommand.optional().parse(Item);
  };

  /**
   * @param sent the command as it is written if the device has no other that is open
   * @returns as it was written; undefined when there was one of this id
   */
  const create = async (
    command: Command,
    { sent, cause }: { readonly sent?: Command | undefined; readonly cause: Cause },
  ): Promise<Command | undefined> => {
    const [isThere, hasOthers] = [new ChangedMeanwhile(), new ChangedMeanwhile()];
    const given = auditWrite(tables.audit, givenBy(command, cause));
    const ways = [...(sent === undefined ? [] : [{ as: sent, onlyOne: true }]), { as: command, onlyOne: false }];
    for (const { as, onlyOne } of ways) {
      const put = {
        TableName: tables.commands,
        Item: commandItem(as, retentionDays),
        ConditionExpression: 'attribute_not_exists(commandId)',
      };
      const writes = [
        { item: { Put: put }, refusal: () => isThere },
        { item: countCreated(tables.commands, as, { onlyOne }), refusal: () => hasOthers },
      ];
      try {
        await writeTogether({ db })(writes, [given]);
        return as;
      } catch (error) {
        if (error === isThere) return undefined;
        if (error !== hasOthers) throw error;
      }
    }
    throw hasOthers;
  };

  /** One try. @throws ChangedMeanwhile when it is no longer as it was read */
  const write = async (before: Command, after: Command, cause: Cause | undefined): Promise<void> => {
    const put = {
      TableName: tables.commands,
      Item: commandItem(after, retentionDays),
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version': before.version },
    };
    if (!isFinal(after.state) && cause === undefined) {
      await db.send(new PutCommand(put)).catch((error: Error) => {
        throw error.name === 'ConditionalCheckFailedException' ? new ChangedMeanwhile() : error;
      });
      return;
    }
    const writes: Write[] = [{ item: { Put: put }, refusal: () => new ChangedMeanwhile() }];
    await writeTogether({ db })(writes, [
      ...(isFinal(after.state) ? [countEnded(tables.commands, after), endOf(after, cause, tables.events)] : []),
      ...(cause === undefined ? [] : [auditWrite(tables.audit, changedBy(before, after, cause))]),
    ]);
  };

  return {
    read,
    create,

    /** Those that there are, in any order; strongly consistent. */
    async readAll(keys: readonly Key[]): Promise<Command[]> {
      const different = new Map(
        keys.map(({ deviceId, commandId }) => [`${deviceId} ${commandId}`, { deviceId, commandId }]),
      );
      const { [tables.commands]: items = [] } = await readItems({ db })({ [tables.commands]: [...different.values()] });
      return z.array(storedCommand).parse(items);
    },

    /** The commands of a device that have not ended, what is under way first, as far as the next step needs them; strongly consistent. */
    async listOpen(deviceId: string): Promise<Command[]> {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: tables.commands,
          IndexName: openIndex.name,
          KeyConditionExpression: '#device = :device',
          ExpressionAttributeNames: { '#device': openIndex.partitionKey },
          ExpressionAttributeValues: { ':device': deviceId },
          ConsistentRead: true,
          Limit: mostLookedAt,
        }),
      );
      return z.array(storedCommand).parse(Items);
    },

    /**
     * Applies an event to a command as it is now; if that ends it, with the event `device.commandEnded` in the same transaction.
     * @param known as it was read a moment ago
     * @param cause of people, whose changes are audited
     * @throws ChangedMeanwhile when others keep changing it
     */
    async apply(
      key: Key,
      event: LifeEvent,
      { known, cause }: { readonly known?: Command | undefined; readonly cause?: Cause | undefined } = {},
    ): Promise<{ readonly command: Command | undefined; readonly changed: boolean }> {
      let before = known ?? (await read(key));
      for (let tries = 1; ; tries += 1) {
        const change = before && transition(before, event);
        if (before === undefined || change === undefined) return { command: before, changed: false };
        const after = storedCommand.parse({ ...before, ...change, version: before.version + 1 });
        try {
          await write(before, after, cause);
          return { command: after, changed: true };
        } catch (error) {
          if (!(error instanceof ChangedMeanwhile) || tries === triesOnConflict) throw error;
          before = await read(key);
        }
      }
    },
  };
}
export type CommandStore = ReturnType<typeof commandStore>;

const givenBy = ({ applicationId, deviceId, commandId, name, parameters }: Command, cause: Cause): AuditSubject => ({
  ...cause,
  applicationId,
  entity: `device:${deviceId}`,
  changes: { command: { to: { commandId, name, parameters } } },
});

const changedBy = (before: Command, after: Command, cause: Cause): AuditSubject => ({
  ...cause,
  applicationId: after.applicationId,
  entity: `device:${after.deviceId}`,
  changes: {
    command: {
      from: { commandId: before.commandId, state: before.state },
      to: { commandId: after.commandId, state: after.state },
    },
  },
});

const actorOf = ({ state, deviceId }: Command): string =>
  state === 'expired' || state === 'timed-out' ? 'system' : `device:${deviceId}`;

function endOf(command: Command, cause: Cause | undefined, eventsTable: string) {
  const { applicationId, deviceId, commandId, name, state, reason, parentId, requestedBy, roomId } = command;
  return eventWrite(eventsTable, {
    applicationId,
    actor: cause?.actor ?? actorOf(command),
    entity: `device:${deviceId}`,
    type: 'device.commandEnded',
    data: {
      commandId,
      name,
      state,
      requestedBy,
      ...(reason !== undefined && { reason }),
      ...(parentId !== undefined && { parentId }),
      ...(roomId !== undefined && { roomId }),
    },
  });
}
