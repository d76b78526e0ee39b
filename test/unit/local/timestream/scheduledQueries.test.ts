import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createIam } from '../../../../local/identity/iam.ts';
import { createAsyncInvocations } from '../../../../local/lambda/asyncInvocations.ts';
import { createMessaging } from '../../../../local/messaging/messaging.ts';
import { createSns } from '../../../../local/messaging/sns.ts';
import { createClockwork } from '../../../../local/scheduler/clockwork.ts';
import type { AwsRequest } from '../../../../local/service.ts';
import { openStateStore } from '../../../../local/storage/stateStore.ts';
import { createTimestream } from '../../../../local/timestream/timestream.ts';
import { account, provision, temporaryFolder, testContext } from '../edge/localEdge.ts';
import { type Body, request, timestreamApi } from './timestreamApi.ts';

const hour = 3_600_000;
const start = Math.floor(Date.now() / hour) * hour;
const topicArn = 'arn:aws:sns:us-east-1:000000000000:runs';
const roleArn = 'arn:aws:iam::000000000000:role/rollup';
const sourceArn = 'arn:aws:timestream:us-east-1:000000000000:database/plant/table/points';
const targetArn = 'arn:aws:timestream:us-east-1:000000000000:database/plant/table/rollups';
const grants: Readonly<Record<string, string>> = {
  'timestream:Select': sourceArn,
  'timestream:WriteRecords': targetArn,
  'sns:Publish': topicArn,
  's3:GetBucketAcl': 'arn:aws:s3:::reports',
  's3:PutObject': 'arn:aws:s3:::reports/rollup/*',
};

/** Timestream with its own clock, beside the real SNS, SQS, S3 and IAM. */
async function open(path: string, clock: { now: number }) {
  const context = testContext({ stateDir: path, store: openStateStore(`${path}/state.db`) });
  const iam = createIam(context, account);
  const messaging = await createMessaging(context);
  const functions = { invoke: async () => ({ payload: null }), isInvocableBy: () => false };
  const invocations = createAsyncInvocations(context, functions);
  const sns = createSns(context, { queues: messaging.queues, functions, invocations });
  const clockwork = createClockwork(context, () => clock.now);
  const timestream = await createTimestream(context, {
    access: iam,
    clockwork,
    services: [...messaging.services, sns.service],
    now: () => clock.now,
  });
  const providers = [...iam.providers, ...messaging.providers, ...sns.providers, ...timestream.providers];
  const make = (type: string, properties: Body, logicalId?: string) =>
    provision(providers, type, properties, logicalId === undefined ? {} : { logicalId });
  const { attributes } = await make('AWS::SQS::Queue', { QueueName: 'runs' });
  const queue = String(attributes['Arn']);
  await make('AWS::SNS::Topic', { TopicName: 'runs', Subscription: [{ Protocol: 'sqs', Endpoint: queue }] });
  const allowSns = (arn: string) =>
    make('AWS::SQS::QueuePolicy', {
      Queues: [`http://127.0.0.1:0/000000000000/${arn.split(':')[5]}`],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn },
        ],
      },
    });
  await allowSns(queue);
  await make('AWS::S3::Bucket', { BucketName: 'reports' });
  await make('AWS::Timestream::Database', { DatabaseName: 'plant' });
  for (const TableName of ['points', 'rollups'])
    await make('AWS::Timestream::Table', {
      DatabaseName: 'plant',
      TableName,
      RetentionProperties: { MemoryStoreRetentionPeriodInHours: '48' },
    });
  const s3 = messaging.services.find(({ signingNames }) => signingNames.includes('s3'));
  const objectRequest = (path: string, query = '') =>
    ({
      method: 'GET',
      path,
      query: new URLSearchParams(query),
      headers: {},
      body: Buffer.alloc(0),
    }) as unknown as AwsRequest;
  return {
    service: timestream.service,
    make,
    allowSns,
    listen: timestream.listen,
    async grant(given: Readonly<Record<string, string>> = grants, service = 'timestream.amazonaws.com') {
      const Statement = Object.entries(given).map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
      await make('AWS::IAM::Role', {
        RoleName: 'rollup',
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
        },
        Policies: [{ PolicyName: 'Inline', PolicyDocument: { Version: '2012-10-17', Statement } }],
      });
    },
    /** Runs what is due at this time, to its end. */
    async runAt(time: number) {
      clock.now = time;
      clockwork.runDue();
      await timestream.settled();
    },
    settled: timestream.settled,
    /** Messages since the last look, with their attributes. */
    told: (from = queue): Body[] =>
      messaging.queues.receive(from, 10).map(({ body, receiptHandle }) => {
        messaging.queues.delete(from, receiptHandle);
        const { Message, MessageAttributes } = JSON.parse(body) as {
          Message: string;
          MessageAttributes: Record<string, { Value: string }>;
        };
        return { ...(JSON.parse(Message) as Body), attribute: MessageAttributes['notificationType']?.Value };
      }),
    report: async (key: string) =>
      JSON.parse(String((await s3?.handle(objectRequest(`/reports/${key}`)))?.body)) as {
        reportId: string;
        errors: unknown[];
      },
    async close() {
      await timestream.close();
      clockwork.close();
      invocations.close();
      messaging.close();
      context.store.close();
    },
  };
}

