// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of AWS IoT are what is tested
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openRules, openServices, type Rules, role, rule, sqs } from './openRules.ts';

type Failures = Array<{ failedAction: string; failedResource: string; errorMessage: string }>;
const failuresOf = ({ sent }: Rules): Failures =>
  sent.flatMap(([queue, body]) => (queue === 'errors' ? JSON.parse(body).failures : []));

describe('an action', () => {
  let rules: Rules;
  const run = async (action: Record<string, unknown>, payload: unknown, sql = "SELECT * FROM 'a/#'") => {
    rules.engine.put(rule({ sql, actions: [action], errorAction: sqs('errors') }));
    await rules.publish('a/b', payload);
  };

  beforeEach(() => {
    rules = openRules();
  });

  // AWS: "SQS" (rule actions)
  describe('sqs', () => {
    test.each<[sql: string, payload: unknown, given: Record<string, unknown>, body: string]>([
      ["SELECT * FROM 'a/#'", { t: 1 }, {}, '{"t":1}'],
      ["SELECT * FROM 'a/#'", { t: 1 }, { useBase64: true }, 'eyJ0IjoxfQ=='],
      ["SELECT * FROM 'a/#'", Buffer.from('plain'), {}, 'plain'],
      ["SELECT * FROM 'a/#'", Buffer.from([0xff, 0x00]), { useBase64: true }, '/wA='],
      ["SELECT * FROM 'a/#'", null, {}, 'null'],
      ["SELECT VALUE color FROM 'a/#'", { color: 'red' }, {}, '"red"'],
      ["SELECT missing FROM 'a/#'", {}, {}, '{}'],
    ])('%s of %j sends %j', async (sql, payload, given, body) => {
      await run(sqs('q', given), payload, sql);
      expect(rules.sent).toEqual([['q', body]]);
    });

    test('a message without a body is refused', async () => {
      await run(sqs('q'), {}, "SELECT VALUE missing FROM 'a/#'");
      expect(failuresOf(rules)).toEqual([
        expect.objectContaining({ errorMessage: 'The request must contain the parameter MessageBody.' }),
      ]);
    });
  });

  test('the role must let the rules engine take it', async () => {
    await run(sqs('q', { roleArn: 'arn:aws:iam::000000000000:role/other' }), {});
    rules.engine.put(
      rule({ actions: [sqs('q', { roleArn: 'arn:aws:iam::000000000000:role/other' })], errorAction: sqs('errors') }),
    );
    expect(failuresOf(rules)).toEqual([
      expect.objectContaining({
        errorMessage:
          'iot.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/other',
      }),
    ]);
  });

  // AWS: "SNS" (rule actions)
  describe('sns', () => {
    const targetArn = 'arn:aws:sns:us-east-1:000000000000:${topic(2)}';

    test.each<[given: Record<string, unknown>, message: Record<string, string>]>([
      [{}, {}],
      [{ messageFormat: 'RAW' }, {}],
      [{ messageFormat: 'JSON' }, { MessageStructure: 'json' }],
    ])('with %j', async (given, message) => {
      await run({ sns: { targetArn, roleArn: role, ...given } }, { default: 'x' });
      expect(rules.notified).toEqual([
        {
          Action: 'Publish',
          Version: '2010-03-31',
          TopicArn: 'arn:aws:sns:us-east-1:000000000000:b',
          Message: '{"default":"x"}',
          ...message,
        },
      ]);
    });

    test('needs the permission of its role', async () => {
      rules.denied.add('sns:Publish arn:aws:sns:us-east-1:000000000000:b');
      await run({ sns: { targetArn, roleArn: role } }, {});
      expect(rules.notified).toEqual([]);
      expect(failuresOf(rules)).toEqual([
        {
          failedAction: 'SnsAction',
          failedResource: 'arn:aws:sns:us-east-1:000000000000:b',
          errorMessage: expect.stringContaining('sns:Publish'),
        },
      ]);
    });
  });

  // AWS: "Lambda" (rule actions)
  describe('lambda', () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:';

    test('hands the payload to the function and does not wait for it', async () => {
      await run({ lambda: { functionArn: `${arn}\${f}` } }, { f: 'allowed' });
      expect(rules.invoked).toEqual([[`${arn}allowed`, { f: 'allowed' }]]);
    });

    test.each<[functionName: string, payload: unknown, message: string]>([
      ['other', {}, `iot.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${arn}other`],
      ['allowed', Buffer.from([0xff]), 'A function takes JSON'],
    ])('%s with %j fails', async (functionName, payload, message) => {
      await run({ lambda: { functionArn: arn + functionName } }, payload);
      expect(rules.invoked).toEqual([]);
      expect(failuresOf(rules)).toEqual([
        {
          failedAction: 'LambdaAction',
          failedResource: arn + functionName,
          errorMessage: expect.stringContaining(message),
        },
      ]);
    });
  });

  // AWS: "Republish" (rule actions)
  describe('republish', () => {
    test.each<[topic: string, given: Record<string, unknown>, target: string, qos: number]>([
      ['${topic()}/republish', {}, 'a/b/republish', 0],
      ['$$aws/things/${clientid()}/shadow/update', { qos: 1 }, '$aws/things/a1/shadow/update', 1],
      ['device/${device_id}', {}, 'device/7', 0],
    ])('to %s', async (topic, given, target, qos) => {
      await run({ republish: { topic, roleArn: role, ...given } }, { device_id: 7 });
      expect(rules.republished).toEqual([[target, '{"device_id":7}', { qos, retain: false }]]);
    });

    test.each<[topic: string, message: string]>([
      ['a/#', "'a/#' is not a topic"],
      ['${missing}', "'' is not a topic"],
      ['$$aws/things/a/jobs/get', 'not republished to the topics of jobs'],
      ['denied', 'iot:Publish on resource: arn:aws:iot:us-east-1:000000000000:topic/denied'],
    ])('to %s fails', async (topic, message) => {
      rules.denied.add('iot:Publish arn:aws:iot:us-east-1:000000000000:topic/denied');
      await run({ republish: { topic, roleArn: role } }, {});
      expect(rules.republished).toEqual([]);
      expect(failuresOf(rules)[0]?.errorMessage).toContain(message);
    });

    test('bytes go on as they are', async () => {
      const payloads: Buffer[] = [];
      rules = openRules({ publish: async (_, payload) => void payloads.push(payload) });
      await run({ republish: { topic: 'b', roleArn: role } }, Buffer.from([0xff, 0x00]));
      expect(payloads).toEqual([Buffer.from([0xff, 0x00])]);
    });
  });

  // AWS: "CloudWatch metrics" (rule actions), "PutMetricData"
  describe('cloudwatchMetric', () => {
    const metric = (given: Record<string, unknown> = {}) => ({
      cloudwatchMetric: {
        metricName: '${topic()}',
        metricNamespace: '${namespace}',
        metricUnit: '${unit}',
        metricValue: '${value}',
        roleArn: role,
        ...given,
      },
    });
    const count = { namespace: 'Iot', unit: 'Count', value: 3 };

    test('adds the value to the minute of its metric', async () => {
      const time = Math.floor(Date.now() / 1000) - 3600;
      await run(metric({ metricTimestamp: String(time) }), count);
      await rules.publish('a/b', { ...count, value: 5 });
      expect(rules.metrics.read('Iot', 'a/b', 0, Date.now())).toEqual([
        { time: Math.floor(time / 60) * 60_000, unit: 'Count', count: 2, sum: 8, minimum: 3, maximum: 5 },
      ]);
    });

    test.each<[payload: Record<string, unknown>, given: Record<string, unknown>, message: string]>([
      [{ ...count, value: 'many' }, {}, "The metric's value 'many' is not a number"],
      [{ ...count, value: undefined }, {}, "The metric's value '' is not a number"],
      [{ ...count, unit: 'Apples' }, {}, "'Apples' is not a unit of CloudWatch"],
      [{ ...count, namespace: '' }, {}, "'' is not a namespace of metrics"],
      [count, { metricName: '${missing}' }, "'' is not the name of a metric"],
      [count, { metricTimestamp: '1456821314' }, 'at most two weeks back'],
      [{ ...count, namespace: 'Denied' }, {}, 'cloudwatch:PutMetricData on resource: *'],
    ])('%j with %j fails', async (payload, given, message) => {
      rules = openRules({
        access: {
          isAllowed: (_, action, __, keys) =>
            action !== 'cloudwatch:PutMetricData' || keys?.['cloudwatch:namespace'] !== 'Denied',
        },
      });
      await run(metric(given), payload);
      expect(failuresOf(rules)).toEqual([
        {
          failedAction: 'CloudwatchMetricAction',
          failedResource: expect.any(String),
          errorMessage: expect.stringContaining(message),
        },
      ]);
    });
  });
});

