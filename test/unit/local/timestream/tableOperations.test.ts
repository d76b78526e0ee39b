import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openStateStore } from '../../../../local/storage/stateStore.ts';
import { temporaryFolder, testContext } from '../edge/localEdge.ts';
import { openTimestream } from './openTimestream.ts';
import { timestreamApi } from './timestreamApi.ts';

const folder = temporaryFolder;
let state: ReturnType<typeof folder>;
let opened: { service: Awaited<ReturnType<typeof openTimestream>>['service']; close(): Promise<void> };
const { run, failure, rows } = timestreamApi(() => opened.service);

async function open() {
  const context = testContext({ stateDir: state.path, store: openStateStore(`${state.path}/state.db`) });
  const timestream = await openTimestream(context);
  opened = {
    service: timestream.service,
    async close() {
      await timestream.close();
      context.store.close();
    },
  };
}
beforeEach(async () => {
  state = folder();
  await open();
});
afterEach(async () => {
  await opened.close();
  state.remove();
});

const table = { DatabaseName: 'plant', TableName: 'points' };
const arn = 'arn:aws:timestream:us-east-1:000000000000:database/plant';
const record = (value: string, dimension = 'deviceId') => ({
  Dimensions: [{ Name: dimension, Value: 'a1' }],
  MeasureName: 't',
  MeasureValue: value,
  Time: String(Date.now()),
});
const write = (value: string, dimension?: string) =>
  run('WriteRecords', { ...table, Records: [record(value, dimension)] });
const made = async () => {
  await run('CreateDatabase', { DatabaseName: 'plant' });
  await run('CreateTable', table);
};

// AWS: "CreateDatabase", "DescribeDatabase", "ListDatabases", "DeleteDatabase"
describe('a database', () => {
  test('is made, described, listed and deleted', async () => {
    const before = Date.now() / 1000;
    const { Database } = await run('CreateDatabase', { DatabaseName: 'plant' });
    expect(Database).toEqual({
      Arn: arn,
      DatabaseName: 'plant',
      TableCount: 0,
      CreationTime: expect.any(Number),
      LastUpdatedTime: expect.any(Number),
    });
    expect((Database as { CreationTime: number }).CreationTime).toBeGreaterThanOrEqual(before);
    await run('CreateTable', table);
    expect(await run('DescribeDatabase', { DatabaseName: 'plant' })).toMatchObject({ Database: { TableCount: 1 } });
    expect((await failure('DeleteDatabase', { DatabaseName: 'plant' })).error).toContain(
      'ValidationException: The database plant has tables',
    );
    await run('DeleteTable', table);
    await run('DeleteDatabase', { DatabaseName: 'plant' });
    expect((await failure('DescribeDatabase', { DatabaseName: 'plant' })).error).toBe(
      'ResourceNotFoundException: The database plant does not exist.',
    );
    expect((await failure('DeleteDatabase', { DatabaseName: 'plant' })).error).toContain('ResourceNotFoundException');
  });

  test.each<[given: Record<string, unknown>, error: string]>([
    [{ DatabaseName: 'plant' }, 'ConflictException: The database plant already exists.'],
    [{ DatabaseName: 'Plant' }, "ValidationException: The local cloud can't hold Plant beside plant"],
    [{ DatabaseName: 'main' }, "ValidationException: The local cloud can't hold a database named main."],
    [{ DatabaseName: 'no' }, 'ValidationException: 1 validation error detected: DatabaseName'],
    [{ DatabaseName: 'a b c' }, 'ValidationException: 1 validation error detected: DatabaseName'],
    [{ DatabaseName: 'other', KmsKeyId: 'k' }, 'ValidationException: KmsKeyId is not honoured by the local cloud.'],
    [{ DatabaseName: 'other', Tags: [] }, 'ValidationException: Tags is not honoured by the local cloud.'],
  ])('from %j is refused: %s', async (given, error) => {
    await made();
    expect((await failure('CreateDatabase', given)).error).toContain(error);
  });

  test('UpdateDatabase, which changes nothing but a key, is refused by name', async () => {
    expect((await failure('UpdateDatabase', { DatabaseName: 'plant', KmsKeyId: 'k' })).error).toContain(
      'UpdateDatabase is not honoured by the local cloud',
    );
  });

  test('is found page by page', async () => {
    for (const name of ['one', 'two', 'six']) await run('CreateDatabase', { DatabaseName: name });
    const first = await run('ListDatabases', { MaxResults: 2 });
    const second = await run('ListDatabases', { MaxResults: 2, NextToken: first['NextToken'] });
    const names = [first, second].map(({ Databases }) =>
      (Databases as Array<{ DatabaseName: string }>).map(({ DatabaseName }) => DatabaseName),
    );
    expect([names, second['NextToken']]).toEqual([[['one', 'six'], ['two']], undefined]);
  });
});

