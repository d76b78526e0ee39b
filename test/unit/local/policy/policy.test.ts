// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies and of Fn::Sub are written so.
import { describe, expect, test } from '@jest/globals';
import { type Decision, evaluate } from '../../../../local/policy/evaluate.ts';
import { parsePolicy } from '../../../../local/policy/policyDocument.ts';

type Given = Record<string, unknown>;
type Context = Record<string, string | readonly string[]>;

const policy = (...statements: Given[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (given: Given) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...given });
const deny = (given: Given) => ({ ...allow(given), Effect: 'Deny' });
const decide = (statements: Given[], action: string, resource = '*', context: Context = {}): Decision =>
  evaluate(parsePolicy(policy(...statements)), { action, resource, context });

// AWS: "Policy evaluation logic"
describe('a decision', () => {
  const put = 's3:PutObject';
  test.each<[title: string, statements: Given[], decision: Decision]>([
    ['what nothing allows is denied', [allow({ Action: 's3:GetObject' })], 'implicitDeny'],
    ['no statement allows nothing', [], 'implicitDeny'],
    ['one allow is enough', [allow({ Action: 's3:GetObject' }), allow({ Action: put })], 'allowed'],
    ['a deny wins over an allow before it', [allow({ Action: put }), deny({ Action: put })], 'explicitDeny'],
    ['a deny wins over an allow after it', [deny({ Action: put }), allow({ Action: put })], 'explicitDeny'],
    ['a deny of something else does nothing', [deny({ Action: 's3:GetObject' }), allow({ Action: put })], 'allowed'],
    [
      'a deny whose condition fails does nothing',
      [deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }), allow({})],
      'allowed',
    ],
  ])('%s', (_, statements, decision) => {
    expect(decide(statements, put, 'arn:aws:s3:::bucket/a', { 'aws:SecureTransport': 'true' })).toBe(decision);
  });
});

// AWS: "IAM JSON policy elements: Action", "… NotAction", "… Resource", "… NotResource"
describe('an element', () => {
  test.each<[element: Given, action: string, resource: string, matches: boolean]>([
    [{ Action: 'sqs:SendMessage' }, 'sqs:SendMessage', 'a', true],
    [{ Action: 'SQS:sendmessage' }, 'sqs:SendMessage', 'a', true],
    [{ Action: ['sqs:Receive*', 'sqs:Send*'] }, 'sqs:SendMessage', 'a', true],
    [{ Action: 'sqs:Send' }, 'sqs:SendMessage', 'a', false],
    [{ Action: 'sqs:?endMessage' }, 'sqs:SendMessage', 'a', true],
    [{ Action: 'sqs:?SendMessage' }, 'sqs:SendMessage', 'a', false],
    [{ Action: undefined, NotAction: 'iam:*' }, 'sqs:SendMessage', 'a', true],
    [{ Action: undefined, NotAction: ['iam:*', 'sqs:*'] }, 'sqs:SendMessage', 'a', false],
    [{ Resource: 'arn:aws:s3:::bucket/*' }, 's3:GetObject', 'arn:aws:s3:::bucket/a/b.json', true],
    [{ Resource: 'arn:aws:s3:::bucket/*' }, 's3:GetObject', 'arn:aws:s3:::bucket', false],
    [{ Resource: 'arn:aws:s3:::bucket/?' }, 's3:GetObject', 'arn:aws:s3:::bucket/ab', false],
    [{ Resource: 'arn:aws:s3:::Bucket' }, 's3:GetObject', 'arn:aws:s3:::bucket', false],
    [{ Resource: 'arn:aws:s3:::a.b' }, 's3:GetObject', 'arn:aws:s3:::axb', false],
    [{ Resource: undefined, NotResource: 'arn:aws:s3:::secret/*' }, 's3:GetObject', 'arn:aws:s3:::bucket/a', true],
    [{ Resource: undefined, NotResource: 'arn:aws:s3:::secret/*' }, 's3:GetObject', 'arn:aws:s3:::secret/a', false],
  ])('%j on %s of %s: %j', (element, action, resource, matches) => {
    const statement = Object.fromEntries(Object.entries(allow(element)).filter(([, value]) => value !== undefined));
    expect(decide([statement], action, resource) === 'allowed').toBe(matches);
  });
});