describe('an action on a service of this cloud', () => {
  let cloud: Awaited<ReturnType<typeof openServices>>;
  const run = async (action: Record<string, unknown>, payload: unknown, sql = "SELECT * FROM 'a/#'") => {
    cloud.sent.length = 0;
    cloud.engine.put(rule({ sql, actions: [action], errorAction: sqs('errors') }));
    await cloud.publish('a/b', payload);
    return failuresOf(cloud);
  };

  beforeAll(async () => {
    cloud = await openServices();
  });
  afterAll(() => cloud.close());

  // AWS: "DynamoDBv2" (rule actions)
  describe('dynamoDBv2', () => {
    const put = (tableName = 'devices') => ({ dynamoDBv2: { putItem: { tableName }, roleArn: role } });

    test('makes an attribute of each member, in this turn', async () => {
      cloud.engine.put(rule({ actions: [put('${table}')] }));
      const payload = {
        id: 'd1',
        table: 'devices',
        t: 21.5,
        n: 3,
        on: true,
        none: null,
        list: [1, 'a'],
        map: { x: '7' },
      };
      expect(cloud.publish('a/b', payload)).toBeUndefined();
      expect(await cloud.item('d1')).toEqual({
        id: { S: 'd1' },
        table: { S: 'devices' },
        t: { N: '21.5' },
        n: { N: '3' },
        on: { BOOL: true },
        none: { NULL: true },
        list: { L: [{ N: '1' }, { S: 'a' }] },
        map: { M: { x: { S: '7' } } },
      });
    });

    test.each<[payload: unknown, table: string, message: string]>([
      [{ t: 1 }, 'devices', 'id'],
      [{ id: 'x' }, 'unknown', 'not found'],
      [[1], 'devices', 'The item to put is not a JSON object'],
      [Buffer.from([0xff]), 'devices', 'The item to put is not a JSON object'],
    ])('%j to %s fails', async (payload, table, message) => {
      expect(await run(put(table), payload)).toEqual([
        { failedAction: 'DynamoDBv2Action', failedResource: table, errorMessage: expect.stringContaining(message) },
      ]);
    });

    test('needs the permission of its role', async () => {
      cloud.denied.add('dynamodb:PutItem arn:aws:dynamodb:us-east-1:000000000000:table/devices');
      expect((await run(put(), { id: 'd2' }))[0]?.errorMessage).toContain(
        'not authorized to perform: dynamodb:PutItem',
      );
      expect(await cloud.item('d2')).toBeUndefined();
      cloud.denied.clear();
    });
  });

  // AWS: "S3" (rule actions)
  describe('s3', () => {
    const put = (given: Record<string, unknown> = {}) => ({
      s3: { bucketName: 'messages', key: "${topic()}/${clientid() + ' ü'}", roleArn: role, ...given },
    });

    test('writes the payload under its key', async () => {
      expect(await run(put(), { t: 1 })).toEqual([]);
      expect(await cloud.object('a/b/a1%20%C3%BC')).toBe('{"t":1}');
    });

    test('writes bytes as they are', async () => {
      await run(put({ key: 'raw' }), Buffer.from('plain'));
      expect(await cloud.object('raw')).toBe('plain');
    });

    test('a bucket that is not there, or not for the role, fails', async () => {
      expect(await run(put({ bucketName: 'nowhere' }), {})).toEqual([
        {
          failedAction: 'S3Action',
          failedResource: 'nowhere',
          errorMessage: expect.stringContaining('does not exist'),
        },
      ]);
      cloud.denied.add('s3:PutObject arn:aws:s3:::messages/denied');
      expect((await run(put({ key: 'denied' }), {}))[0]?.errorMessage).toContain('s3:PutObject');
      cloud.denied.clear();
    });

    test('a canned ACL is refused', () => {
      expect(() => cloud.engine.put(rule({ actions: [put({ cannedAcl: 'public-read' })] }))).toThrow(
        'Unrecognized key: "cannedAcl"',
      );
    });
  });

  // AWS: "Timestream" (rule actions), with the example of that page
  describe('timestream', () => {
    const write = (given: Record<string, unknown> = {}) => ({
      timestream: {
        roleArn: role,
        databaseName: 'db',
        tableName: 'points',
        dimensions: [
          { name: 'device_id', value: '${clientId()}' },
          { name: 'device_firmware_sku', value: 'My Static Metadata' },
        ],
        ...given,
      },
    });

    test('writes a record for each attribute, of the type that its value shows', async () => {
      const payload = {
        boolean_value: true,
        integer_value: 123456789012,
        double_value: 123.456789012,
        string_value: 'String value',
        integer_value_as_string: '123456789012',
        array_of_integers: [23, 36],
        complex_value: { simple_element: 42 },
      };
      expect(await run(write(), payload)).toEqual([]);
      const columns = [
        'device_id',
        'device_firmware_sku',
        'measure_name',
        '"measure_value::bigint"',
        '"measure_value::varchar"',
        '"measure_value::double"',
        '"measure_value::boolean"',
      ];
      const { Rows } = await cloud.query(`SELECT ${columns.join(', ')} FROM "db"."points" ORDER BY measure_name`);
      const rows = Rows.map(({ Data }: { Data: Array<{ ScalarValue?: string }> }) =>
        Data.map(({ ScalarValue = null }) => ScalarValue),
      );
      const row = (name: string, ...typed: Array<string | null>) => ['a1', 'My Static Metadata', name, ...typed];
      expect(rows).toEqual([
        row('array_of_integers', null, '[23,36]', null, null),
        row('boolean_value', null, null, null, 'true'),
        row('complex_value', null, '{"simple_element":42}', null, null),
        row('double_value', null, null, '123.456789012', null),
        row('integer_value', '123456789012', null, null, null),
        row('integer_value_as_string', null, '123456789012', null, null),
        row('string_value', null, 'String value', null, null),
      ]);
    });

    test('takes its time from a template', async () => {
      const time = Math.floor(Date.now() / 1000) - 60;
      const timestamp = { value: "${time_to_epoch(at, 'yyyy-MM-dd HH:mm:ss') / 1000}", unit: 'SECONDS' };
      const at = new Date(time * 1000).toISOString().replace('T', ' ').slice(0, 19);
      expect(await run(write({ timestamp }), { at, m: 1 }, "SELECT m FROM 'a/#'")).toEqual([]);
      const { Rows } = await cloud.query(`SELECT time FROM "db"."points" WHERE measure_name = 'm'`);
      expect(Rows[0].Data[0].ScalarValue).toBe(`${at}.000000000`);
    });

    test.each<[payload: unknown, given: Record<string, unknown>, message: string]>([
      [{ n: null }, {}, 'The attribute n is null'],
      [[1], {}, 'not a JSON object'],
      [{}, {}, 'records'],
      [Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`m${index}`, 1])), {}, 'More than 100 values'],
      [{ m: 1 }, { timestamp: { value: '1', unit: 'SECONDS' } }, 'One or more records have been rejected'],
      [{ m: 1 }, { dimensions: [{ name: 'd', value: '${missing}' }] }, 'One or more records have been rejected'],
      [{ m: 1 }, { tableName: 'nowhere' }, 'does not exist'],
    ])('%j with %j fails', async (payload, given, message) => {
      expect(await run(write(given), payload)).toEqual([
        {
          failedAction: 'TimestreamAction',
          failedResource: String(given['tableName'] ?? 'points'),
          errorMessage: expect.stringContaining(message),
        },
      ]);
    });

    test.each([
      ['timestream:WriteRecords', 'arn:aws:timestream:us-east-1:000000000000:database/db/table/points'],
      ['timestream:DescribeEndpoints', '*'],
    ])('its role needs %s', async (action, resource) => {
      cloud.denied.add(`${action} ${resource}`);
      expect((await run(write(), { m: 2 }))[0]?.errorMessage).toContain(action);
      cloud.denied.clear();
    });
  });
});
