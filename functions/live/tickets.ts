import { createHash, randomBytes } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Sends } from '../platform/clients.ts';
import { type Holder, holderAttributes, parseHolder } from './holder.ts';

/** Between the question for a ticket and the connection. */
const ticketSeconds = 60;

interface TicketTable {
  readonly db: Sends;
  readonly tableName: string;
}

/** A ticket is good for one connection. It stands in an address, which others may write down: only its hash is kept. */
export const issueTicket =
  ({ db, tableName }: TicketTable) =>
  async (holder: Holder, now = Date.now()): Promise<{ readonly ticket: string; readonly expiresAt: string }> => {
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = Math.floor(now / 1000) + ticketSeconds;
    await db.send(
      new PutCommand({ TableName: tableName, Item: { id: idOf(ticket), ...holderAttributes(holder), expiresAt } }),
    );
    return { ticket, expiresAt: new Date(expiresAt * 1000).toISOString() };
  };

/** Whose ticket it is, once; undefined for what is none, was used, or is over. */
export const useTicket =
  ({ db, tableName }: TicketTable) =>
  async (ticket: string, now = Date.now()): Promise<Holder | undefined> => {
    try {
      const { Attributes } = await db.send(
        new DeleteCommand({
          TableName: tableName,
          Key: { id: idOf(ticket) },
          // The table's own expiry may take days.
          ConditionExpression: 'expiresAt > :now',
          ExpressionAttributeValues: { ':now': Math.floor(now / 1000) },
          ReturnValues: 'ALL_OLD',
        }),
      );
      return parseHolder(Attributes);
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return undefined;
      throw error;
    }
  };

const idOf = (ticket: string) => `ticket#${createHash('sha256').update(ticket).digest('base64url')}`;