let folder: ReturnType<typeof temporaryFolder>;
let clock: { now: number };
let local: Awaited<ReturnType<typeof open>>;
const { run, failure, rows } = timestreamApi(() => local.service);

beforeEach(async () => {
  folder = temporaryFolder();
  clock = { now: start };
  local = await open(folder.path, clock);
  await local.grant();
  local.listen();
  await write([
    ['a', 30, '1'],
    ['a', 20, '3'],
    ['b', 10, '8'],
  ]);
});
afterEach(async () => {
  await local.close();
  folder.remove();
});

/** Celsius of a device, so many minutes before the start. */
const write = (points: ReadonlyArray<readonly [device: string, minutes: number, value: string]>) =>
  run('WriteRecords', {
    DatabaseName: 'plant',
    TableName: 'points',
    Records: points.map(([device, minutes, MeasureValue]) => ({
      Dimensions: [{ Name: 'device', Value: device }],
      MeasureName: 'celsius',
      MeasureValue,
      Time: String(start - minutes * 60_000),
      Version: Number(MeasureValue),
    })),
  });

const multi = (SourceColumn: string, MeasureValueType = 'DOUBLE', TargetMultiMeasureAttributeName?: string) => ({
  SourceColumn,
  MeasureValueType,
  TargetMultiMeasureAttributeName,
});
const target = (more: Body = {}) => ({
  TimestreamConfiguration: {
    DatabaseName: 'plant',
    TableName: 'rollups',
    TimeColumn: 'slot',
    DimensionMappings: [{ Name: 'device', DimensionValueType: 'VARCHAR' }],
    MultiMeasureMappings: {
      TargetMultiMeasureName: 'hourly',
      MultiMeasureAttributeMappings: [multi('mean', 'DOUBLE', 'average'), multi('n', 'BIGINT')],
    },
    ...more,
  },
});
const hourly = `SELECT device, bin(time, 1h) AS slot, avg(measure_value::double) AS mean, count(*) AS n FROM "plant"."points"
  WHERE time BETWEEN @scheduled_runtime - 1h AND @scheduled_runtime GROUP BY device, bin(time, 1h)`;
const definition = (more: Body = {}) => ({
  Name: 'hourly',
  QueryString: hourly,
  ScheduleConfiguration: { ScheduleExpression: 'rate(1 hour)' },
  NotificationConfiguration: { SnsConfiguration: { TopicArn: topicArn } },
  ScheduledQueryExecutionRoleArn: roleArn,
  TargetConfiguration: target(),
  ErrorReportConfiguration: { S3Configuration: { BucketName: 'reports', ObjectKeyPrefix: 'rollup' } },
  ...more,
});
const create = async (more?: Body) => String((await run('CreateScheduledQuery', definition(more)))['Arn']);
const describeQuery = async (ScheduledQueryArn: string) =>
  (await run('DescribeScheduledQuery', { ScheduledQueryArn }))['ScheduledQuery'] as Body;
