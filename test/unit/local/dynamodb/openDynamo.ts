import type { CloudContext } from '../../../../local/context.ts';
import { type Body, createOperations } from '../../../../local/dynamodb/operations.ts';
import { openTables } from '../../../../local/dynamodb/tables.ts';
import { AwsError } from '../../../../local/service.ts';
import { openStateStore, type StateStore } from '../../../../local/storage/stateStore.ts';

export interface Dynamo {
  readonly store: StateStore;
  readonly tables: ReturnType<typeof openTables>;
  run(operation: string, body: Body): Body;
  /** `code: message` of the error that the operation ends with, and what came with it. */
  failure(operation: string, body: Body): { error: string; fields: Readonly<Record<string, unknown>> };
  permissions(operation: string, body: Body): unknown;
}

/** DynamoDB's operations on a state store, without the edge. */
export function openDynamo(store = openStateStore(':memory:')): Dynamo {
  const context = { region: 'us-east-1', accountId: '000000000000', store } as CloudContext;
  const tables = openTables(context);
  const operations = createOperations(context, tables);
  const operation = (name: string) => {
    const found = operations.get(name);
    if (!found) throw new Error(`${name} is not honoured`);
    return found;
  };
  const run = (name: string, body: Body) => operation(name).run(JSON.parse(JSON.stringify(body))) as Body;
  return {
    store,
    tables,
    run,
    permissions: (name, body) => operation(name).permissions(body),
    failure(name, body) {
      try {
        run(name, body);
      } catch (error) {
        if (error instanceof AwsError) return { error: `${error.code}: ${error.message}`, fields: error.fields };
        throw error;
      }
      throw new Error(`${name} did not fail`);
    },
  };
}

/** `pk: S` and `sk: N`; the index `byOwner` holds whole items by owner and score, `keys` only keys. */
export const thread = {
  TableName: 'Thread',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'owner', AttributeType: 'S' },
    { AttributeName: 'score', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byOwner',
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'score', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: 'keys',
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

/** `id: S`. */
export const items = {
  TableName: 'Items',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};
