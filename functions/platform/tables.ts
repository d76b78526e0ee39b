import { setTimeout as wait } from 'node:timers/promises';
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  BatchWriteCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { inBatches } from './batches.ts';
import type { Sends } from './clients.ts';

/** AWS: "BatchExecuteStatement", at most 25 statements. */
const statementsPerCall = 25;
/** AWS: "BatchGetItem", at most 100 keys. */
const keysPerCall = 100;
/** AWS: "BatchWriteItem", at most 25. */
const writesPerCall = 25;
const triesForUnprocessed = 5;

type Item = Record<string, unknown>;

/** A PartiQL write of one item. */
export interface Statement {
  readonly Statement: string;
  readonly Parameters: readonly unknown[];
  /** Has the error of a condition that did not hold say what the item is. */
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
}

/** Why a statement of a batch was not executed. Its name is DynamoDB's code, or of an error that the whole call ended with. */
export interface StatementError extends Error {
  readonly item?: Item | undefined;
}

/** Whether others were there before, or are at it: no fault. */
export const isContested = ({ name }: StatementError): boolean =>
  name === 'ConditionalCheckFailed' || name === 'DuplicateItem' || name === 'TransactionConflict';

/**
 * Executes PartiQL writes, each for itself, in as few calls as can be.
 * @param statements of which no two are about the same key
 * @returns for each the error that it ended with, or undefined; never throws
 */
export const executeStatements =
  ({ db }: { readonly db: Sends }) =>
  async (statements: readonly Statement[]): Promise<(StatementError | undefined)[]> => {
    const outcomes = await Promise.all(
      inBatches(statements, statementsPerCall).map(async (batch) => {
        try {
          const Statements = batch.map((statement) => ({ ...statement, Parameters: [...statement.Parameters] }));
          const { Responses = [] } = await db.send(new BatchExecuteStatementCommand({ Statements }));
          return batch.map((_, index) => statementError(Responses[index]?.Error));
        } catch (error) {
          return batch.map(() => error as Error);
        }
      }),
    );
    return outcomes.flat();
  };

function statementError(error: { Code?: string; Message?: string; Item?: Item } | undefined) {
  if (error === undefined) return undefined;
  const { Code: name = 'Unknown', Message, Item: item } = error;
  return Object.assign(new Error(Message), { name, item });
}

/** A PartiQL INSERT, which fails with DuplicateItem when the key is there: a conditional put that can stand in a batch. */
export function insertStatement(tableName: string, item: Item): Statement {
  const Parameters: unknown[] = [];
  let names = '';
  for (const [name, value] of Object.entries(item)) {
    if (value === undefined) continue;
    names += `${names === '' ? '' : ', '}'${name}': ?`;
    Parameters.push(value);
  }
  return { Statement: `INSERT INTO "${tableName}" VALUE {${names}}`, Parameters };
}

/**
 * Reads items by key, strongly consistent, from several tables in as few calls as can be.
 * @param keys by table name; no key twice
 * @returns what exists, by table name
 * @throws Error when DynamoDB leaves keys unprocessed again and again, or refuses
 */
export const readItems =
  ({ db }: { db: Sends }) =>
  async (keys: Readonly<Record<string, readonly Item[]>>): Promise<Record<string, Item[]>> => {
    const found: Record<string, Item[]> = {};
    const all = Object.entries(keys).flatMap(([table, ofTable]) => ofTable.map((key) => ({ table, key })));
    await Promise.all(
      inBatches(all, keysPerCall).map(async (batch) => {
        let request: Record<string, { Keys: Item[]; ConsistentRead?: boolean }> = {};
        for (const { table, key } of batch) {
          request[table] ??= { Keys: [], ConsistentRead: true };
          request[table].Keys.push(key);
        }
        for (let tries = 1; ; tries += 1) {
          const { Responses = {}, UnprocessedKeys = {} } = await db.send(
            new BatchGetCommand({ RequestItems: request }),
          );
          for (const [table, items] of Object.entries(Responses as Record<string, Item[]>)) {
            found[table] ??= [];
            found[table].push(...items);
          }
          if (Object.keys(UnprocessedKeys).length === 0) return;
          if (tries === triesForUnprocessed) throw new Error('DynamoDB left keys unprocessed: it is throttling.');
          request = UnprocessedKeys;
          await wait(2 ** tries * 10);
        }
      }),
    );
    return found;
  };

interface TableOf {
  readonly db: Sends;
  readonly tableName: string;
}

/** Everything that a query finds, page by page. */
export async function* queryItems(
  { db, tableName }: TableOf,
  query: Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey'>,
): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await db.send(
      new QueryCommand({ TableName: tableName, ExclusiveStartKey: from, ...query }),
    );
    yield* Items;
    from = LastEvaluatedKey;
  } while (from !== undefined);
}

/**
 * Puts and deletes, each for itself, in as few calls as can be.
 * @param writes as in BatchWriteItem's RequestItems
 * @throws Error when DynamoDB leaves writes unprocessed again and again
 */
export async function writeItems({ db, tableName }: TableOf, writes: readonly object[]): Promise<void> {
  await Promise.all(
    inBatches(writes, writesPerCall).map(async (batch) => {
      let request: Record<string, readonly object[]> = { [tableName]: batch };
      for (let tries = 1; ; tries += 1) {
        const { UnprocessedItems = {} } = await db.send(new BatchWriteCommand({ RequestItems: request as never }));
        if (Object.keys(UnprocessedItems).length === 0) return;
        if (tries === triesForUnprocessed) throw new Error('DynamoDB left writes unprocessed: it is throttling.');
        request = UnprocessedItems;
        await wait(2 ** tries * 10);
      }
    }),
  );
}