const execute = async (ScheduledQueryArn: string, time = start) => {
  await run('ExecuteScheduledQuery', { ScheduledQueryArn, InvocationTime: time / 1000 });
  await local.settled();
};
const rollups = (columns = 'device, average, n') =>
  rows(`SELECT ${columns} FROM "plant"."rollups" ORDER BY device, measure_name`);

// AWS: Timestream for LiveAnalytics Developer Guide, "Scheduled query concepts"
describe('a scheduled query', () => {
  test('runs at its times, for the time at which it was due, and stores its result', async () => {
    const arn = await create();
    expect(arn).toMatch(/^arn:aws:timestream:us-east-1:000000000000:scheduled-query\/hourly-[0-9a-f]{16}$/);
    expect(local.told()).toEqual([{ type: 'SCHEDULED_QUERY_CREATING', arn, attribute: 'SCHEDULED_QUERY_CREATING' }]);
    await local.runAt(start + hour - 1);
    expect(local.told()).toEqual([]);
    await write([['c', -14, '5']]);
    await local.runAt(start + hour + 5_000);
    expect(await rollups('device, measure_name, time, average, n')).toEqual([
      ['c', 'hourly', `${new Date(start).toISOString().slice(0, 19).replace('T', ' ')}.000000000`, '5.0', '1'],
    ]);
    // "Scheduled query notification messages"
    expect(local.told()).toEqual([
      {
        type: 'AUTO_TRIGGER_SUCCESS',
        attribute: 'AUTO_TRIGGER_SUCCESS',
        arn,
        nextInvocationEpochSecond: (start + 2 * hour) / 1000,
        scheduledQueryRunSummary: {
          invocationEpochSecond: (start + hour) / 1000,
          triggerTimeMillis: start + hour + 5_000,
          runStatus: 'AUTO_TRIGGER_SUCCESS',
          executionStats: {
            executionTimeInMillis: expect.any(Number),
            dataWrites: 1024,
            bytesMetered: 0,
            cumulativeBytesScanned: 0,
            recordsIngested: 1,
            queryResultRows: 1,
          },
        },
      },
    ]);
  });

  test('is described with what came of its last run', async () => {
    const arn = await create({ ScheduleConfiguration: { ScheduleExpression: 'cron(30 * * * ? *)' } });
    expect(await describeQuery(arn)).toEqual({
      ...definition({ ScheduleConfiguration: { ScheduleExpression: 'cron(30 * * * ? *)' } }),
      Arn: arn,
      State: 'ENABLED',
      CreationTime: start / 1000,
      NextInvocationTime: (start + hour / 2) / 1000,
      RecentlyFailedRuns: [],
    });
    await execute(arn);
    expect(await describeQuery(arn)).toMatchObject({
      PreviousInvocationTime: start / 1000,
      LastRunSummary: {
        InvocationTime: start / 1000,
        TriggerTime: start / 1000,
        RunStatus: 'MANUAL_TRIGGER_SUCCESS',
        ExecutionStats: { RecordsIngested: 2, QueryResultRows: 2 },
      },
    });
  });

  // "Handling late-arriving data"
  test('that runs again stores a newer version of what it stored before', async () => {
    const arn = await create();
    await execute(arn);
    expect(await rollups()).toEqual([
      ['a', '2.0', '2'],
      ['b', '8.0', '1'],
    ]);
    await write([['b', 5, '10']]);
    await execute(arn);
    expect(await rollups()).toEqual([
      ['a', '2.0', '2'],
      ['b', '9.0', '2'],
    ]);
    expect(local.told().map(({ type }) => type)).toEqual([
      'SCHEDULED_QUERY_CREATING',
      'MANUAL_TRIGGER_SUCCESS',
      'MANUAL_TRIGGER_SUCCESS',
    ]);
  });

  test('that is disabled runs by hand alone', async () => {
    const arn = await create();
    await run('UpdateScheduledQuery', { ScheduledQueryArn: arn, State: 'DISABLED' });
    await local.runAt(start + hour);
    expect(await describeQuery(arn)).not.toHaveProperty('NextInvocationTime');
    await execute(arn);
    await run('UpdateScheduledQuery', { ScheduledQueryArn: arn, State: 'ENABLED' });
    await local.runAt(start + 2 * hour);
    expect(local.told().map(({ type, state }) => [type, state])).toEqual([
      ['SCHEDULED_QUERY_CREATING', undefined],
      ['SCHEDULED_QUERY_UPDATE', 'DISABLED'],
      ['MANUAL_TRIGGER_SUCCESS', undefined],
      ['SCHEDULED_QUERY_UPDATE', 'ENABLED'],
      ['AUTO_TRIGGER_SUCCESS', undefined],
    ]);
  });

  test('that is deleted runs no more', async () => {
    const arn = await create();
    await run('DeleteScheduledQuery', { ScheduledQueryArn: arn });
    await local.runAt(start + hour);
    expect(local.told().map(({ type }) => type)).toEqual(['SCHEDULED_QUERY_CREATING', 'SCHEDULED_QUERY_DELETED']);
    expect(await rows('SELECT count(*) FROM "plant"."rollups"')).toEqual([['0']]);
    for (const operation of ['DescribeScheduledQuery', 'DeleteScheduledQuery'])
      expect(await failure(operation, { ScheduledQueryArn: arn })).toEqual({
        error: `ResourceNotFoundException: The scheduled query ${arn} does not exist.`,
        status: 400,
        fields: { ScheduledQueryArn: arn },
      });
  });

  test('tells a FIFO topic too, in order', async () => {
    const fifo = { FifoQueue: true, ContentBasedDeduplication: true };
    const { attributes } = await local.make('AWS::SQS::Queue', { QueueName: 'runs.fifo', ...fifo });
    const queue = String(attributes['Arn']);
    const Subscription = [{ Protocol: 'sqs', Endpoint: queue }];
    await local.make('AWS::SNS::Topic', { TopicName: 'runs.fifo', FifoTopic: true, Subscription });
    await local.allowSns(queue);
    await local.grant({ ...grants, 'sns:Publish': `${topicArn}.fifo` });
    const SnsConfiguration = { TopicArn: `${topicArn}.fifo` };
    await execute(await create({ NotificationConfiguration: { SnsConfiguration } }));
    // One message of a group at a time.
    const types = () => local.told(queue).map(({ type }) => type);
    expect([...types(), ...types()]).toEqual(['SCHEDULED_QUERY_CREATING', 'MANUAL_TRIGGER_SUCCESS']);
  });

  test('is listed with its last status and its target', async () => {
    const [first, second] = [await create(), await create({ Name: 'second', TargetConfiguration: undefined })];
    await execute(first);
    const page = await run('ListScheduledQueries', { MaxResults: 1 });
    expect(page['ScheduledQueries']).toEqual([
      {
        Arn: first,
        Name: 'hourly',
        State: 'ENABLED',
        CreationTime: start / 1000,
        PreviousInvocationTime: start / 1000,
        NextInvocationTime: (start + hour) / 1000,
        ErrorReportConfiguration: definition().ErrorReportConfiguration,
        TargetDestination: { TimestreamDestination: { DatabaseName: 'plant', TableName: 'rollups' } },
        LastRunStatus: 'MANUAL_TRIGGER_SUCCESS',
      },
    ]);
    expect(await run('ListScheduledQueries', { NextToken: page['NextToken'] })).toMatchObject({
      ScheduledQueries: [{ Arn: second }],
    });
  });

  test('is the same for the same client token, for eight hours', async () => {
    const ClientToken = 'token-of-at-least-32-characters-0001';
    const arn = await create({ ClientToken });
    expect(await create({ ClientToken })).toBe(arn);
    expect((await failure('CreateScheduledQuery', definition({ ClientToken, Name: 'other' }))).error).toContain(
      'ConflictException',
    );
    clock.now += 8 * hour;
    expect((await failure('CreateScheduledQuery', definition({ ClientToken }))).error).toBe(
      'ConflictException: The scheduled query hourly already exists.',
    );
  });

  test('and its history are there after a restart; what was missed meanwhile runs once, what was asked for all the same', async () => {
    const restart = async () => {
      await local.close();
      local = await open(folder.path, clock);
      await local.grant();
    };
    const arn = await create();
    await execute(arn);
    await restart();
    // It does not listen: this run is taken, and the process ends before it.
    await execute(arn);
    expect(local.told().map(({ type }) => type)).toEqual(['SCHEDULED_QUERY_CREATING', 'MANUAL_TRIGGER_SUCCESS']);
    clock.now = start + 3 * hour + 1;
    await restart();
    local.listen();
    await local.runAt(clock.now);
    expect(local.told().map(({ type }) => type)).toEqual(['MANUAL_TRIGGER_SUCCESS', 'AUTO_TRIGGER_SUCCESS']);
    expect(await describeQuery(arn)).toMatchObject({
      State: 'ENABLED',
      PreviousInvocationTime: (start + hour) / 1000,
      NextInvocationTime: (start + 4 * hour) / 1000,
    });
  });
});