// AWS: "CreateTable", "DescribeTable", "UpdateTable", "ListTables", "DeleteTable"
describe('a table', () => {
  test('is made with defaults and changed', async () => {
    await run('CreateDatabase', { DatabaseName: 'plant' });
    expect(await run('CreateTable', table)).toEqual({
      Table: {
        Arn: `${arn}/table/points`,
        ...table,
        TableStatus: 'ACTIVE',
        RetentionProperties: { MemoryStoreRetentionPeriodInHours: 6, MagneticStoreRetentionPeriodInDays: 73_000 },
        MagneticStoreWriteProperties: { EnableMagneticStoreWrites: false },
        CreationTime: expect.any(Number),
        LastUpdatedTime: expect.any(Number),
      },
    });
    const RetentionProperties = { MemoryStoreRetentionPeriodInHours: 1, MagneticStoreRetentionPeriodInDays: 7 };
    const MagneticStoreWriteProperties = {
      EnableMagneticStoreWrites: true,
      MagneticStoreRejectedDataLocation: { S3Configuration: { BucketName: 'rejected' } },
    };
    await run('UpdateTable', { ...table, RetentionProperties });
    await run('UpdateTable', { ...table, MagneticStoreWriteProperties });
    expect(await run('DescribeTable', table)).toMatchObject({
      Table: { RetentionProperties, MagneticStoreWriteProperties },
    });
  });

  test('takes what its retention allows, from the change on', async () => {
    await made();
    const late = { ...record('1'), Time: String(Date.now() - 12 * 3_600_000) };
    expect((await failure('WriteRecords', { ...table, Records: [late] })).error).toContain('RejectedRecordsException');
    await run('UpdateTable', { ...table, MagneticStoreWriteProperties: { EnableMagneticStoreWrites: true } });
    expect(await run('WriteRecords', { ...table, Records: [late] })).toMatchObject({
      RecordsIngested: { MagneticStore: 1 },
    });
  });

  test.each<[operation: string, given: Record<string, unknown>, error: string]>([
    ['CreateTable', table, 'ConflictException: The table points already exists.'],
    [
      'CreateTable',
      { ...table, TableName: 'POINTS' },
      "ValidationException: The local cloud can't hold POINTS beside points",
    ],
    ['CreateTable', { ...table, DatabaseName: 'none' }, 'ResourceNotFoundException: The database none does not exist.'],
    ['CreateTable', { ...table, TableName: 'areas', Schema: {} }, 'ValidationException: Schema is not honoured'],
    [
      'UpdateTable',
      {
        ...table,
        RetentionProperties: { MemoryStoreRetentionPeriodInHours: 0, MagneticStoreRetentionPeriodInDays: 1 },
      },
      'RetentionProperties.MemoryStoreRetentionPeriodInHours',
    ],
    [
      'UpdateTable',
      { ...table, RetentionProperties: { MemoryStoreRetentionPeriodInHours: 1 } },
      'MagneticStoreRetentionPeriodInDays',
    ],
    ['UpdateTable', { ...table, TableName: 'none' }, 'ResourceNotFoundException: The table none does not exist.'],
    ['DescribeTable', { ...table, TableName: 'none' }, 'ResourceNotFoundException: The table none does not exist.'],
    ['DeleteTable', { ...table, TableName: 'none' }, 'ResourceNotFoundException: The table none does not exist.'],
    ['ListTables', { DatabaseName: 'none' }, 'ResourceNotFoundException: The database none does not exist.'],
    ['ListTables', { MaxResults: 21 }, 'ValidationException: 1 validation error detected: MaxResults'],
  ])('%s of %j is refused: %s', async (operation, given, error) => {
    await made();
    expect((await failure(operation, given)).error).toContain(error);
  });

  test('is listed with those of its database', async () => {
    await made();
    await run('CreateDatabase', { DatabaseName: 'other' });
    await run('CreateTable', { DatabaseName: 'other', TableName: 'points' });
    await run('CreateTable', { ...table, TableName: 'rollups' });
    const names = async (given: Record<string, unknown>) =>
      ((await run('ListTables', given))['Tables'] as Array<Record<string, string>>).map(
        ({ DatabaseName, TableName }) => `${DatabaseName}.${TableName}`,
      );
    expect(await names({ DatabaseName: 'plant' })).toEqual(['plant.points', 'plant.rollups']);
    expect(await names({})).toEqual(['other.points', 'plant.points', 'plant.rollups']);
  });

  test('leaves nothing behind when it is deleted: one of the same name begins anew', async () => {
    await made();
    await write('1');
    expect(await rows('SELECT deviceId FROM "plant"."points"')).toEqual([['a1']]);
    await write('2');
    await run('DeleteTable', table);
    expect((await failure('Query', { QueryString: 'SELECT * FROM "plant"."points"' })).error).toContain('not valid');
    await run('CreateTable', table);
    expect(await rows('SELECT * FROM "plant"."points"')).toEqual([]);
    await write('3', 'room');
    expect(await rows('SELECT room, measure_value::double FROM "plant"."points"')).toEqual([['a1', '3.0']]);
    expect((await failure('Query', { QueryString: 'SELECT deviceId FROM "plant"."points"' })).error).toContain(
      'not valid',
    );
  });

  test('is there after a restart with its settings and points, and not when it was deleted', async () => {
    await made();
    await run('CreateTable', { ...table, TableName: 'gone' });
    await run('UpdateTable', { ...table, MagneticStoreWriteProperties: { EnableMagneticStoreWrites: true } });
    await write('1');
    await run('DeleteTable', { ...table, TableName: 'gone' });
    await opened.close();
    await open();
    expect(await run('ListTables', {})).toMatchObject({
      Tables: [{ TableName: 'points', MagneticStoreWriteProperties: { EnableMagneticStoreWrites: true } }],
    });
    expect(await rows('SELECT deviceId FROM "plant"."points"')).toEqual([['a1']]);
  });
});
