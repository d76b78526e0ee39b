import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sweepExpired } from '../../../../local/dynamodb/dynamodb.ts';
import { tableFromRequest } from '../../../../local/dynamodb/tableDefinition.ts';
import { openStateStore } from '../../../../local/storage/stateStore.ts';
import { type Dynamo, items, openDynamo, thread } from './openDynamo.ts';

let folder: string;
let dynamo: Dynamo;
const open = () => openDynamo(openStateStore(join(folder, 'state.db')));
const reopen = () => {
  dynamo.store.close();
  dynamo = open();
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldline-dynamo-'));
  dynamo = open();
});
afterEach(() => {
  dynamo.store.close();
  rmSync(folder, { recursive: true });
});

const put = (Item: Record<string, unknown>, TableName = 'Items') => dynamo.run('PutItem', { TableName, Item });
const count = (given: Record<string, unknown>) => dynamo.run('Scan', { Select: 'COUNT', ...given })['Count'];
const define = (given: Record<string, unknown>) => dynamo.tables.put(tableFromRequest(given));

describe('a table', () => {
  test('is there after a restart, with its items and indexes', () => {
    dynamo.run('CreateTable', thread);
    put({ pk: { S: 'a' }, sk: { N: '1' }, owner: { S: 'ann' }, score: { N: '1' } }, 'Thread');
    reopen();
    expect(dynamo.run('ListTables', {})).toEqual({ TableNames: ['Thread'] });
    expect([count({ TableName: 'Thread' }), count({ TableName: 'Thread', IndexName: 'byOwner' })]).toEqual([1, 1]);
  });

  test('fills an index that it gets later', () => {
    define({ ...thread, GlobalSecondaryIndexes: [] });
    put({ pk: { S: 'a' }, sk: { N: '1' }, owner: { S: 'ann' }, score: { N: '1' } }, 'Thread');
    define(thread);
    expect(count({ TableName: 'Thread', IndexName: 'byOwner' })).toBe(1);
  });

  test('fills an index anew that it lost and got back', () => {
    define(thread);
    define({ ...thread, GlobalSecondaryIndexes: [] });
    put({ pk: { S: 'a' }, sk: { N: '1' }, owner: { S: 'ann' }, score: { N: '1' } }, 'Thread');
    define(thread);
    expect(count({ TableName: 'Thread', IndexName: 'byOwner' })).toBe(1);
  });

  test('fills an index anew whose keys changed', () => {
    const index = (hash: string) => ({
      ...thread,
      GlobalSecondaryIndexes: [{ IndexName: 'one', KeySchema: [{ AttributeName: hash, KeyType: 'HASH' }] }],
    });
    define(index('owner'));
    put({ pk: { S: 'a' }, sk: { N: '1' }, score: { N: '1' } }, 'Thread');
    expect(count({ TableName: 'Thread', IndexName: 'one' })).toBe(0);
    define(index('score'));
    expect(count({ TableName: 'Thread', IndexName: 'one' })).toBe(1);
  });

  test.each<[title: string, given: Record<string, unknown>]>([
    ['other key attributes', { KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }] }],
    ['a key of another type', { AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }] }],
  ])('with %s would be replaced by CloudFormation, so it is refused', (_, given) => {
    define(items);
    expect(() => define({ ...items, ...given })).toThrow(
      'the key schema of Items changed; DynamoDB would replace the table',
    );
  });

  test('that is deleted leaves nothing to a table of its name', () => {
    dynamo.run('CreateTable', thread);
    put({ pk: { S: 'a' }, sk: { N: '1' }, owner: { S: 'ann' }, score: { N: '1' } }, 'Thread');
    dynamo.run('DeleteTable', { TableName: 'Thread' });
    expect(dynamo.failure('DescribeTable', { TableName: 'Thread' }).error).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: Thread not found',
    );
    dynamo.run('CreateTable', thread);
    expect([count({ TableName: 'Thread' }), count({ TableName: 'Thread', IndexName: 'byOwner' })]).toEqual([0, 0]);
    const left = dynamo.store.db
      .prepare("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name GLOB 'ddb_[0-9]*'")
      .get();
    expect(left).toEqual({ n: 3 });
  });

  test('that exists is not made again, and a protected one not deleted', () => {
    dynamo.run('CreateTable', { ...items, DeletionProtectionEnabled: true });
    expect(dynamo.failure('CreateTable', items).error).toBe('ResourceInUseException: Table already exists: Items');
    expect(dynamo.failure('DeleteTable', { TableName: 'Items' }).error).toContain(
      'ValidationException: Resource cannot be deleted as it is currently protected against deletion.',
    );
  });

  test('is known by its ARN as well', () => {
    dynamo.run('CreateTable', items);
    put({ id: { S: 'a' } }, 'arn:aws:dynamodb:us-east-1:000000000000:table/Items');
    expect(count({ TableName: 'Items' })).toBe(1);
  });
});