// AWS: "Data model mappings for scheduled queries"
describe('the target', () => {
  const perMeasure = `SELECT device, bin(time, 1h) AS slot, measure_name, avg(measure_value::double) AS mean,
    max(CASE WHEN device = 'b' THEN measure_value::double END) AS high, max(time) AS latest, true AS ok, 'text' AS note
    FROM "plant"."points" GROUP BY device, bin(time, 1h), measure_name`;
  const stored = async (mapping: Body, columns: string) => {
    const arn = await create({
      QueryString: perMeasure,
      TargetConfiguration: target({ MultiMeasureMappings: undefined, ...mapping }),
    });
    await execute(arn);
    expect(await describeQuery(arn)).toMatchObject({ LastRunSummary: { RunStatus: 'MANUAL_TRIGGER_SUCCESS' } });
    return rollups(columns);
  };

  test('takes the measure name of multi-measure records from a column', async () => {
    const MultiMeasureAttributeMappings = [
      ...[multi('mean'), multi('high'), multi('latest', 'TIMESTAMP'), multi('ok', 'BOOLEAN'), multi('note', 'VARCHAR')],
    ];
    const latest = (minutes: number) =>
      `${new Date(start - minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ')}.000000000`;
    expect(
      await stored(
        { MeasureNameColumn: 'measure_name', MultiMeasureMappings: { MultiMeasureAttributeMappings } },
        'device, measure_name, mean, high, latest, ok, note',
      ),
    ).toEqual([
      ['a', 'celsius', '2.0', null, latest(20), 'true', 'text'],
      ['b', 'celsius', '8.0', '8.0', latest(10), 'true', 'text'],
    ]);
  });

  test('may be several records of one row, without those whose values are all null', async () => {
    const MixedMeasureMappings = [
      { MeasureValueType: 'DOUBLE', SourceColumn: 'mean' },
      { MeasureValueType: 'MULTI', TargetMeasureName: 'peak', MultiMeasureAttributeMappings: [multi('high')] },
    ];
    expect(await stored({ MixedMeasureMappings }, 'device, measure_name, measure_value::double, high')).toEqual([
      ['a', 'mean', '2.0', null],
      ['b', 'mean', '8.0', null],
      ['b', 'peak', null, '8.0'],
    ]);
  });

  test('may depend on the measure name of the row', async () => {
    const MixedMeasureMappings = [
      { MeasureName: 'celsius', MeasureValueType: 'DOUBLE', SourceColumn: 'mean', TargetMeasureName: 'MeanCelsius' },
      { MeasureName: 'volts', MeasureValueType: 'DOUBLE', SourceColumn: 'high' },
    ];
    const columns = 'device, measure_name, measure_value::double';
    expect(await stored({ MeasureNameColumn: 'measure_name', MixedMeasureMappings }, columns)).toEqual([
      ['a', 'MeanCelsius', '2.0'],
      ['b', 'MeanCelsius', '8.0'],
    ]);
  });
});

