import type { Sends } from '../platform/clients.ts';
import type { wakeMailboxes } from '../platform/mailbox.ts';
import { queryItems } from '../platform/tables.ts';
import { behindIndex } from './command.ts';

/** So many are woken well within the time of one call; the rest by the next one. */
const childrenPerCall = 250;

interface Dependencies {
  readonly db: Sends;
  /** Of the commands. */
  readonly tableName: string;
  readonly wake: ReturnType<typeof wakeMailboxes>;
}

/**
 * Wakes the devices behind a gateway that has just connected, as far as they have commands that are open. The index follows its table
 * within a second or so; what it does not show yet was given a moment ago, and its giver wakes the device too.
 * @param after where to go on; '' for the beginning
 */
export const wakeChildren =
  ({ db, tableName, wake }: Dependencies) =>
  async (gatewayId: string, after: string): Promise<void> => {
    const found = new Set<string>();
    const items = queryItems(
      { db, tableName },
      {
        IndexName: behindIndex.name,
        KeyConditionExpression: `#gateway = :gateway${after === '' ? '' : ' AND #device > :after'}`,
        ExpressionAttributeNames: {
          '#gateway': behindIndex.partitionKey,
          ...(after !== '' && { '#device': behindIndex.sortKey }),
        },
        ExpressionAttributeValues: { ':gateway': gatewayId, ...(after !== '' && { ':after': after }) },
      },
    );
    let rest: string | undefined;
    for await (const { deviceId } of items) {
      if (found.size === childrenPerCall && !found.has(String(deviceId))) {
        rest = [...found].at(-1);
        break;
      }
      found.add(String(deviceId));
    }
    await wake(found);
    if (rest !== undefined) await wake([gatewayId], { next: true, childrenAfter: rest });
  };
