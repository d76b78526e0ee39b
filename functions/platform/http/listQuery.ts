import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Sends } from '../clients.ts';
import { notACursor, type PageRequest, readCursor } from './paging.ts';

/** A list with filters looks at no more items than this for one request, and then answers what it has found, with a `next`. */
export const examinedLimit = 2500;

type Item = Record<string, unknown>;

export interface ListQuery {
  readonly tableName: string;
  /** Undefined: the table itself. */
  readonly indexName?: string;
  readonly partition: { readonly name: string; readonly value: string };
  /** Bounds of the sort key, both included. */
  readonly between?: { readonly name: string; readonly from: string; readonly to: string } | undefined;
  /** Names of the key attributes of the index and of its table: a cursor is made of them. */
  readonly keyNames: readonly string[];
  readonly descending?: boolean;
  readonly filter?: Filter | undefined;
}

/** Conditions on attributes that aren't in the key, all of which must hold. */
export interface Filter {
  readonly conditions: readonly string[];
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Collects the conditions of a filter: each attribute and value gets a placeholder of its own. */
export function openFilter() {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const conditions: string[] = [];
  const name = (attribute: string) => {
    const placeholder = `#f${Object.keys(names).length}`;
    names[placeholder] = attribute;
    return placeholder;
  };
  const value = (given: unknown) => {
    const placeholder = `:f${Object.keys(values).length}`;
    values[placeholder] = given;
    return placeholder;
  };
  /** An attribute that is one of a list; DynamoDB takes up to 100 operands (AWS: "Condition and filter expressions"). */
  const oneOf = (path: string, list: readonly unknown[]): string[] => {
    const terms: string[] = [];
    for (let at = 0; at < list.length; at += 100)
      terms.push(
        `${path} IN (${list
          .slice(at, at + 100)
          .map(value)
          .join(', ')})`,
      );
    return terms;
  };
  return {
    name,
    value,
    oneOf,
    add: (condition: string) => void conditions.push(condition),
    /** Holds when any of them does; nothing passes when there are none. */
    addAny: (any: readonly string[]) =>
      void conditions.push(any.length === 0 ? `attribute_not_exists(${name('item')})` : `(${any.join(' OR ')})`),
    equals: (attribute: string, given: unknown) => void conditions.push(`${name(attribute)} = ${value(given)}`),
    filter: (): Filter | undefined => (conditions.length === 0 ? undefined : { conditions, names, values }),
  };
}

/**
 * One page of a list, full while there is more, unless a filter lets few items pass: then what was found among the items that one
 * request looks at.
 * @returns `lastKey` while there may be more
 * @throws Problem 400 for a cursor of another list
 */
export async function queryList(
  db: Sends,
  query: ListQuery,
  { limit, next }: PageRequest,
): Promise<{ readonly items: Item[]; readonly lastKey: Item | undefined }> {
  const found: Item[] = [];
  const cursor = readCursor(next);
  let from: Item | undefined = cursor;
  let left = examinedLimit;
  // One more than asked for tells whether there is more. With a filter, few may pass: ever more are looked at together.
  for (let size = query.filter === undefined ? limit + 1 : limit * 4; ; size *= 5) {
    const Limit = Math.min(size, left, query.filter === undefined ? limit + 1 - found.length : left);
    const { Items = [], LastEvaluatedKey, ScannedCount = Limit } = await ask(db, query, Limit, from, cursor);
    found.push(...Items);
    left -= ScannedCount;
    const last = found[limit - 1];
    if (found.length > limit && last !== undefined)
      return {
        items: found.slice(0, limit),
        lastKey: Object.fromEntries(query.keyNames.map((key) => [key, last[key]])),
      };
    if (LastEvaluatedKey === undefined || left <= 0) return { items: found, lastKey: LastEvaluatedKey };
    from = LastEvaluatedKey;
  }
}

async function ask(db: Sends, query: ListQuery, Limit: number, from: Item | undefined, cursor: Item | undefined) {
  const { tableName, indexName, partition, between, descending = false, filter } = query;
  try {
    return (await db.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: indexName,
        KeyConditionExpression: `#partition = :partition${between === undefined ? '' : ' AND #sort BETWEEN :from AND :to'}`,
        ExpressionAttributeNames: {
          '#partition': partition.name,
          ...(between !== undefined && { '#sort': between.name }),
          ...filter?.names,
        },
        ExpressionAttributeValues: {
          ':partition': partition.value,
          ...(between !== undefined && { ':from': between.from, ':to': between.to }),
          ...filter?.values,
        },
        FilterExpression: filter?.conditions.join(' AND '),
        ScanIndexForward: !descending,
        Limit,
        ExclusiveStartKey: from,
      }),
    )) as { Items?: Item[]; LastEvaluatedKey?: Item; ScannedCount?: number };
  } catch (error) {
    if (from !== undefined && from === cursor && (error as Error).name === 'ValidationException') throw notACursor();
    throw error;
  }
}