// AWS: "Scheduled query error reports"
describe('what goes wrong', () => {
  test('with single records is in the error report; the others are stored', async () => {
    const arn = await create({
      QueryString: `SELECT device, CASE WHEN device = 'a' THEN slot - 365d ELSE slot END AS slot, mean, n FROM (${hourly})`,
    });
    await execute(arn);
    expect(await rollups()).toEqual([['b', '8.0', '1']]);
    const { scheduledQueryRunSummary: summary, ...message } = local.told()[1] ?? {};
    expect(message).toMatchObject({ type: 'MANUAL_TRIGGER_FAILURE', arn });
    const id = arn.split('/')[1];
    const { errorReportLocation } = summary as { errorReportLocation: { s3ReportLocation: { objectKey: string } } };
    const { objectKey } = errorReportLocation.s3ReportLocation;
    expect(summary).toMatchObject({
      runStatus: 'MANUAL_TRIGGER_FAILURE',
      executionStats: { recordsIngested: 1, queryResultRows: 2 },
      errorReportLocation: { s3ReportLocation: { bucketName: 'reports' } },
      failureReason:
        'Schedule encountered some errors and is incomplete. Please take a look at error report for further details',
    });
    expect(objectKey).toMatch(new RegExp(`^rollup/${id}/${start / 1000}/MANUAL/${start}/[0-9a-f-]{36}$`));
    expect(await local.report(objectKey)).toEqual({
      reportId: expect.any(String),
      errors: [
        {
          reason: expect.stringContaining('The record timestamp is outside the time range'),
          records: [
            {
              dimensions: [{ name: 'device', value: 'a', dimensionValueType: null }],
              measureName: 'hourly',
              measureValue: null,
              measureValues: [
                { name: 'average', value: '2.0', type: 'DOUBLE' },
                { name: 'n', value: '2', type: 'BIGINT' },
              ],
              measureValueType: 'MULTI',
              time: expect.stringMatching(/^\d{19}$/),
              timeUnit: 'NANOSECONDS',
              version: start,
            },
          ],
        },
      ],
    });
    expect(await describeQuery(arn)).toMatchObject({
      State: 'ENABLED',
      LastRunSummary: { ErrorReportLocation: { S3ReportLocation: { BucketName: 'reports', ObjectKey: objectKey } } },
      RecentlyFailedRuns: [{ RunStatus: 'MANUAL_TRIGGER_FAILURE' }],
    });
  });

  test('with single rows is there too', async () => {
    const arn = await create({
      QueryString: `SELECT CASE WHEN device = 'a' THEN device END AS device, slot, mean, n FROM (${hourly})`,
    });
    await execute(arn);
    expect(await rollups()).toEqual([['a', '2.0', '2']]);
    const { LastRunSummary } = (await describeQuery(arn)) as {
      LastRunSummary: { ErrorReportLocation: { S3ReportLocation: { ObjectKey: string } } };
    };
    const { errors } = await local.report(LastRunSummary.ErrorReportLocation.S3ReportLocation.ObjectKey);
    expect(errors).toEqual([
      { reason: 'The dimension device is null.', rawLine: expect.stringMatching(/^,.*,8\.0,1$/) },
    ]);
  });

  test('a row whose values are all null is an error of its own', async () => {
    const arn = await create({
      QueryString: `SELECT device, slot, CASE WHEN device = 'a' THEN mean END AS mean, CASE WHEN device = 'a' THEN n END AS n FROM (${hourly})`,
    });
    await execute(arn);
    const { LastRunSummary } = (await describeQuery(arn)) as {
      LastRunSummary: { ErrorReportLocation: { S3ReportLocation: { ObjectKey: string } } };
    };
    const { errors } = await local.report(LastRunSummary.ErrorReportLocation.S3ReportLocation.ObjectKey);
    expect(errors).toEqual([
      { reason: 'All measure values of the row are null.', rawLine: expect.stringMatching(/^b,.*,,$/) },
    ]);
  });

  test.each<[what: string, without: string]>([
    ['the source', 'timestream:Select'],
    ['the target', 'timestream:WriteRecords'],
  ])('a role that may not use %s ends the schedule', async (_, without) => {
    const arn = await create();
    local.told();
    await local.grant(Object.fromEntries(Object.entries(grants).filter(([action]) => action !== without)));
    await local.runAt(start + hour);
    expect(local.told()).toMatchObject([
      {
        type: 'AUTO_TRIGGER_FAILURE',
        scheduledQueryRunSummary: {
          failureReason: expect.stringContaining(`The role ${roleArn} is not authorized to perform: ${without}`),
        },
      },
      { type: 'SCHEDULED_QUERY_UPDATE', arn, state: 'DISABLED' },
    ]);
    expect(await describeQuery(arn)).toMatchObject({ State: 'DISABLED' });
    expect(await rows('SELECT count(*) FROM "plant"."rollups"')).toEqual([['0']]);
  });

  test('so do a role that Timestream may not take, and a target that is gone', async () => {
    const arns = [await create(), await create({ Name: 'second' })];
    await local.grant(grants, 'lambda.amazonaws.com');
    await execute(arns[0] ?? '');
    await local.grant();
    await run('DeleteTable', { DatabaseName: 'plant', TableName: 'rollups' });
    await execute(arns[1] ?? '');
    const described = await Promise.all(arns.map(describeQuery));
    expect(described).toMatchObject([
      { State: 'DISABLED', LastRunSummary: { FailureReason: expect.stringContaining('sts:AssumeRole') } },
      { State: 'DISABLED', LastRunSummary: { FailureReason: 'The table rollups does not exist.' } },
    ]);
  });

  test('with the report itself is said in the run; the schedule goes on', async () => {
    const arn = await create({
      QueryString: `SELECT device, slot - 365d AS slot, mean, n FROM (${hourly})`,
    });
    const { 's3:PutObject': _, ...rest } = grants;
    await local.grant(rest);
    await execute(arn);
    expect(await describeQuery(arn)).toMatchObject({
      State: 'ENABLED',
      LastRunSummary: { FailureReason: expect.stringContaining('not authorized to perform: s3:PutObject') },
    });
  });

  test('the last five failed runs are kept, the latest first', async () => {
    const arn = await create({ QueryString: `SELECT device, slot - 365d AS slot, mean, n FROM (${hourly})` });
    for (let index = 0; index < 7; index += 1) await execute(arn, start + index * 1000);
    const { RecentlyFailedRuns } = (await describeQuery(arn)) as {
      RecentlyFailedRuns: Array<{ InvocationTime: number }>;
    };
    expect(RecentlyFailedRuns.map(({ InvocationTime }) => InvocationTime - start / 1000)).toEqual([6, 5, 4, 3, 2]);
  });
});

