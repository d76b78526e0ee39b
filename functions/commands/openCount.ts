import * as z from 'zod';
import type { Command } from './command.ts';

/** In the place of a command's id. */
export const openCountId = 'count';

/**
 * How many commands of a device are open: an item of the commands table, counted in the transactions that make and end them. Whoever
 * makes one while there is none may send it without asking the mailbox.
 *
 * It stands in a partition of its own, which no device id can name: no list of commands has to leave it out.
 */
export const openCountKey = (deviceId: string) => ({ deviceId: `open#${deviceId}`, commandId: openCountId });

const openCount = z.object({ open: z.int() });

/** How many that item says; none where there is no item. @throws ZodError for an item that others wrote wrongly */
export const parseOpenCount = (item: unknown): number => (item === undefined ? 0 : openCount.parse(item).open);

/** Longer than any command is open, so that a count is forgotten only when it is none. Milliseconds. */
const keptAfterLast = 30 * 86_400_000;

type Counted = Pick<Command, 'deviceId' | 'createdAt'>;

/**
 * The write that counts a new command, for the transaction that makes it.
 * @param onlyOne on condition that the device has none that is open
 */
export const countCreated = (table: string, { deviceId, createdAt }: Counted, { onlyOne }: { onlyOne: boolean }) => ({
  Update: {
    TableName: table,
    Key: openCountKey(deviceId),
    UpdateExpression: 'ADD #open :one SET #forgotten = :forgotten',
    ExpressionAttributeNames: { '#open': 'open', '#forgotten': 'forgottenAt' },
    ExpressionAttributeValues: {
      ':one': 1,
      ':forgotten': Math.ceil((createdAt + keptAfterLast) / 1000),
      ...(onlyOne && { ':none': 0 }),
    },
    ...(onlyOne && { ConditionExpression: 'attribute_not_exists(#open) OR #open = :none' }),
  },
});

/** The write that counts one that ends, for the transaction that ends it. */
export const countEnded = (table: string, { deviceId }: Counted) => ({
  Update: {
    TableName: table,
    Key: openCountKey(deviceId),
    UpdateExpression: 'ADD #open :minusOne',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: { ':minusOne': -1 },
  },
});