// AWS: "IAM JSON policy elements: Condition operators", "Set operators for multivalued context keys"
describe('a condition', () => {
  const none: Context = {};
  test.each<[condition: Given, context: Context, holds: boolean]>([
    [{ StringEquals: { 'aws:PrincipalTag/team': 'Blue' } }, { 'aws:PrincipalTag/team': 'Blue' }, true],
    [{ StringEquals: { 'AWS:principaltag/TEAM': 'Blue' } }, { 'aws:PrincipalTag/team': 'Blue' }, true],
    [{ StringEquals: { k: 'Blue' } }, { k: 'blue' }, false],
    [{ StringEquals: { k: ['red', 'blue'] } }, { k: 'blue' }, true],
    [{ StringEquals: { k: 'bl*' } }, { k: 'blue' }, false],
    [{ StringEquals: { k: 'blue' } }, none, false],
    [{ StringNotEquals: { k: ['red', 'blue'] } }, { k: 'blue' }, false],
    [{ StringNotEquals: { k: ['red', 'blue'] } }, { k: 'green' }, true],
    [{ StringNotEquals: { k: 'blue' } }, none, true],
    [{ StringEqualsIgnoreCase: { k: 'BLUE' } }, { k: 'blue' }, true],
    [{ StringNotEqualsIgnoreCase: { k: 'BLUE' } }, { k: 'blue' }, false],
    [{ StringLike: { k: 'a?c*' } }, { k: 'abcdef' }, true],
    [{ StringLike: { k: 'a?c' } }, { k: 'ac' }, false],
    [{ StringNotLike: { k: 'a*' } }, { k: 'abc' }, false],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'true' }, false],
    [{ Bool: { 'aws:SecureTransport': true } }, { 'aws:SecureTransport': 'true' }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, none, false],
    [{ Null: { k: 'true' } }, none, true],
    [{ Null: { k: true } }, { k: 'a' }, false],
    [{ Null: { k: 'false' } }, { k: 'a' }, true],
    [{ Null: { k: 'false' } }, { k: [] }, false],
    [{ NumericLessThan: { k: '10' } }, { k: '9' }, true],
    [{ NumericGreaterThan: { k: '10' } }, { k: '9' }, false],
    [{ NumericEquals: { k: 10 } }, { k: '10.0' }, true],
    [{ StringEqualsIfExists: { k: 'a' } }, none, true],
    [{ StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    [{ BoolIfExists: { k: 'true' } }, none, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, { k: ['b', 'c'] }, true],
    [{ 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, { k: ['c'] }, false],
    [{ 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, none, false],
    [{ 'ForAnyValue:StringNotEquals': { k: ['a'] } }, none, false],
    [{ 'ForAnyValue:StringLike': { k: ['a*'] } }, { k: ['b', 'ab'] }, true],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'b'] }, true],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: ['a', 'c'] }, false],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, none, true],
    [{ 'ForAllValues:StringEquals': { k: ['a', 'b'] } }, { k: [] }, true],
    [
      { ArnLike: { 'aws:SourceArn': 'arn:aws:iot:*:*:rule/telemetry' } },
      { 'aws:SourceArn': 'arn:aws:iot:us-east-1:1:rule/telemetry' },
      true,
    ],
    [
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:execute-api:us-east-1:1:api/*/GET/devices/*' } },
      { 'aws:SourceArn': 'arn:aws:execute-api:us-east-1:1:api/live/GET/devices/a:b' },
      true,
    ],
    [
      { ArnLike: { 'aws:SourceArn': 'arn:aws:*:rule/telemetry' } },
      { 'aws:SourceArn': 'arn:aws:iot:us-east-1:1:rule/telemetry' },
      false,
    ],
    [{ ArnNotLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, { 'aws:SourceArn': 'arn:aws:s3:::bucket' }, false],
    [{ StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'c' }, false],
    [{ StringEquals: { k: 'a' }, Bool: { l: 'true' } }, { k: 'a', l: 'true' }, true],
  ])('%j with %j: %j', (condition, context, holds) => {
    expect(decide([allow({ Condition: condition })], 'a:b', '*', context) === 'allowed').toBe(holds);
  });
});

// AWS: "IAM policy elements: Variables and tags"
describe('a policy variable', () => {
  const bucket = (name: string) => `arn:aws:s3:::${name}`;
  test.each<[resource: string, context: Context, asked: string, matches: boolean]>([
    ['user/${aws:username}', { 'aws:username': 'ann' }, 'user/ann', true],
    ['user/${AWS:UserName}', { 'aws:username': 'ann' }, 'user/ann', true],
    ['user/${aws:username}', { 'aws:username': 'ann' }, 'user/bob', false],
    ['user/${aws:username}', {}, 'user/', false],
    ['user/${aws:username}', { 'aws:username': ['ann'] }, 'user/ann', false],
    ['user/${aws:username}', { 'aws:username': '*' }, 'user/bob', false],
    ['user/${aws:username}', { 'aws:username': '*' }, 'user/*', true],
    ['user/${aws:username}', { 'aws:username': 'a.b' }, 'user/axb', false],
    ["team-${aws:PrincipalTag/team, 'company-wide'}", {}, 'team-company-wide', true],
    ["team-${aws:PrincipalTag/team, 'company-wide'}", { 'aws:PrincipalTag/team': 'yellow' }, 'team-yellow', true],
    [
      "team-${aws:PrincipalTag/team, 'company-wide'}",
      { 'aws:PrincipalTag/team': 'yellow' },
      'team-company-wide',
      false,
    ],
    ['a${*}b', {}, 'a*b', true],
    ['a${*}b', {}, 'axb', false],
    ['a${?}b', {}, 'axb', false],
    ['a${$}b', {}, 'a$b', true],
  ])('%s with %j on %s: %j', (resource, context, asked, matches) => {
    expect(decide([allow({ Resource: bucket(resource) })], 's3:GetObject', bucket(asked), context) === 'allowed').toBe(
      matches,
    );
  });

  test('without a value is neither equal nor like anything, so that a negated operator holds', () => {
    const unless = { StringNotEquals: { 's3:ExistingObjectTag/Team': '${aws:PrincipalTag/Team}' } };
    const tagged = { 's3:ExistingObjectTag/Team': 'blue' };
    expect(decide([allow({}), deny({ Condition: unless })], 's3:GetObject', '*', tagged)).toBe('explicitDeny');
    expect(
      decide([allow({}), deny({ Condition: unless })], 's3:GetObject', '*', {
        ...tagged,
        'aws:PrincipalTag/Team': 'blue',
      }),
    ).toBe('allowed');
    expect(
      decide(
        [allow({ Condition: { StringLike: { 's3:ExistingObjectTag/Team': '${aws:PrincipalTag/Team}' } } })],
        's3:GetObject',
        '*',
        tagged,
      ),
    ).toBe('implicitDeny');
  });

  test('without a value keeps NotResource from sparing anything', () => {
    const statement = { Effect: 'Deny', Action: '*', NotResource: bucket('${aws:username}') };
    expect(decide([statement], 's3:GetObject', bucket('ann'))).toBe('explicitDeny');
  });

  test('stands in a condition too', () => {
    const own = allow({ Condition: { StringLike: { 's3:prefix': '${aws:username}/*' } } });
    expect(decide([own], 's3:ListBucket', '*', { 'aws:username': 'ann', 's3:prefix': 'ann/photos' })).toBe('allowed');
    expect(decide([own], 's3:ListBucket', '*', { 'aws:username': '*', 's3:prefix': 'ann/photos' })).toBe(
      'implicitDeny',
    );
  });
});

// AWS: "Publish/Subscribe policy examples" (Using wildcard characters in MQTT and AWS IoT Core policies), "Basic AWS IoT Core policy variables"
describe('a policy of AWS IoT', () => {
  const arn = (kind: string, name: string) => `arn:aws:iot:us-east-1:000000000000:${kind}/${name}`;
  const thing: Context = {
    'iot:ClientId': 'a1',
    'iot:Connection.Thing.ThingName': 'a1',
    'iot:Connection.Thing.IsAttached': 'true',
  };

  test.each<[action: string, resource: string, asked: string, allowed: boolean]>([
    ['iot:Subscribe', arn('topicfilter', 'some/*/topic'), arn('topicfilter', 'some/+/topic'), true],
    ['iot:Subscribe', arn('topicfilter', 'some/*'), arn('topicfilter', 'some/#'), true],
    ['iot:Subscribe', arn('topicfilter', 'some/+/topic'), arn('topicfilter', 'some/+/topic'), true],
    ['iot:Subscribe', arn('topicfilter', 'some/+/topic'), arn('topicfilter', 'some/a/topic'), false],
    ['iot:Subscribe', arn('topicfilter', 'some/#'), arn('topicfilter', 'some/a'), false],
    ['iot:Subscribe', arn('topicfilter', 'some/a'), arn('topicfilter', 'some/+'), false],
    ['iot:Receive', arn('topic', 'some/*/topic'), arn('topic', 'some/a/b/topic'), true],
    ['iot:Receive', arn('topic', 'some/?????/topic'), arn('topic', 'some/abcde/topic'), true],
    [
      'iot:Publish',
      arn('topic', 'devices/telemetry/${iot:Connection.Thing.ThingName}'),
      arn('topic', 'devices/telemetry/a1'),
      true,
    ],
    [
      'iot:Publish',
      arn('topic', 'devices/telemetry/${iot:Connection.Thing.ThingName}'),
      arn('topic', 'devices/telemetry/a2'),
      false,
    ],
    ['iot:Publish', arn('topic', '$aws/rules/ingest/*'), arn('topic', '$aws/rules/ingest/devices/a1'), true],
    ['iot:Connect', arn('client', '${iot:ClientId}'), arn('client', 'a1'), true],
    ['iot:Connect', arn('client', '${iot:Connection.Thing.Attributes[site]}'), arn('client', 'a1'), false],
  ])('%s on %s asked for %s: %j', (action, resource, asked, allowed) => {
    expect(decide([allow({ Action: action, Resource: resource })], action, asked, thing) === 'allowed').toBe(allowed);
  });

  test('lets in only what is attached, when it says so', () => {
    const attached = allow({ Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } } });
    expect(decide([attached], 'iot:Connect', arn('client', 'a1'), thing)).toBe('allowed');
    expect(decide([attached], 'iot:Connect', arn('client', 'a1'), { 'iot:Connection.Thing.IsAttached': 'false' })).toBe(
      'implicitDeny',
    );
  });

  test('a client whose id is a wildcard of policies reaches no further than its id', () => {
    const own = allow({ Resource: arn('topicfilter', 'my/${iot:ClientId}/topic') });
    expect(decide([own], 'iot:Subscribe', arn('topicfilter', 'my/other/topic'), { 'iot:ClientId': '*' })).toBe(
      'implicitDeny',
    );
  });
});