describe('a scheduled query is refused', () => {
  test.each<[why: string, given: () => Body, error: string]>([
    ['name', () => ({ Name: 'a b' }), 'Name: it is no name of a scheduled query'],
    [
      'schedule',
      () => ({ ScheduleConfiguration: { ScheduleExpression: 'hourly' } }),
      'this is no schedule expression: hourly',
    ],
    ['query', () => ({ QueryString: 'SELECT nothing FROM "plant"."points"' }), 'The query is not valid'],
    ['parameter', () => ({ QueryString: `${hourly} HAVING count(*) > @least` }), 'The parameter @least has no value'],
    [
      'target table',
      () => ({ TargetConfiguration: target({ TableName: 'none' }) }),
      'The target table plant.none does not exist.',
    ],
    [
      'time column',
      () => ({ TargetConfiguration: target({ TimeColumn: 'mean' }) }),
      'The column mean of the query is DOUBLE, not TIMESTAMP.',
    ],
    [
      'dimension',
      () => ({ TargetConfiguration: target({ DimensionMappings: [{ Name: 'room', DimensionValueType: 'VARCHAR' }] }) }),
      'The query has no column room, which the target configuration names.',
    ],
    [
      'measure without a name',
      () => ({
        TargetConfiguration: target({ MultiMeasureMappings: { MultiMeasureAttributeMappings: [multi('mean')] } }),
      }),
      'MultiMeasureMappings takes its measure name from TargetMultiMeasureName or from MeasureNameColumn',
    ],
    [
      'two kinds of mappings',
      () => ({
        TargetConfiguration: target({ MixedMeasureMappings: [{ MeasureValueType: 'DOUBLE', SourceColumn: 'mean' }] }),
      }),
      'one of MultiMeasureMappings and MixedMeasureMappings is to be given',
    ],
    ['topic', () => ({ NotificationConfiguration: { SnsConfiguration: { TopicArn: `${topicArn}2` } } }), 'sns:Publish'],
    ['bucket', () => ({ ErrorReportConfiguration: { S3Configuration: { BucketName: 'other' } } }), 's3:GetBucketAcl'],
    ['role', () => ({ ScheduledQueryExecutionRoleArn: `${roleArn}2` }), 'sts:AssumeRole'],
    ['key', () => ({ KmsKeyId: 'k' }), 'KmsKeyId is not honoured by the local cloud.'],
    ['tags', () => ({ Tags: [] }), 'Tags is not honoured by the local cloud.'],
  ])('for its %s', async (_, given, error) => {
    const refused = await failure('CreateScheduledQuery', definition(given()));
    expect(refused.error).toMatch(/^ValidationException: /);
    expect(refused.error).toContain(error);
    expect(await run('ListScheduledQueries', {})).toEqual({ ScheduledQueries: [] });
    expect(local.told()).toEqual([]);
  });

  test('for insights that nobody measures', async () => {
    const arn = await create();
    const QueryInsights = { Mode: 'ENABLED_WITH_RATE_CONTROL' };
    expect(
      (await failure('ExecuteScheduledQuery', { ScheduledQueryArn: arn, InvocationTime: 0, QueryInsights })).error,
    ).toContain('QueryInsights.Mode');
  });
});

