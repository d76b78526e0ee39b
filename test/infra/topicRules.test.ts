import { describe, expect, test } from '@jest/globals';
import { ComposedApp } from './composedApp.ts';

const app = new ComposedApp();
const rules = app.resources('AWS::IoT::TopicRule').map(({ properties }) => ({
  name: properties.RuleName,
  ...properties.TopicRulePayload,
}));
const roleOf = (action: { Sqs: { RoleArn: string } }) => app.text(action.Sqs.RoleArn).replace(/^\{|\}$/g, '');
const queueOf = (action: { Sqs: { QueueUrl: string } }) => app.text(action.Sqs.QueueUrl);

describe.each(rules)('topic rule $name', (rule) => {
  const actions = [...rule.Actions, rule.ErrorAction];

  test('says what it is for and which SQL it is written in', () => {
    expect(rule.Description).toMatch(/\w{3}/);
    expect(rule.AwsIotSqlVersion).toBe('2016-03-23');
    expect(rule.RuleDisabled).not.toBe(true);
  });

  test('sends what it cannot deliver to a queue that a function consumes', () => {
    const consumed = app
      .resources('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => app.text(properties.EventSourceArn));
    expect(rule.ErrorAction).toBeDefined();
    expect(consumed).toContain(queueOf(rule.ErrorAction));
    expect(rule.Actions.map(queueOf)).not.toContain(queueOf(rule.ErrorAction));
  });

  test('has for each action a role of its own, which may send to that queue and do nothing else', () => {
    expect(new Set(actions.map(roleOf)).size).toBe(actions.length);
    for (const action of actions) {
      expect(app.permissions(roleOf(action))).toEqual([`sqs:SendMessage on ${queueOf(action)}`]);
    }
  });

  test('takes the identity of a device from the broker', () => {
    expect(rule.Sql).toMatch(/topic\([35]\) AS deviceId,.* clientid\(\) AS clientId, principal\(\) AS principal/);
  });
});

test('a role of a rule is assumed by AWS IoT only', () => {
  const roles = app.resources('AWS::IAM::Role').filter(({ name }) => name.startsWith('TelemetryRule'));
  expect(roles).toHaveLength(2);
  for (const { properties } of roles) {
    expect(properties.AssumeRolePolicyDocument.Statement).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' } },
    ]);
  }
});
