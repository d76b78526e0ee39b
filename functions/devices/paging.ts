import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { Problem } from '../platform/httpHandler.ts';

const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  next: z.string().optional(),
});
const startKey = z.record(z.string(), z.union([z.string(), z.number()]));

export interface Page {
  readonly limit: number;
  /** DynamoDB's ExclusiveStartKey. */
  readonly from: Record<string, string | number> | undefined;
}

/**
 * Reads `limit` (1 to 100, 25 unless told) and `next` (a cursor from an earlier page).
 * @throws Problem 400
 */
export function readPage(query: Readonly<Record<string, string | undefined>> | undefined): Page {
  const result = pageQuery.safeParse(query ?? {});
  if (!result.success)
    throw new Problem(
      400,
      'Invalid query',
      result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  const { limit, next } = result.data;
  return { limit, from: next === undefined ? undefined : readCursor(next) };
}

function readCursor(next: string): Record<string, string | number> {
  try {
    return startKey.parse(JSON.parse(Buffer.from(next, 'base64url').toString()));
  } catch {
    throw notACursor();
  }
}

const notACursor = () =>
  new Problem(400, 'Invalid query', 'next: not a cursor of this API; take it from the answer before, or leave it out');

/**
 * Asks DynamoDB for one page.
 * @throws Problem 400 when DynamoDB does not know the cursor: it is another list's, or made up
 */
export async function queryPage(
  db: Sends,
  query: Omit<QueryCommandInput, 'Limit' | 'ExclusiveStartKey'>,
  { limit, from }: Page,
): Promise<{ readonly items: unknown[]; readonly cursor: { next?: string } }> {
  try {
    const { Items = [], LastEvaluatedKey } = await db.send(
      new QueryCommand({ ...query, Limit: limit, ExclusiveStartKey: from }),
    );
    return { items: Items, cursor: writeCursor(LastEvaluatedKey) };
  } catch (error) {
    if (from !== undefined && (error as Error).name === 'ValidationException') throw notACursor();
    throw error;
  }
}

function writeCursor(lastKey: Record<string, unknown> | undefined): { next?: string } {
  return lastKey === undefined ? {} : { next: Buffer.from(JSON.stringify(lastKey)).toString('base64url') };
}
