import { randomUUID } from 'node:crypto';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  CreateScheduledQueryCommand,
  type CreateScheduledQueryCommandInput,
  DeleteScheduledQueryCommand,
  DescribeScheduledQueryCommand,
  ExecuteScheduledQueryCommand,
  PrepareQueryCommand,
  paginateListScheduledQueries,
  paginateQuery,
  QueryCommand,
  TimestreamQueryClient,
  UpdateScheduledQueryCommand,
} from '@aws-sdk/client-timestream-query';
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  DescribeDatabaseCommand,
  DescribeEndpointsCommand,
  DescribeTableCommand,
  ListTablesCommand,
  type _Record as TimestreamRecord,
  TimestreamWriteClient,
  UpdateTableCommand,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { expect } from '@jest/globals';
import { until } from '../until.ts';
import { group } from './conforms.ts';
import { connect, output, uniqueName } from './target.ts';

const write = connect(TimestreamWriteClient);
const query = connect(TimestreamQueryClient);
const sqs = connect(SQSClient);

// Database and table are those of the suite's own stack; each test writes to a dimension of its own.
group(
  'Timestream',
  () => write.send(new DescribeEndpointsCommand({})),
  ({ conforms, resource }) => {
    const where = () => ({ DatabaseName: output('TimestreamDatabase'), TableName: output('TimestreamTable') });
    const from = () => `"${output('TimestreamDatabase')}"."${output('TimestreamTable')}"`;
    const put = (device: string, Records: TimestreamRecord[]) =>
      write.send(
        new WriteRecordsCommand({
          ...where(),
          CommonAttributes: {
            Dimensions: [{ Name: 'device', Value: device }],
            MeasureName: 'celsius',
            MeasureValueType: 'DOUBLE',
          },
          Records,
        }),
      );
    const ask = async (QueryString: string) => {
      const { ColumnInfo = [], Rows = [] } = await query.send(new QueryCommand({ QueryString }));
      const rows = Rows.map(({ Data = [] }) =>
        Data.map(({ ScalarValue, NullValue }) => (NullValue ? null : ScalarValue)),
      );
      return { types: ColumnInfo.map(({ Type }) => Type?.ScalarType), rows };
    };
    const minutesAgo = (minutes: number) => String(Date.now() - minutes * 60_000);

    conforms('what was written is read, with the types of its columns', 'WriteRecords', async () => {
      const device = randomUUID();
      const answer = await put(device, [{ Time: minutesAgo(1), MeasureValue: '21.5' }]);
      expect(answer.RecordsIngested?.Total).toBe(1);
      const { types, rows } = await until('the row', async () => {
        const found = await ask(
          `SELECT device, measure_name, time, measure_value::double FROM ${from()} WHERE device = '${device}'`,
        );
        return found.rows.length > 0 ? found : undefined;
      });
      expect(types).toEqual(['VARCHAR', 'VARCHAR', 'TIMESTAMP', 'DOUBLE']);
      expect(rows).toEqual([
        [device, 'celsius', expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9}$/), '21.5'],
      ]);
    });

    conforms('a later version replaces a value, an earlier one is rejected', 'Upserting data', async () => {
      const device = randomUUID();
      const Time = minutesAgo(1);
      await put(device, [{ Time, MeasureValue: '1', Version: 1 }]);
      await put(device, [{ Time, MeasureValue: '2', Version: 2 }]);
      await expect(put(device, [{ Time, MeasureValue: '3', Version: 1 }])).rejects.toMatchObject({
        name: 'RejectedRecordsException',
        RejectedRecords: [{ RecordIndex: 0, ExistingVersion: 2 }],
      });
      const read = () => ask(`SELECT measure_value::double FROM ${from()} WHERE device = '${device}'`);
      const rows = await until('the value', async () => {
        const found = (await read()).rows;
        return found[0]?.[0] === '2.0' ? found : undefined;
      });
      expect(rows).toHaveLength(1);
    });

    conforms('records out of the retention are rejected, the others kept', 'RejectedRecordsException', async () => {
      const device = randomUUID();
      const records = [
        { Time: minutesAgo(60 * 24 * 365), MeasureValue: '1' },
        { Time: minutesAgo(1), MeasureValue: '2' },
      ];
      await expect(put(device, records)).rejects.toMatchObject({
        name: 'RejectedRecordsException',
        RejectedRecords: [{ RecordIndex: 0, Reason: expect.stringContaining('outside the time range') }],
      });
      await until('the other', async () => {
        const { rows } = await ask(`SELECT count(*) FROM ${from()} WHERE device = '${device}'`);
        return rows[0]?.[0] === '1';
      });
    });

    conforms('values are averaged by bins of time', 'Date / time functions', async () => {
      const device = randomUUID();
      const bin = Math.floor((Date.now() - 7_200_000) / 3_600_000) * 3_600_000;
      const values = [
        [0, '1'],
        [60_000, '3'],
        [3_600_000, '8'],
      ] as const;
      await put(
        device,
        values.map(([after, MeasureValue]) => ({ Time: String(bin + after), MeasureValue })),
      );
      const { rows } = await until('the rows', async () => {
        const found = await ask(
          `SELECT bin(time, 1h) AS hour, avg(measure_value::double) AS mean, count(*) AS n FROM ${from()}
         WHERE device = '${device}' AND time > ago(1d) GROUP BY bin(time, 1h) ORDER BY hour`,
        );
        return found.rows.length === 2 ? found : undefined;
      });
      expect(rows.map(([, mean, count]) => [mean, count])).toEqual([
        ['2.0', '2'],
        ['8.0', '1'],
      ]);
    });

    conforms('a query that is wrong is ValidationException', 'Query', async () => {
      await expect(ask(`SELECT nothing_of_this FROM ${from()}`)).rejects.toMatchObject({ name: 'ValidationException' });
    });

    conforms('a table that is not there is ResourceNotFoundException', 'DescribeTable', async () => {
      const TableName = uniqueName('none');
      await expect(write.send(new DescribeTableCommand({ ...where(), TableName }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });

    conforms('rows come in pages when there are more than asked for', 'Query', async () => {
      const device = randomUUID();
      await put(
        device,
        [1, 2, 3, 4, 5].map((minutes) => ({ Time: minutesAgo(minutes), MeasureValue: String(minutes) })),
      );
      const QueryString = `SELECT measure_value::double FROM ${from()} WHERE device = '${device}' ORDER BY time DESC`;
      await until('the rows', async () => (await ask(QueryString)).rows.length === 5);
      const values: unknown[] = [];
      for await (const { Rows = [] } of paginateQuery({ client: query, pageSize: 2 }, { QueryString }))
        values.push(...Rows.map(({ Data = [] }) => Data[0]?.ScalarValue));
      expect(values).toEqual(['1.0', '2.0', '3.0', '4.0', '5.0']);
    });

    conforms('gaps of a series are filled', 'Interpolation functions', async () => {
      const device = randomUUID();
      const begin = Math.floor(Date.now() / 600_000) * 600_000 - 1_200_000;
      await put(device, [
        { Time: String(begin), MeasureValue: '1' },
        { Time: String(begin + 600_000), MeasureValue: '3' },
      ]);
      const { rows } = await until('the rows', async () => {
        const found = await ask(
          `WITH series AS (SELECT device, interpolate_linear(create_time_series(time, measure_value::double),
           sequence(min(time), max(time), 5m)) AS filled FROM ${from()} WHERE device = '${device}' GROUP BY device)
         SELECT time, value FROM series CROSS JOIN UNNEST(filled)`,
        );
        return found.rows.length === 3 ? found : undefined;
      });
      expect(rows.map(([, value]) => value)).toEqual(['1.0', '2.0', '3.0']);
    });

    conforms('a query is prepared without running', 'PrepareQuery', async () => {
      const { Columns, Parameters } = await query.send(
        new PrepareQueryCommand({
          QueryString: `SELECT measure_name, count(*) AS n FROM ${from()} WHERE time > @scheduled_runtime GROUP BY measure_name`,
          ValidateOnly: true,
        }),
      );
      expect(Columns).toMatchObject([
        { Name: 'measure_name', Type: { ScalarType: 'VARCHAR' }, Aliased: false },
        { Name: 'n', Type: { ScalarType: 'BIGINT' }, Aliased: true },
      ]);
      expect(Parameters).toEqual([{ Name: 'scheduled_runtime', Type: { ScalarType: 'TIMESTAMP' } }]);
    });

    conforms('a table is made and deleted', 'CreateTable', async () => {
      const request = { ...where(), TableName: uniqueName('table') };
      await write.send(new CreateTableCommand(request));
      await expect(write.send(new CreateTableCommand(request))).rejects.toMatchObject({ name: 'ConflictException' });
      await write.send(new DeleteTableCommand(request));
      await expect(write.send(new DeleteTableCommand(request))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });

    conforms('a table of a changed retention describes it', 'UpdateTable', async () => {
      const request = { ...where(), TableName: uniqueName('table') };
      await write.send(new CreateTableCommand(request));
      const RetentionProperties = { MemoryStoreRetentionPeriodInHours: 2, MagneticStoreRetentionPeriodInDays: 3 };
      await write.send(new UpdateTableCommand({ ...request, RetentionProperties }));
      const { Table } = await write.send(new DescribeTableCommand(request));
      expect(Table).toMatchObject({ TableName: request.TableName, TableStatus: 'ACTIVE', RetentionProperties });
      expect(Table?.LastUpdatedTime?.getTime()).toBeGreaterThanOrEqual(Table?.CreationTime?.getTime() ?? Number.NaN);
      await write.send(new DeleteTableCommand(request));
    });

    conforms('a database with tables is not deleted', 'DeleteDatabase', async () => {
      const DatabaseName = uniqueName('database');
      const table = { DatabaseName, TableName: 'points' };
      await write.send(new CreateDatabaseCommand({ DatabaseName }));
      await write.send(new CreateTableCommand(table));
      await expect(write.send(new DeleteDatabaseCommand({ DatabaseName }))).rejects.toMatchObject({
        name: 'ValidationException',
      });
      const { Tables } = await write.send(new ListTablesCommand({ DatabaseName }));
      expect(Tables).toMatchObject([table]);
      await write.send(new DeleteTableCommand(table));
      await write.send(new DeleteDatabaseCommand({ DatabaseName }));
      await expect(write.send(new DescribeDatabaseCommand({ DatabaseName }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });

    const target = resource(
      async () => {
        const request = { ...where(), TableName: uniqueName('rollups') };
        await write.send(new CreateTableCommand(request));
        return request;
      },
      (request) => write.send(new DeleteTableCommand(request)),
    );
    const define = async (device: string): Promise<CreateScheduledQueryCommandInput> => ({
      Name: uniqueName('query'),
      QueryString: `SELECT device, bin(time, 1h) AS slot, avg(measure_value::double) AS mean FROM ${from()}
      WHERE device = '${device}' AND time BETWEEN @scheduled_runtime - 1d AND @scheduled_runtime GROUP BY device, bin(time, 1h)`,
      ScheduleConfiguration: { ScheduleExpression: 'rate(1 day)' },
      NotificationConfiguration: { SnsConfiguration: { TopicArn: output('RunsTopicArn') } },
      ScheduledQueryExecutionRoleArn: output('ScheduledQueryRoleArn'),
      ErrorReportConfiguration: { S3Configuration: { BucketName: output('ReportsBucket') } },
      TargetConfiguration: {
        TimestreamConfiguration: {
          ...(await target()),
          TimeColumn: 'slot',
          DimensionMappings: [{ Name: 'device', DimensionValueType: 'VARCHAR' }],
          MultiMeasureMappings: {
            TargetMultiMeasureName: 'rollup',
            MultiMeasureAttributeMappings: [{ SourceColumn: 'mean', MeasureValueType: 'DOUBLE' }],
          },
        },
      },
    });
    /** Waits for notifications of a scheduled query; SNS may bring them in any order. */
    const told = async (arn: string, ...types: string[]) => {
      const missing = new Set(types);
      await until(types.join(), async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: output('RunsQueueUrl'),
            MaxNumberOfMessages: 10,
            VisibilityTimeout: 0,
          }),
        );
        for (const { Body = '', ReceiptHandle } of Messages) {
          const message = JSON.parse(JSON.parse(Body).Message) as { arn: string; type: string };
          if (message.arn !== arn) continue;
          missing.delete(message.type);
          await sqs.send(new DeleteMessageCommand({ QueueUrl: output('RunsQueueUrl'), ReceiptHandle }));
        }
        return missing.size === 0;
      });
    };

    conforms(
      'a scheduled query runs, stores its result, tells SNS and is described with its run',
      'Using scheduled queries in Timestream for LiveAnalytics',
      async () => {
        const device = randomUUID();
        await put(device, [{ Time: minutesAgo(1), MeasureValue: '4' }]);
        await until('the row', async () => (await ask(`SELECT 1 FROM ${from()} WHERE device = '${device}'`)).rows[0]);
        const { Arn: ScheduledQueryArn = '' } = await query.send(new CreateScheduledQueryCommand(await define(device)));
        try {
          await query.send(new ExecuteScheduledQueryCommand({ ScheduledQueryArn, InvocationTime: new Date() }));
          const ran = await until('the run', async () => {
            const { ScheduledQuery } = await query.send(new DescribeScheduledQueryCommand({ ScheduledQueryArn }));
            return ScheduledQuery?.LastRunSummary && ScheduledQuery;
          });
          expect(ran).toMatchObject({
            State: 'ENABLED',
            NextInvocationTime: expect.any(Date),
            LastRunSummary: { RunStatus: 'MANUAL_TRIGGER_SUCCESS', ExecutionStats: { RecordsIngested: 1 } },
          });
          const { TableName } = await target();
          const stored = await until('the rollup', async () => {
            const { rows } = await ask(
              `SELECT measure_name, mean FROM "${where().DatabaseName}"."${TableName}" WHERE device = '${device}'`,
            );
            return rows.length > 0 ? rows : undefined;
          });
          expect(stored).toEqual([['rollup', '4.0']]);
          await told(ScheduledQueryArn, 'SCHEDULED_QUERY_CREATING', 'MANUAL_TRIGGER_SUCCESS');
        } finally {
          await query.send(new DeleteScheduledQueryCommand({ ScheduledQueryArn }));
        }
        await told(ScheduledQueryArn, 'SCHEDULED_QUERY_DELETED');
      },
      120_000,
    );

    conforms('a scheduled query of a name that is taken is a conflict', 'CreateScheduledQuery', async () => {
      const device = randomUUID();
      await put(device, [{ Time: minutesAgo(1), MeasureValue: '4' }]);
      const definition = await define(device);
      const { Arn: ScheduledQueryArn } = await query.send(new CreateScheduledQueryCommand(definition));
      try {
        await expect(query.send(new CreateScheduledQueryCommand(definition))).rejects.toMatchObject({
          name: 'ConflictException',
        });
        await query.send(new UpdateScheduledQueryCommand({ ScheduledQueryArn, State: 'DISABLED' }));
        const states = new Map<string | undefined, string | undefined>();
        for await (const { ScheduledQueries = [] } of paginateListScheduledQueries({ client: query }, {}))
          for (const { Arn, State } of ScheduledQueries) states.set(Arn, State);
        expect(states.get(ScheduledQueryArn)).toBe('DISABLED');
      } finally {
        await query.send(new DeleteScheduledQueryCommand({ ScheduledQueryArn }));
      }
    });
  },
);
