import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { expect } from '@jest/globals';
import { group } from './conforms.ts';
import { connect, uniqueName } from './target.ts';

const api = connect(DynamoDBClient);
const db = DynamoDBDocumentClient.from(api);

group(
  'DynamoDB',
  () => api.send(new ListTablesCommand({ Limit: 1 })),
  ({ conforms, resource }) => {
    const table = resource(
      async () => {
        const TableName = uniqueName('table');
        await api.send(
          new CreateTableCommand({
            TableName,
            BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [
              { AttributeName: 'pk', AttributeType: 'S' },
              { AttributeName: 'sk', AttributeType: 'N' },
              { AttributeName: 'kind', AttributeType: 'S' },
            ],
            KeySchema: [
              { AttributeName: 'pk', KeyType: 'HASH' },
              { AttributeName: 'sk', KeyType: 'RANGE' },
            ],
            GlobalSecondaryIndexes: [
              {
                IndexName: 'byKind',
                KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
                Projection: { ProjectionType: 'KEYS_ONLY' },
              },
            ],
          }),
        );
        await waitUntilTableExists({ client: api, maxWaitTime: 60, minDelay: 1, maxDelay: 2 }, { TableName });
        return TableName;
      },
      (TableName) => api.send(new DeleteTableCommand({ TableName })),
    );
    /** Items of a partition of its own. */
    const partition = async (count: number) => {
      const [TableName, pk] = [await table(), randomUUID()];
      const items = Array.from({ length: count }, (_, sk) => ({ pk, sk, kind: `${pk}-${sk % 2}`, points: sk * 10 }));
      for (const Item of items) await db.send(new PutCommand({ TableName, Item }));
      return { TableName, pk, items };
    };
    const ofPartition = { KeyConditionExpression: 'pk = :pk' };

    conforms('an item comes back with every type', 'Data types', async () => {
      const TableName = await table();
      const Item = {
        ...{ pk: randomUUID(), sk: -1.5, text: 'ä', yes: true, none: null, list: [1, 'two', { three: [3] }] },
        ...{ bytes: new Uint8Array([0, 255]), words: new Set(['a', 'b']), numbers: new Set([1, 2]) },
      };
      await db.send(new PutCommand({ TableName, Item }));
      const { Item: found } = await db.send(new GetCommand({ TableName, Key: { pk: Item.pk, sk: Item.sk } }));
      expect(found).toEqual({ ...Item, bytes: expect.anything() });
      expect(Buffer.from(found?.['bytes'] ?? [])).toEqual(Buffer.from([0, 255]));
    });

    conforms('a failed condition is told, with the old item when asked for', 'Condition expressions', async () => {
      const { TableName, items } = await partition(1);
      const writing = db.send(
        new PutCommand({
          TableName,
          Item: { ...items[0], points: 1 },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      await expect(writing).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: expect.anything() });
    });

    conforms('an update counts, sets, appends and removes, and returns what is new', 'Update expressions', async () => {
      const { TableName, pk } = await partition(1);
      const { Attributes } = await db.send(
        new UpdateCommand({
          TableName,
          Key: { pk, sk: 0 },
          UpdateExpression: 'SET #log = list_append(if_not_exists(#log, :none), :entry) ADD #count :one REMOVE points',
          ExpressionAttributeNames: { '#log': 'log', '#count': 'count' },
          ExpressionAttributeValues: { ':none': [], ':entry': ['a'], ':one': 1 },
          ReturnValues: 'ALL_NEW',
        }),
      );
      expect(Attributes).toEqual({ pk, sk: 0, kind: `${pk}-0`, log: ['a'], count: 1 });
    });

    conforms('a query is in the order of the sort key, either way, in pages', 'Query', async () => {
      const { TableName, pk } = await partition(5);
      const query = (more: object) =>
        db.send(new QueryCommand({ TableName, ...ofPartition, ExpressionAttributeValues: { ':pk': pk }, ...more }));
      const first = await query({ Limit: 2, ScanIndexForward: false });
      expect(first.Items?.map(({ sk }) => sk)).toEqual([4, 3]);
      expect(first.LastEvaluatedKey).toEqual({ pk, sk: 3 });
      const second = await query({ ScanIndexForward: false, ExclusiveStartKey: first.LastEvaluatedKey });
      expect(second.Items?.map(({ sk }) => sk)).toEqual([2, 1, 0]);
    });

    conforms(
      'a filter works after the limit, and both counts tell it',
      'Filter expressions for the Query operation',
      async () => {
        const { TableName, pk } = await partition(4);
        const { Count, ScannedCount } = await db.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
            FilterExpression: 'points > :points',
            ExpressionAttributeValues: { ':pk': pk, ':from': 0, ':to': 2, ':points': 10 },
          }),
        );
        expect([Count, ScannedCount]).toEqual([1, 3]);
      },
    );

    conforms(
      'an index has the keys alone when it projects no more',
      'Using Global Secondary Indexes in DynamoDB',
      async () => {
        const { TableName, pk } = await partition(3);
        const { Items } = await db.send(
          new QueryCommand({
            TableName,
            IndexName: 'byKind',
            KeyConditionExpression: 'kind = :kind',
            ExpressionAttributeValues: { ':kind': `${pk}-1` },
          }),
        );
        expect(Items).toEqual([{ pk, sk: 1, kind: `${pk}-1` }]);
      },
    );

    conforms('a reserved word in an expression is refused by name', 'Reserved words in DynamoDB', async () => {
      const TableName = await table();
      const scanning = db.send(
        new ScanCommand({ TableName, FilterExpression: 'status = :s', ExpressionAttributeValues: { ':s': 1 } }),
      );
      await expect(scanning).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining('reserved keyword: status'),
      });
    });

    conforms('a transaction does all or nothing, and gives the reason of each', 'TransactWriteItems', async () => {
      const { TableName, pk } = await partition(1);
      const writing = db.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName, Item: { pk, sk: 7 } } },
            { Delete: { TableName, Key: { pk, sk: 0 }, ConditionExpression: 'attribute_not_exists(pk)' } },
          ],
        }),
      );
      await expect(writing).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
      });
      expect((await db.send(new GetCommand({ TableName, Key: { pk, sk: 7 } }))).Item).toBeUndefined();
    });

    conforms('a transaction with a token of before is not done again', 'TransactWriteItems', async () => {
      const { TableName, pk } = await partition(1);
      const Update = {
        ...{ TableName, Key: { pk, sk: 0 }, UpdateExpression: 'ADD points :one' },
        ExpressionAttributeValues: { ':one': 1 },
      };
      const request = { TransactItems: [{ Update }], ClientRequestToken: randomUUID() };
      for (let time = 0; time < 2; time += 1) await db.send(new TransactWriteCommand(request));
      expect((await db.send(new GetCommand({ TableName, Key: { pk, sk: 0 } }))).Item?.['points']).toBe(1);
    });

    conforms('batches write, delete and get many', 'BatchWriteItem', async () => {
      const { TableName, pk, items } = await partition(2);
      const written = await db.send(
        new BatchWriteCommand({
          RequestItems: {
            [TableName]: [{ PutRequest: { Item: { pk, sk: 9 } } }, { DeleteRequest: { Key: { pk, sk: 0 } } }],
          },
        }),
      );
      expect(written.UnprocessedItems).toEqual({});
      const Keys = [0, 1, 9].map((sk) => ({ pk, sk }));
      const { Responses } = await db.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
      expect(Responses?.[TableName]).toHaveLength(2);
      expect(Responses?.[TableName]).toEqual(expect.arrayContaining([items[1], { pk, sk: 9 }]));
    });

    conforms('a key of another type is refused', 'PutItem', async () => {
      const writing = db.send(new PutCommand({ TableName: await table(), Item: { pk: 1, sk: 1 } }));
      await expect(writing).rejects.toMatchObject({ name: 'ValidationException' });
    });

    conforms('deleting returns the old item, and nothing the second time', 'DeleteItem', async () => {
      const { TableName, pk, items } = await partition(1);
      const request = { TableName, Key: { pk, sk: 0 }, ReturnValues: 'ALL_OLD' } as const;
      expect((await db.send(new DeleteCommand(request))).Attributes).toEqual(items[0]);
      expect((await db.send(new DeleteCommand(request))).Attributes).toBeUndefined();
    });

    conforms('a table that is not there is ResourceNotFoundException', 'DescribeTable', async () => {
      await expect(api.send(new DescribeTableCommand({ TableName: uniqueName('none') }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });
  },
);