// AWS: "Using time to live (TTL) in DynamoDB", "Computing time to live (TTL)"
describe('time to live', () => {
  const now = 1_700_000_000;
  const year = 365 * 86_400;

  test.each<[title: string, expires: unknown, kept: boolean]>([
    ['a second ago', { N: String(now - 1) }, false],
    ['now', { N: String(now) }, true],
    ['later', { N: String(now + 1) }, true],
    ['four years ago', { N: String(now - 4 * year) }, false],
    ['more than five years ago', { N: String(now - 6 * year) }, true],
    ['in milliseconds, by mistake', { N: String(now * 1000) }, true],
    ['as text', { S: String(now - 1) }, true],
  ])('an item that expired %s: %#', (_, expires, kept) => {
    dynamo.run('CreateTable', { ...items, TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } });
    put({ id: { S: 'a' }, expires });
    put({ id: { S: 'eternal' } });
    sweepExpired(dynamo.tables, now);
    expect(count({ TableName: 'Items' })).toBe(kept ? 2 : 1);
  });

  const expiring = { ...items, TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } };

  test('leaves an item that expired readable until it is deleted, and deletes as many as there are', () => {
    dynamo.run('CreateTable', expiring);
    for (let index = 0; index < 1500; index += 1) put({ id: { S: String(index) }, expires: { N: String(now) } });
    sweepExpired(dynamo.tables, now);
    expect(count({ TableName: 'Items' })).toBe(1500);
    sweepExpired(dynamo.tables, now + 60);
    expect(count({ TableName: 'Items' })).toBe(0);
  });

  test('counts for the items that were there before, and not by an attribute that it no longer has', () => {
    dynamo.tables.put(tableFromRequest(items));
    put({ id: { S: 'a' }, expires: { N: String(now - 1) } });
    put({ id: { S: 'b' }, until: { N: String(now - 1) } });
    sweepExpired(dynamo.tables, now);
    expect(count({ TableName: 'Items' })).toBe(2);
    dynamo.tables.put(tableFromRequest(expiring));
    dynamo.tables.put(
      tableFromRequest({ ...items, TimeToLiveSpecification: { AttributeName: 'until', Enabled: true } }),
    );
    sweepExpired(dynamo.tables, now);
    expect(dynamo.run('Scan', { TableName: 'Items' })).toMatchObject({ Count: 1, Items: [{ id: { S: 'a' } }] });
  });

  test('takes the item out of its indexes too', () => {
    dynamo.run('CreateTable', { ...thread, TimeToLiveSpecification: { AttributeName: 'score', Enabled: true } });
    put({ pk: { S: 'a' }, sk: { N: '1' }, owner: { S: 'ann' }, score: { N: String(now - 1) } }, 'Thread');
    sweepExpired(dynamo.tables, now);
    expect(count({ TableName: 'Thread', IndexName: 'byOwner' })).toBe(0);
  });
});
