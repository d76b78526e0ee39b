// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies and of Fn::Sub are written so.
import { describe, expect, test } from '@jest/globals';
import type { StackTemplate } from '../../../../local/assembly/assembly.ts';
import { evaluateCondition, resolveIntrinsics, type Scope } from '../../../../local/assembly/intrinsics.ts';

const isProduction = { 'Fn::Equals': [{ Ref: 'Stage' }, 'production'] };
const stack: StackTemplate = {
  stackName: 'Data',
  resources: { Queue: { Type: 'AWS::SQS::Queue' } },
  outputs: {},
  conditions: {
    Production: isProduction,
    Test: { 'Fn::Not': [{ Condition: 'Production' }] },
    Both: { 'Fn::And': [{ Condition: 'Test' }, { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }] },
    Either: { 'Fn::Or': [{ Condition: 'Production' }, { 'Fn::Equals': ['a', 'b'] }] },
    Odd: { 'Fn::Contains': [['a'], 'a'] },
  },
  mappings: { Sizes: { 'us-east-1': { memory: 512 } } },
  parameters: { Stage: 'test' },
  assets: new Map(),
};
const scope: Scope = {
  stack,
  pseudo: {
    'AWS::Region': 'us-east-1',
    'AWS::AccountId': '000000000000',
    'AWS::Partition': 'aws',
    'AWS::StackName': 'Data',
  },
  resources: new Map([
    [
      'Queue',
      {
        ref: 'http://queue',
        attributes: { Arn: 'arn:aws:sqs:us-east-1:000000000000:queue', 'Endpoint.Address': 'db.local' },
      },
    ],
  ]),
  exports: new Map<string, unknown>([['Data:QueueArn', 'arn:exported']]),
};

// AWS: "Intrinsic function reference", "Pseudo parameters reference", "Condition functions"
describe('an intrinsic function', () => {
  test.each<[value: unknown, resolved: unknown]>([
    [{ Ref: 'Queue' }, 'http://queue'],
    [{ Ref: 'Stage' }, 'test'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:queue'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, 'arn:aws:sqs:us-east-1:000000000000:queue'],
    [{ 'Fn::GetAtt': ['Queue', 'Endpoint.Address'] }, 'db.local'],
    [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::', { Ref: 'Stage' }]] }, 'arn:aws:s3:::test'],
    [{ 'Fn::Join': [',', { 'Fn::Split': [':', 'a:b:c'] }] }, 'a,b,c'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
    [
      { 'Fn::Sub': 'arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:client/${!iot:ClientId}' },
      'arn:aws:iot:us-east-1:000000000000:client/${iot:ClientId}',
    ],
    [{ 'Fn::Sub': '${Queue} ${Queue.Arn}' }, 'http://queue arn:aws:sqs:us-east-1:000000000000:queue'],
    [{ 'Fn::Sub': ['${Name}-${Stage}', { Name: { Ref: 'AWS::StackName' } }] }, 'Data-test'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::Select': ['0', ['a', 'b']] }, 'a'],
    [{ 'Fn::Split': ['|', { 'Fn::Sub': '${Stage}|x' }] }, ['test', 'x']],
    [{ 'Fn::Base64': 'hi' }, 'aGk='],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] }, 512],
    [{ 'Fn::If': ['Production', 'big', 'small'] }, 'small'],
    [{ 'Fn::If': ['Test', { Ref: 'Stage' }, { Ref: 'Nowhere' }] }, 'test'],
    [{ 'Fn::ImportValue': 'Data:QueueArn' }, 'arn:exported'],
    [{ 'Fn::ImportValue': { 'Fn::Sub': '${AWS::StackName}:QueueArn' } }, 'arn:exported'],
    [{ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }, 2] }, { b: [1, 2] }],
    [{ a: { 'Fn::If': ['Production', 'x', { Ref: 'AWS::NoValue' }] } }, {}],
    [{ Ref: 'AWS::NoValue' }, undefined],
    [
      { Statement: [{ Condition: { Bool: { a: 'true' } } }], n: 1, no: null, yes: true },
      { Statement: [{ Condition: { Bool: { a: 'true' } } }], n: 1, no: null, yes: true },
    ],
  ])('%j resolves to %j', (value, resolved) => {
    expect(resolveIntrinsics(value, scope)).toEqual(resolved);
  });

  test.each<[condition: string, holds: boolean]>([
    ['Production', false],
    ['Test', true],
    ['Both', true],
    ['Either', false],
  ])('the condition %s is %j', (condition, holds) => {
    expect(evaluateCondition(condition, scope)).toBe(holds);
  });

  test.each<[value: unknown, message: string]>([
    [{ Ref: 'Nowhere' }, 'Ref Nowhere: there is no such resource, parameter or pseudo parameter.'],
    [{ 'Fn::GetAtt': ['Nowhere', 'Arn'] }, 'Fn::GetAtt Nowhere.Arn: there is no such resource.'],
    [{ 'Fn::GetAtt': ['Queue', 'Colour'] }, 'Fn::GetAtt Queue.Colour: this attribute is not honoured.'],
    [{ 'Fn::Sub': '${Nowhere}' }, 'Ref Nowhere: there is no such resource'],
    [{ 'Fn::Sub': '${Queue.Colour}' }, 'Fn::GetAtt Queue.Colour: this attribute is not honoured.'],
    [{ 'Fn::Select': [2, ['a', 'b']] }, 'Fn::Select: there is no item 2.'],
    [
      { 'Fn::FindInMap': ['Sizes', 'eu-west-1', 'memory'] },
      'Fn::FindInMap: Sizes/eu-west-1/memory is not in the mappings.',
    ],
    [{ 'Fn::If': ['Nowhere', 1, 2] }, 'Condition Nowhere is not in the template.'],
    [{ 'Fn::If': ['Odd', 1, 2] }, 'Condition function Fn::Contains is not honoured.'],
    [{ 'Fn::ImportValue': 'Data:Nothing' }, "No stack exports 'Data:Nothing'."],
    [{ 'Fn::GetAZs': '' }, 'Intrinsic function Fn::GetAZs is not honoured.'],
  ])('%j is refused by name', (value, message) => {
    expect(() => resolveIntrinsics(value, scope)).toThrow(message);
  });
});
