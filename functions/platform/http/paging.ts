import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Sends } from '../clients.ts';
import { badRequest } from './problem.ts';

/** Of every list: how many, and from where. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(25).meta({ description: 'Items a page' }),
  next: z
    .string()
    .max(2048)
    .optional()
    .meta({ description: 'Cursor: `next` of the page before; with the same filters and order' }),
};

/** A list's answer. `next` is there while there is more. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().optional() });

export interface PageRequest {
  readonly limit: number;
  readonly next?: string | undefined;
}

type StartKey = Record<string, string | number>;

const startKey = z.record(z.string(), z.union([z.string(), z.int()]));

export const notACursor = () =>
  badRequest([
    {
      in: 'query',
      field: 'next',
      detail: 'not a cursor of this list; take it from the answer before, or leave it out',
    },
  ]);

/** DynamoDB's ExclusiveStartKey. @throws Problem 400 */
export function readCursor(next: string | undefined): StartKey | undefined {
  if (next === undefined) return undefined;
  try {
    return startKey.parse(JSON.parse(Buffer.from(next, 'base64url').toString()));
  } catch {
    throw notACursor();
  }
}

/** Spread into a list's answer. */
export function writeCursor(lastKey: Record<string, unknown> | undefined): { next?: string } {
  return lastKey === undefined ? {} : { next: Buffer.from(JSON.stringify(lastKey)).toString('base64url') };
}

/**
 * Asks DynamoDB for one page, as it comes: with a filter it may hold fewer items than asked for, and still have a `next`.
 * @throws Problem 400 when DynamoDB does not know the cursor: it is another list's, or made up
 */
export async function queryPage(
  db: Sends,
  query: Omit<QueryCommandInput, 'Limit' | 'ExclusiveStartKey'>,
  { limit, next }: PageRequest,
): Promise<{ readonly items: unknown[]; readonly lastKey: Record<string, unknown> | undefined }> {
  const from = readCursor(next);
  try {
    const { Items = [], LastEvaluatedKey } = await db.send(
      new QueryCommand({ ...query, Limit: limit, ExclusiveStartKey: from }),
    );
    return { items: Items, lastKey: LastEvaluatedKey };
  } catch (error) {
    if (from !== undefined && (error as Error).name === 'ValidationException') throw notACursor();
    throw error;
  }
}
