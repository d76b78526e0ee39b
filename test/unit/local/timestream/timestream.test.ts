import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudContext } from '../../../../local/context.ts';
import { openStateStore } from '../../../../local/storage/stateStore.ts';
import { openTimestream } from './openTimestream.ts';
import { type Body, request, timestreamApi } from './timestreamApi.ts';

let folder: string;
let close: () => Promise<void>;
let service: Awaited<ReturnType<typeof openTimestream>>['service'];

const { run, failure, rows } = timestreamApi(() => service);

async function open(): Promise<void> {
  const store = openStateStore(join(folder, 'state.db'));
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const context: CloudContext = {
    partition: 'aws',
    region: 'us-east-1',
    accountId: '000000000000',
    endpointUrl: 'http://127.0.0.1:4566',
    stateDir: folder,
    store,
    log,
  };
  const timestream = await openTimestream(context);
  service = timestream.service;
  const resource = (type: string, properties: Body) => ({
    stackName: 'S',
    logicalId: 'L',
    type,
    properties,
    generatedName: 'generated',
    assets: new Map<string, string>(),
  });
  for (const provider of timestream.providers) {
    const properties = {
      DatabaseName: 'db',
      ...(provider.type.endsWith('Table') && {
        TableName: 'points',
        RetentionProperties: { MemoryStoreRetentionPeriodInHours: '24' },
      }),
    };
    if (!provider.type.endsWith('ScheduledQuery')) await provider.provision(resource(provider.type, properties));
  }
  close = async () => {
    await timestream.close();
    store.close();
  };
}
const reopen = async () => {
  await close();
  await open();
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldline-timestream-'));
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const start = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const point = (
  minute: number,
  measures: Record<string, [type: string, value: string]>,
  dimensions: Record<string, string> = { deviceId: 'a1' },
  given: Body = {},
) => ({
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  MeasureName: 'reading',
  MeasureValueType: 'MULTI',
  MeasureValues: Object.entries(measures).map(([Name, [Type, Value]]) => ({ Name, Type, Value })),
  Time: String(start - minute * 60_000),
  ...given,
});
const write = (...Records: unknown[]) => run('WriteRecords', { DatabaseName: 'db', TableName: 'points', Records });
const rejected = async (...Records: unknown[]) =>
  failure('WriteRecords', { DatabaseName: 'db', TableName: 'points', Records });
const stamp = (minute: number) =>
  `${new Date(start - minute * 60_000).toISOString().replace('T', ' ').slice(0, 19)}.000000000`;

// AWS: "Query" (Timestream for LiveAnalytics API reference), "Writes", "Query Language reference"
describe('Timestream', () => {
  test('answers at once what was written, in columns of their types', async () => {
    const measures: Record<string, [string, string]> = {
      t: ['DOUBLE', '21.5'],
      n: ['BIGINT', '-9007199254740993'],
      ok: ['BOOLEAN', 'true'],
      s: ['VARCHAR', "it's"],
      at: ['TIMESTAMP', String(start)],
    };
    expect(await write(point(0, measures))).toEqual({
      RecordsIngested: { Total: 1, MemoryStore: 1, MagneticStore: 0 },
    });
    const answer = await run('Query', { QueryString: 'SELECT * FROM "db"."points"' });
    expect(answer['ColumnInfo']).toEqual(
      [
        ['deviceId', 'VARCHAR'],
        ['measure_name', 'VARCHAR'],
        ['time', 'TIMESTAMP'],
        ['t', 'DOUBLE'],
        ['n', 'BIGINT'],
        ['ok', 'BOOLEAN'],
        ['s', 'VARCHAR'],
        ['at', 'TIMESTAMP'],
      ].map(([Name, ScalarType]) => ({ Name, Type: { ScalarType } })),
    );
    expect(await rows('SELECT * FROM "db"."points"')).toEqual([
      ['a1', 'reading', stamp(0), '21.5', '-9007199254740993', 'true', "it's", stamp(0)],
    ]);
  });

  test('bins, aggregates and orders', async () => {
    await write(...[0, 1, 10, 20].map((minute) => point(minute, { t: ['DOUBLE', String(minute)] })));
    expect(
      await rows(
        'SELECT bin(time, 15m) AS slot, count(*), avg(t), max_by(t, time) FROM "db"."points" GROUP BY bin(time, 15m) ORDER BY slot',
      ),
    ).toEqual([
      [stamp(30), '1', '20.0', '20.0'],
      [stamp(15), '2', '5.5', '1.0'],
      [stamp(0), '1', '0.0', '0.0'],
    ]);
    expect(
      await rows('SELECT t FROM db.points WHERE time BETWEEN ago(2h) AND now() AND t > 5 ORDER BY time DESC LIMIT 1'),
    ).toEqual([['10.0']]);
  });

  test('reads a single measure by its column of the type', async () => {
    await write({
      ...point(0, {}),
      MeasureName: 'temperature',
      MeasureValueType: 'DOUBLE',
      MeasureValue: '1',
      MeasureValues: undefined,
    });
    expect(await rows(`SELECT measure_value::double FROM "db"."points" WHERE measure_name = 'temperature'`)).toEqual([
      ['1.0'],
    ]);
  });

  test.each<[expression: string, value: string]>([
    ['1.0', '1.0'],
    ['CAST(10000000 AS DOUBLE)', '1.0E7'],
    ['CAST(0.00012 AS DOUBLE)', '1.2E-4'],
    ['7 / 2', '3'],
    ['1 = 1', 'true'],
    ["TIMESTAMP '2026-03-01 12:00:00.123456'", '2026-03-01 12:00:00.123456000'],
    ["TIMESTAMP '1969-12-31 23:59:59.5'", '1969-12-31 23:59:59.500000000'],
    ["to_milliseconds(TIMESTAMP '1970-01-01 00:00:01')", '1000'],
    ['from_milliseconds(1500)', '1970-01-01 00:00:01.500000000'],
    ["to_iso8601(from_iso8601_timestamp('2026-03-01T12:00:00.5'))", '2026-03-01T12:00:00.500000000Z'],
    ["date_trunc('hour', TIMESTAMP '2026-03-01 12:34:00')", '2026-03-01 12:00:00.000000000'],
    ["date_diff('minute', TIMESTAMP '2026-03-01 12:00:00', TIMESTAMP '2026-03-01 13:30:00')", '90'],
    ['now() - ago(1h) = 1h', 'true'],
    ["bin(TIMESTAMP '2026-03-01 12:34:56', 1h)", '2026-03-01 12:00:00.000000000'],
    ["if(true, 'a', 'b')", 'a'],
    ["regexp_like('device', 'vic')", 'true'],
    ["split_part('a/b', '/', 2)", 'b'],
    ['round(2.345, 2)', '2.35'],
    ["try_cast('x' AS DOUBLE) IS NULL", 'true'],
  ])('%s is %s', async (expression, value) => {
    expect(await rows(`SELECT ${expression}`)).toEqual([[value]]);
  });

  test.each([
    'sum(x)',
    'approx_percentile(x, 0.5)',
    'approx_distinct(x)',
    'arbitrary(x)',
    'bool_and(x = 1)',
    'stddev(x)',
    'variance(x)',
    'min_by(x, x)',
    'lag(x) OVER (ORDER BY x)',
    'row_number() OVER (ORDER BY x)',
    'greatest(x, 1)',
    'coalesce(nullif(x, 1), 2)',
    'year(now())',
    'power(x, 2)',
  ])('knows the function of %s', async (expression) => {
    expect(await rows(`SELECT ${expression} FROM (SELECT 1 AS x)`)).toHaveLength(1);
  });

  test.each([
    ['SELECT nothing FROM "db"."points"', 'ValidationException: The query is not valid'],
    ['SELECT * FROM "db"."nothing"', 'ValidationException: The query is not valid'],
    ["SELECT * FROM '/etc/passwd'", 'ValidationException: The query is not valid'],
    ['SELECT getenv(1)', 'ValidationException: The function getenv is not honoured by the local cloud'],
  ])('%s is refused', async (query, message) => {
    expect((await failure('Query', { QueryString: query })).error).toContain(message);
  });

  // AWS: "SELECT support"; an expression without a name is called as Trino calls it
  test('names the columns of a result', async () => {
    await write(point(0, { t: ['DOUBLE', '1'] }));
    const { ColumnInfo } = await run('Query', {
      QueryString:
        'SELECT deviceId, T, t AS warm, count(*), 1, t + 1, max(t) AS "most of it" FROM "db"."points" GROUP BY 1, 2',
    });
    expect((ColumnInfo as Array<{ Name: string }>).map(({ Name }) => Name)).toEqual([
      ...['deviceId', 't', 'warm', '_col3', '_col4', '_col5', 'most of it'],
    ]);
  });

  // AWS: "Timeseries views", "Interpolation functions"
  describe('time series', () => {
    const binned = `WITH binned AS (SELECT deviceId, bin(time, 5m) AS slot, round(avg(t), 2) AS mean FROM "db"."points" GROUP BY deviceId, bin(time, 5m))`;
    beforeEach(async () => {
      await write(...[30, 20, 0].map((minute) => point(minute, { t: ['DOUBLE', String(30 - minute)] })));
    });

    test('are a type of their own', async () => {
      const answer = await run('Query', {
        QueryString: 'SELECT create_time_series(time, t) AS series, ARRAY[1.5] AS list FROM "db"."points"',
      });
      expect(answer['ColumnInfo']).toEqual([
        { Name: 'series', Type: { TimeSeriesMeasureValueColumnInfo: { Type: { ScalarType: 'DOUBLE' } } } },
        { Name: 'list', Type: { ArrayColumnInfo: { Type: { ScalarType: 'DOUBLE' } } } },
      ]);
      const series = [30, 20, 0].map((minute) => ({
        Time: stamp(minute),
        Value: { ScalarValue: `${30 - minute}.0` },
      }));
      expect(answer['Rows']).toEqual([
        { Data: [{ TimeSeriesValue: series }, { ArrayValue: [{ ScalarValue: '1.5' }] }] },
      ]);
    });

    test.each<[expression: string, values: string[]]>([
      [
        'interpolate_linear(create_time_series(slot, mean), TIMES)',
        ['0.0', '5.0', '10.0', '15.0', '20.0', '25.0', '30.0'],
      ],
      [
        'INTERPOLATE_LOCF(CREATE_TIME_SERIES(slot, mean), TIMES)',
        ['0.0', '0.0', '10.0', '10.0', '10.0', '10.0', '30.0'],
      ],
      [
        'interpolate_fill(create_time_series(slot, mean), TIMES, -1.0)',
        ['0.0', '-1.0', '10.0', '-1.0', '-1.0', '-1.0', '30.0'],
      ],
    ])('are filled by %s', async (expression, values) => {
      const filled = expression.replace('TIMES', 'SEQUENCE(min(slot), max(slot), 5m)');
      const query = `${binned}, filled AS (SELECT deviceId, ${filled} AS series FROM binned GROUP BY deviceId)
        SELECT time, round(value, 2) FROM filled CROSS JOIN UNNEST(series)`;
      expect(await rows(query)).toEqual(values.map((value, index) => [stamp(30 - index * 5), value]));
    });

    test('take no null, and no cubic spline', async () => {
      expect((await failure('Query', { QueryString: 'SELECT create_time_series(now(), null)' })).error).toContain(
        'create_time_series takes no null as value',
      );
      const spline = `${binned} SELECT interpolate_spline_cubic(create_time_series(slot, mean), ARRAY[now()]) FROM binned`;
      expect((await failure('Query', { QueryString: spline })).error).toBe(
        'ValidationException: The function interpolate_spline_cubic is not honoured by the local cloud',
      );
    });
  });

  test('selects a device over a range of time, by text or epoch milliseconds, in bins', async () => {
    await write(
      ...[0, 5, 10, 40].map((minute) => point(minute, { t: ['DOUBLE', String(minute)], s: ['VARCHAR', 'x'] })),
    );
    await write(point(5, { t: ['DOUBLE', '99'] }, { deviceId: 'other' }));
    const iso = (minute: number) => new Date(start - minute * 60_000).toISOString().replace('T', ' ').replace('Z', '');
    const aggregates = `avg(t), min(t), max(t), count(t), sum(t), stddev(t), approx_percentile(t, 0.5), max_by(t, time), min_by(t, time),
      sum(CASE WHEN t > 4 THEN 1 ELSE 0 END)`;
    for (const range of [
      `'${iso(15)}' AND '${iso(-1)}'`,
      `from_milliseconds(${start - 900_000}) AND from_milliseconds(${start + 1})`,
    ])
      expect(
        await rows(
          `SELECT bin(time, 1h) AS slot, ${aggregates} FROM "db"."points" WHERE deviceId = 'a1' AND measure_name = 'reading'
           AND time BETWEEN ${range} GROUP BY bin(time, 1h) ORDER BY slot LIMIT 10`,
        ),
      ).toEqual([
        [stamp(60), '7.5', '5.0', '10.0', '2', '15.0', '3.5355339059327378', expect.any(String), '5.0', '10.0', '2'],
        [stamp(0), '0.0', '0.0', '0.0', '1', '0.0', null, '0.0', '0.0', '0.0', '0'],
      ]);
  });

  // AWS: "PrepareQuery", "CancelQuery"
  test('is prepared without running, and tells its columns and parameters', async () => {
    await write(point(0, { t: ['DOUBLE', '1'] }));
    const QueryString =
      'SELECT deviceId, avg(t) AS mean FROM "db"."points" WHERE time > @scheduled_runtime - 1h GROUP BY deviceId';
    expect(await run('PrepareQuery', { QueryString, ValidateOnly: true })).toEqual({
      QueryString,
      Columns: [
        { Name: 'deviceId', Type: { ScalarType: 'VARCHAR' }, Aliased: false },
        { Name: 'mean', Type: { ScalarType: 'DOUBLE' }, Aliased: true },
      ],
      Parameters: [{ Name: 'scheduled_runtime', Type: { ScalarType: 'TIMESTAMP' } }],
    });
    const wrong = { QueryString: 'SELECT nothing FROM "db"."points"', ValidateOnly: true };
    expect((await failure('PrepareQuery', wrong)).error).toContain('ValidationException: The query is not valid');
    expect((await failure('PrepareQuery', { QueryString })).error).toContain('ValidateOnly');
  });

  test('what is not honoured of Query is refused by name', async () => {
    const QueryInsights = { Mode: 'ENABLED_WITH_RATE_CONTROL' };
    expect((await failure('Query', { QueryString: 'SELECT 1', QueryInsights })).error).toContain('QueryInsights.Mode');
    expect((await failure('Query', { QueryString: 'SELECT 1', Limit: 1 })).error).toBe(
      'ValidationException: Limit is not honoured by the local cloud.',
    );
  });

  test('goes on after a query that failed', async () => {
    await failure('Query', { QueryString: 'SELECT nothing' });
    await write(point(0, { t: ['DOUBLE', '1'] }));
    expect(await rows('SELECT t FROM "db"."points"')).toEqual([['1.0']]);
  });
});

// AWS: "WriteRecords" (Upserts), "RejectedRecord"
describe('versions', () => {
  const versioned = (value: string, Version?: number) => point(0, { t: ['DOUBLE', value] }, undefined, { Version });
  const value = () => rows('SELECT t FROM "db"."points"');

  test('the same record again is taken and changes nothing', async () => {
    await write(versioned('1'));
    await write(versioned('1.0'));
    expect(await value()).toEqual([['1.0']]);
  });

  test('another value needs a higher version', async () => {
    await write(versioned('1'));
    expect(await rejected(versioned('2'))).toEqual({
      error: 'RejectedRecordsException: One or more records have been rejected. See RejectedRecords for details.',
      status: 419,
      fields: {
        RejectedRecords: [
          {
            RecordIndex: 0,
            Reason: expect.stringContaining(
              'A record already exists with the same time, dimensions, measure name, and record version.',
            ),
            ExistingVersion: 1,
          },
        ],
      },
    });
    await write(versioned('2', 2));
    expect(await value()).toEqual([['2.0']]);
    expect((await rejected(versioned('3', 1))).fields['RejectedRecords']).toEqual([
      { RecordIndex: 0, Reason: expect.stringContaining('lower than the existing version'), ExistingVersion: 2 },
    ]);
    expect(await value()).toEqual([['2.0']]);
  });

  test('a point that was queried before is replaced, not doubled; within one request the highest version stays', async () => {
    await write(versioned('1'));
    expect(await value()).toEqual([['1.0']]);
    await write(versioned('2', 2), versioned('3', 3));
    expect(await value()).toEqual([['3.0']]);
  });

  test('hold after a restart', async () => {
    await write(versioned('2', 2));
    await reopen();
    expect((await rejected(versioned('1'))).fields['RejectedRecords']).toMatchObject([{ ExistingVersion: 2 }]);
    await write(versioned('3', 3));
    expect(await value()).toEqual([['3.0']]);
  });

  test('a rejected record does not keep the others out', async () => {
    const tooOld = point(0, { t: ['DOUBLE', '1'] }, undefined, { Time: '1000' });
    const answer = await rejected(tooOld, point(1, { t: ['DOUBLE', '2'] }), { ...tooOld, Dimensions: [] });
    expect(answer.fields['RejectedRecords']).toEqual([
      { RecordIndex: 0, Reason: expect.stringContaining('outside the time range') },
      { RecordIndex: 2, Reason: 'At least one dimension is required for a record.' },
    ]);
    expect(await value()).toEqual([['2.0']]);
  });
});

describe('columns', () => {
  test('that come later are null before', async () => {
    await write(point(1, { t: ['DOUBLE', '1'] }));
    expect(await rows('SELECT t FROM "db"."points"')).toEqual([['1.0']]);
    await write(point(0, { h: ['DOUBLE', '2'] }, { deviceId: 'a1', site: 'north' }));
    expect(await rows('SELECT deviceId, site, t, h FROM "db"."points" ORDER BY time')).toEqual([
      ['a1', null, '1.0', null],
      ['a1', 'north', null, '2.0'],
    ]);
  });

  test('keep their values apart after a restart, whatever their names', async () => {
    const measures: Record<string, [string, string]> = { z: ['DOUBLE', '1'], a: ['DOUBLE', '2'] };
    await write(point(1, measures, { zone: 'x', area: 'y' }));
    await reopen();
    await write(point(0, { ...measures, m: ['DOUBLE', '3'] }, { zone: 'x', area: 'y' }));
    expect(await rows('SELECT zone, area, z, a, m FROM "db"."points" ORDER BY time')).toEqual([
      ['x', 'y', '1.0', '2.0', null],
      ['x', 'y', '1.0', '2.0', '3.0'],
    ]);
  });

  test('may be named as anything that is not reserved', async () => {
    const inherited: string = 'constructor';
    await write(point(0, { order: ['DOUBLE', '1'], [inherited]: ['DOUBLE', '2'] }, { key: 'k', 'with "quotes"': 'q' }));
    expect(await rows('SELECT "key", "with ""quotes""", "order", "constructor" FROM "db"."points"')).toEqual([
      ['k', 'q', '1.0', '2.0'],
    ]);
  });

  test.each<[title: string, second: unknown, reason: string]>([
    [
      'another type',
      point(0, { t: ['VARCHAR', 'warm'] }),
      'The measure t has the type DOUBLE in this table, not VARCHAR.',
    ],
    [
      'a dimension of a measure',
      point(0, { x: ['DOUBLE', '1'] }, { t: 'a' }),
      "t is a measure of this table and can't be a dimension.",
    ],
    [
      'a name that differs in case alone',
      point(0, { T: ['DOUBLE', '1'] }),
      "The local cloud can't hold T beside t: their names differ in case alone.",
    ],
  ])('with %s are rejected', async (_, second, reason) => {
    await write(point(1, { t: ['DOUBLE', '1'] }));
    expect((await rejected(second)).fields['RejectedRecords']).toEqual([{ RecordIndex: 0, Reason: reason }]);
    expect(await rows('SELECT count(*) FROM "db"."points"')).toEqual([['1']]);
  });
});

// AWS: "Actions, resources, and condition keys for Amazon Timestream"
describe('permissions', () => {
  const table = 'arn:aws:timestream:us-east-1:000000000000:database/db/table/points';
  test.each<[operation: string, body: Body, permissions: unknown]>([
    [
      'WriteRecords',
      { DatabaseName: 'db', TableName: 'points' },
      [{ action: 'timestream:WriteRecords', resource: table }],
    ],
    ['Query', { QueryString: 'SELECT * FROM "db"."points"' }, [{ action: 'timestream:Select', resource: table }]],
    ['Query', { QueryString: 'SELECT * FROM DB . Points' }, [{ action: 'timestream:Select', resource: table }]],
    ['Query', { QueryString: 'SELECT 1' }, [{ action: 'timestream:SelectValues', resource: '*' }]],
    ['DescribeEndpoints', {}, [{ action: 'timestream:DescribeEndpoints', resource: '*' }]],
    [
      'DescribeTable',
      { DatabaseName: 'db', TableName: 'points' },
      [{ action: 'timestream:DescribeTable', resource: table }],
    ],
  ])('%s of %j needs %j', (operation, body, permissions) => {
    expect(service.permissions(request(operation, body))).toEqual(permissions);
  });

  test('an operation that is not honoured is refused by name', async () => {
    expect((await failure('CreateBatchLoadTask', {})).error).toBe(
      'UnknownOperationException: timestream: CreateBatchLoadTask is not honoured by the local cloud.',
    );
  });
});