// AWS: "IAM JSON policy elements reference", "IAM JSON policy elements: Version"
describe('a policy document is refused', () => {
  test.each<[title: string, document: unknown, message: string]>([
    [
      'with an operator that is not understood',
      policy(allow({ Condition: { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01' } } })),
      "Condition operator 'DateGreaterThan' is not understood.",
    ],
    [
      'with NullIfExists, which AWS has not',
      policy(allow({ Condition: { NullIfExists: { k: 'true' } } })),
      "Condition operator 'NullIfExists' is not understood.",
    ],
    [
      'with a quantifier that is not understood',
      policy(allow({ Condition: { 'ForSomeValues:StringEquals': { k: 'a' } } })),
      "Condition operator 'ForSomeValues:StringEquals' is not understood.",
    ],
    [
      'with an unknown element of a statement',
      policy(allow({ NotPrincipal: '*' })),
      "Policy element 'NotPrincipal' is not understood.",
    ],
    ['with an unknown element', { ...policy(allow({})), Rules: [] }, "Policy element 'Rules' is not understood."],
    [
      'without a version that knows variables',
      { Statement: [allow({})] },
      "The Version of a policy must be 2012-10-17, not 'undefined'.",
    ],
    [
      'with an effect that is none',
      policy({ ...allow({}), Effect: 'allow' }),
      "Effect must be Allow or Deny, not 'allow'.",
    ],
    ['without an action', policy({ Effect: 'Allow', Resource: '*' }), 'A statement has either Action or NotAction.'],
    [
      'with resources both ways',
      policy(allow({ NotResource: 'a' })),
      'A statement has either Resource or NotResource.',
    ],
    [
      'with an unresolved reference',
      policy(allow({ Resource: { Ref: 'Queue' } })),
      'A policy takes text here, not {"Ref":"Queue"}.',
    ],
    ['that is no object', '[]', 'A policy document is an object with a Statement.'],
  ])('%s', (_, document, message) => {
    expect(() => parsePolicy(document)).toThrow(message);
  });

  test('but not as JSON text, nor with a single statement', () => {
    expect(parsePolicy(JSON.stringify({ ...policy(), Statement: allow({ Sid: 'a' }) }))).toHaveLength(1);
  });
});