// AWS: "AWS::Timestream::ScheduledQuery"
describe('a scheduled query of the template', () => {
  const type = 'AWS::Timestream::ScheduledQuery';
  const properties = (more: Body = {}) => {
    const { Name: ScheduledQueryName, ...rest } = definition();
    return { ScheduledQueryName, ...rest, ...more };
  };

  test('is made once, and kept as long as it stays the same', async () => {
    const { ref, attributes } = await local.make(type, properties({ Tags: [], KmsKeyId: 'k', ClientToken: 'c' }));
    expect(attributes).toMatchObject({ Arn: ref, SQName: 'hourly' });
    await execute(ref);
    await local.close();
    local = await open(folder.path, clock);
    await local.grant();
    expect((await local.make(type, properties())).ref).toBe(ref);
    local.listen();
    expect(await describeQuery(ref)).toMatchObject({ LastRunSummary: { RunStatus: 'MANUAL_TRIGGER_SUCCESS' } });
    await local.runAt(start + hour);
    expect(local.told().map((message) => message.attribute)).toEqual([
      'SCHEDULED_QUERY_CREATING',
      'MANUAL_TRIGGER_SUCCESS',
      'AUTO_TRIGGER_SUCCESS',
    ]);
  });

  test('is another one when a property changed, and gone when the template has it no more', async () => {
    const { ref } = await local.make(type, properties());
    const changed = await local.make(
      type,
      properties({ ScheduleConfiguration: { ScheduleExpression: 'rate(2 hours)' } }),
    );
    expect(changed.ref).not.toBe(ref);
    expect((await failure('DescribeScheduledQuery', { ScheduledQueryArn: ref })).error).toContain('ResourceNotFound');
    await local.close();
    local = await open(folder.path, clock);
    local.listen();
    expect(await run('ListScheduledQueries', {})).toEqual({ ScheduledQueries: [] });
  });

  test('has a name when it is given none', async () => {
    const { attributes } = await local.make(type, properties({ ScheduledQueryName: undefined }));
    expect(attributes['SQName']).toBe('Test-Resource-ABC');
  });

  test('that AWS would refuse stops the start', async () => {
    await expect(
      local.make(type, properties({ QueryString: 'SELECT nothing FROM "plant"."points"' })),
    ).rejects.toMatchObject({
      name: 'NotHonoured',
      message: expect.stringContaining('The query is not valid'),
    });
  });
});

// AWS: "Actions, resources, and condition keys for Amazon Timestream"
test('who makes one needs to pass its role', () => {
  expect(local.service.permissions(request('CreateScheduledQuery', definition()))).toEqual([
    { action: 'timestream:CreateScheduledQuery', resource: '*' },
    { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'timestream.amazonaws.com' } },
  ]);
  const ScheduledQueryArn = 'arn:aws:timestream:us-east-1:000000000000:scheduled-query/hourly-1';
  expect(local.service.permissions(request('ExecuteScheduledQuery', { ScheduledQueryArn }))).toEqual([
    { action: 'timestream:ExecuteScheduledQuery', resource: ScheduledQueryArn },
  ]);
});
