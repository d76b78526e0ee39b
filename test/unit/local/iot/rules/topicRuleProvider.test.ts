// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of AWS IoT are what is tested
import { describe, expect, test } from '@jest/globals';
import { topicRuleProvider } from '../../../../../local/iot/rules/topicRuleProvider.ts';
import { refusedProperties } from '../../../../../local/resources/coverage.ts';
import { openRules, role } from './openRules.ts';

const Sqs = { QueueUrl: 'http://127.0.0.1:4566/000000000000/q', RoleArn: role };

function open() {
  const rules = openRules();
  const provider = topicRuleProvider(rules.context, rules.engine);
  const properties = (given: Record<string, unknown>) => ({
    RuleName: 'r',
    TopicRulePayload: { Sql: "SELECT * FROM 'a/#'", AwsIotSqlVersion: '2016-03-23', Actions: [{ Sqs }], ...given },
  });
  const provision = (given: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
    provider.provision({
      stackName: 's',
      logicalId: 'Rule',
      type: provider.type,
      generatedName: 's-Rule-1',
      assets: new Map(),
      properties: { ...properties(given), ...more },
    });
  return { ...rules, provider, properties, provision };
}

/** What a provider throws, or the host's coverage check finds. */
function refusal(
  { provision }: ReturnType<typeof open>,
  given: Record<string, unknown>,
  more: Record<string, unknown> = {},
) {
  try {
    provision(given, more);
    return undefined;
  } catch (error) {
    const { property, message } = error as Error & { property: string };
    return [property, message];
  }
}

// CloudFormation: "AWS::IoT::TopicRule"
describe('AWS::IoT::TopicRule', () => {
  test('becomes a rule, under the names of the API', () => {
    const cloud = open();
    const Republish = { Topic: 'b', RoleArn: role, Qos: 1 };
    expect(
      cloud.provision({
        Actions: [{ Sqs: { ...Sqs, UseBase64: true } }, { Republish }],
        ErrorAction: { Sqs },
        RuleDisabled: true,
      }),
    ).toEqual({
      ref: 'r',
      attributes: { Arn: 'arn:aws:iot:us-east-1:000000000000:rule/r' },
    });
    expect(cloud.engine.rules.get('r')).toMatchObject({
      enabled: false,
      actions: [
        { sqs: { queueUrl: Sqs.QueueUrl, roleArn: role, useBase64: true } },
        { republish: { topic: 'b', roleArn: role, qos: 1 } },
      ],
      errorAction: { sqs: { queueUrl: Sqs.QueueUrl, roleArn: role } },
    });
  });

  test('every honoured action is covered, whole', () => {
    const { provider, properties } = open();
    const Actions = [
      { Sqs: { ...Sqs, UseBase64: false } },
      { Sns: { TargetArn: 't', RoleArn: role, MessageFormat: 'RAW' } },
      { Lambda: { FunctionArn: 'f' } },
      { S3: { BucketName: 'b', Key: 'k', RoleArn: role } },
      { DynamoDBv2: { PutItem: { TableName: 't' }, RoleArn: role } },
      { Republish: { Topic: 't', RoleArn: role, Qos: 0 } },
      {
        Timestream: {
          DatabaseName: 'd',
          TableName: 't',
          RoleArn: role,
          Dimensions: [{ Name: 'n', Value: 'v' }],
          Timestamp: { Unit: 'SECONDS', Value: '1' },
        },
      },
      {
        CloudwatchMetric: {
          MetricName: 'm',
          MetricNamespace: 'n',
          MetricUnit: 'u',
          MetricValue: 'v',
          MetricTimestamp: '1',
          RoleArn: role,
        },
      },
    ];
    const all = properties({ Description: 'd', RuleDisabled: false, Actions, ErrorAction: Actions[0] });
    expect(refusedProperties({ ...all, Tags: [] }, provider)).toEqual([]);
  });

  test.each([
    [{ Actions: [{ Kinesis: { StreamName: 's' } }] }, 'TopicRulePayload.Actions.0.Kinesis'],
    [
      { Actions: [{ S3: { BucketName: 'b', Key: 'k', RoleArn: role, CannedAcl: 'private' } }] },
      'TopicRulePayload.Actions.0.S3.CannedAcl',
    ],
    [
      { Actions: [{ Republish: { Topic: 't', RoleArn: role, Headers: {} } }] },
      'TopicRulePayload.Actions.0.Republish.Headers',
    ],
    [{ ErrorAction: { Http: {} } }, 'TopicRulePayload.ErrorAction.Http'],
  ])('%j is not covered', (given, path) => {
    const { provider, properties } = open();
    expect(refusedProperties(properties(given), provider).map((found) => found.path)).toEqual([path]);
  });

  test.each<[given: Record<string, unknown>, property: string, message: string]>([
    [{ AwsIotSqlVersion: '2015-10-08' }, 'TopicRulePayload.AwsIotSqlVersion', 'only 2016-03-23 is honoured'],
    [
      { Sql: "SELECT aws_lambda('a') AS x FROM 'a'" },
      'TopicRulePayload.Sql',
      'The function aws_lambda() is not honoured',
    ],
    [
      { Actions: [{ Sqs: { ...Sqs, QueueUrl: '${nope()}' } }] },
      'TopicRulePayload.Actions.0.Sqs.QueueUrl',
      'The function nope() is not honoured',
    ],
    [
      { Actions: [{ Republish: { Topic: 't', RoleArn: role, Qos: 2 } }] },
      'TopicRulePayload.Actions.0.Republish.Qos',
      'Invalid input',
    ],
    [
      { ErrorAction: { Sqs: { ...Sqs, RoleArn: 'r' } } },
      'TopicRulePayload.ErrorAction.Sqs.RoleArn',
      'not the ARN of a role',
    ],
    [
      { Actions: [{ DynamoDBv2: { PutItem: { TableName: 't' }, RoleArn: role } }] },
      'TopicRulePayload.Actions.0.DynamoDBv2',
      'the local cloud has no dynamodb',
    ],
  ])('%j is refused', (given, property, message) => {
    expect(refusal(open(), given)).toEqual([property, expect.stringContaining(message)]);
  });

  test('a rule without a name gets one that AWS takes; other names are refused', () => {
    expect(open().provision({}, { RuleName: undefined })).toMatchObject({ ref: 's_Rule_1' });
    expect(refusal(open(), {}, { RuleName: 'my-rule' })).toEqual(['RuleName', expect.stringContaining('my-rule')]);
  });
});
