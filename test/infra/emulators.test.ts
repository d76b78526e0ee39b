import { describe, expect, test } from '@jest/globals';
import { App, CfnOutput, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alarm, AlarmRule, CompositeAlarm, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountPrincipal, Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnProvisioningTemplate, CfnThing, CfnThingGroup } from 'aws-cdk-lib/aws-iot';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { leaveOut } from '../../lib/emulators/leaveOut.ts';
import { emulatorNames, emulators } from '../../lib/emulators/profiles.ts';
import { composeApp } from './composeApp.ts';
import { ComposedApp } from './composedApp.ts';

// biome-ignore lint/suspicious/noExplicitAny: templates are what CloudFormation takes
type Json = any;
const templatesOf = (app: App): Record<string, Json> =>
  Object.fromEntries(
    app.node.children
      .filter((child) => Stack.isStack(child))
      .map((stack) => [stack.node.id, Template.fromStack(stack).toJSON()]),
  );
/** Everything that a template says in references, wherever. */
const referencesIn = (value: Json): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries<Json>(value).flatMap(([key, part]) =>
        key === 'Ref'
          ? [part]
          : key === 'Fn::GetAtt'
            ? [part[0]]
            : key === 'DependsOn'
              ? [part].flat()
              : referencesIn(part),
      );

describe.each(emulatorNames)("the stacks for the emulator '%s'", (name) => {
  const whole = new ComposedApp().templates;
  const { app } = composeApp();
  const leftOut = leaveOut(app, emulators[name]);
  const templates = templatesOf(app);

  test('hold no type that it refuses', () => {
    expect(leftOut.length).toBeGreaterThan(0);
    for (const [stack, { Resources }] of Object.entries(templates))
      for (const [id, { Type, Properties }] of Object.entries<Json>(Resources))
        for (const refusal of emulators[name].refuses) {
          const matches = refusal.type.endsWith('*')
            ? Type.startsWith(refusal.type.slice(0, -1))
            : Type === refusal.type;
          const refused = matches && (!('whenSet' in refusal) || refusal.whenSet in (Properties ?? {}));
          expect({ stack, id, Type, refused }).toMatchObject({ refused: false });
        }
  });

  test('are otherwise the stacks of AWS, to the letter', () => {
    const expected = structuredClone(whole);
    for (const { stack, logicalId } of leftOut)
      delete expected[stack.replace('Fieldline-dev-', '')]?.['Resources'][logicalId];
    expect(templates).toEqual(expected);
  });

  test('refer to nothing that is not there', () => {
    for (const { Resources, Outputs, Parameters } of Object.values(templates)) {
      const known = new Set([...Object.keys(Resources), ...Object.keys(Parameters ?? {})]);
      const dangling = [...referencesIn(Resources), ...referencesIn(Outputs)].filter(
        (id) => !id.startsWith('AWS::') && !known.has(id),
      );
      expect(dangling).toEqual([]);
    }
  });

  test('are the same each time', () => {
    const again = composeApp().app;
    leaveOut(again, emulators[name]);
    expect(JSON.stringify(templatesOf(again))).toBe(JSON.stringify(templates));
  });
});

/** Two stacks that use what emulators refuse in every way that this project's stacks may come to. */
function entangledApp() {
  const app = new App({ analyticsReporting: false });
  const fleet = new Stack(app, 'Fleet');
  const group = new CfnThingGroup(fleet, 'Group');
  const thing = new CfnThing(fleet, 'Gateway', { thingName: 'gateway' });
  const hook = new LambdaFunction(fleet, 'Hook', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {}'),
  });
  const provisioner = new Role(fleet, 'Provisioner', { assumedBy: new ServicePrincipal('iot.amazonaws.com') });
  const template = new CfnProvisioningTemplate(fleet, 'Claims', {
    provisioningRoleArn: provisioner.roleArn,
    templateBody: JSON.stringify({ group: group.ref }),
  });
  hook.addPermission('Provisioning', {
    principal: new ServicePrincipal('iot.amazonaws.com'),
    sourceArn: template.attrTemplateArn,
  });
  hook.addPermission('Anybody', { principal: new AccountPrincipal('111122223333') });
  const queue = new Queue(fleet, 'Queue');
  (queue.node.defaultChild as CfnResource).addResourceDependency(thing);
  new CfnOutput(fleet, 'GroupName', { value: Fn.join('/', ['group', group.ref]) });
  new CfnOutput(fleet, 'QueueUrl', { value: queue.queueUrl });
  const math = new Alarm(fleet, 'Backlog', {
    metric: new MathExpression({ expression: 'm * 2', usingMetrics: { m: queue.metricNumberOfMessagesSent() } }),
    threshold: 1,
    evaluationPeriods: 1,
  });
  const plain = queue.metricNumberOfMessagesSent().createAlarm(fleet, 'Sent', { threshold: 1, evaluationPeriods: 1 });
  new CompositeAlarm(fleet, 'Any', { alarmRule: AlarmRule.anyOf(math, plain) });

  const office = new Stack(app, 'Office');
  const clerk = new LambdaFunction(office, 'Clerk', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {}'),
  });
  const reader = new Role(office, 'Reader', { assumedBy: new AccountPrincipal('111122223333') });
  reader.addToPolicy(new PolicyStatement({ actions: ['iot:DescribeThingGroup'], resources: [group.attrArn] }));
  clerk.addToRolePolicy(
    new PolicyStatement({ actions: ['iot:Publish', 'sqs:SendMessage'], resources: [group.attrArn, queue.queueArn] }),
  );
  clerk.addToRolePolicy(new PolicyStatement({ actions: ['iot:DescribeThing'], resources: [thing.attrArn] }));
  return { app, fleet, office, group, thing, queue, clerk, math, plain };
}
const freely = emulators.ministack;
const typesOf = ({ Resources }: Json) => Object.values<Json>(Resources).map(({ Type }) => Type);

describe('what hangs on what is left out', () => {
  const { app } = entangledApp();
  const leftOut = leaveOut(app, freely);
  const { Fleet: fleet, Office: office } = templatesOf(app);

  test('is listed by stack, logical id and type', () => {
    expect(
      leftOut
        .filter(({ stack }) => stack === 'Fleet')
        .map(({ logicalId, type }) => `${logicalId.replace(/[0-9A-F]{8}$/, '')} ${type}`)
        .sort(),
    ).toEqual([
      'Any AWS::CloudWatch::CompositeAlarm',
      'Backlog AWS::CloudWatch::Alarm',
      'Claims AWS::IoT::ProvisioningTemplate',
      'Gateway AWS::IoT::Thing',
      'Group AWS::IoT::ThingGroup',
      'GroupName Output',
      'HookProvisioning AWS::Lambda::Permission',
    ]);
    expect(leftOut.filter(({ stack }) => stack === 'Office').map(({ type }) => type)).toEqual(['AWS::IAM::Policy']);
  });

  test('a plain alarm stays where one of metric math goes', () => {
    expect(typesOf(fleet).filter((type) => type.startsWith('AWS::CloudWatch'))).toEqual(['AWS::CloudWatch::Alarm']);
  });

  test('a dependency on it goes', () => {
    expect(
      Object.values<Json>(fleet.Resources).find(({ Type }) => Type === 'AWS::SQS::Queue').DependsOn,
    ).toBeUndefined();
  });

  test('an output of it goes, another stays', () => {
    expect(Object.keys(fleet.Outputs).filter((id) => !id.startsWith('Exports'))).toEqual(['QueueUrl']);
  });

  test('the permission that it may invoke a function goes, another stays', () => {
    expect(typesOf(fleet).filter((type) => type === 'AWS::Lambda::Permission')).toHaveLength(1);
  });

  test('what a policy allows on it goes, in another stack too, and what it allows besides stays', () => {
    const policies = Object.values<Json>(office.Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy');
    expect(policies.map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
      [
        {
          Effect: 'Allow',
          Action: ['iot:Publish', 'sqs:SendMessage'],
          Resource: { 'Fn::ImportValue': expect.stringContaining('Queue') },
        },
      ],
    ]);
  });

  test('its stack exports nothing of it', () => {
    expect(Object.keys(fleet.Outputs).filter((id) => /Group|Gateway/.test(id))).toEqual([]);
  });
});

describe('what still refers to what is left out stops the synthesis, naming both', () => {
  const leftOutOf = (add: (parts: ReturnType<typeof entangledApp>) => void) => () => {
    const parts = entangledApp();
    add(parts);
    return leaveOut(parts.app, freely);
  };

  test('a property', () => {
    expect(leftOutOf(({ clerk, group }) => clerk.addEnvironment('GROUP', group.ref))).toThrow(
      /Office \/ Clerk[0-9A-F]{8} \(AWS::Lambda::Function\) refers to Fleet \/ Group \(AWS::IoT::ThingGroup\)/,
    );
  });

  test('a reference in plain text, past the CDK', () => {
    expect(
      leftOutOf(
        ({ fleet }) =>
          new CfnResource(fleet, 'Raw', { type: 'AWS::SSM::Parameter', properties: { Value: { Ref: 'Group' } } }),
      ),
    ).toThrow(/Fleet \/ Raw \(AWS::SSM::Parameter\) refers to Fleet \/ Group/);
    expect(
      leftOutOf(
        ({ fleet }) =>
          new CfnResource(fleet, 'Raw', {
            type: 'AWS::SSM::Parameter',
            // biome-ignore lint/suspicious/noTemplateCurlyInString: as CloudFormation takes it
            properties: { Value: Fn.sub('${Group.Arn}/x') },
          }),
      ),
    ).toThrow(/Fleet \/ Raw .* refers to Fleet \/ Group/);
  });

  test('a denial, which nobody may drop', () => {
    expect(
      leftOutOf(({ clerk, group }) =>
        clerk.addToRolePolicy(
          new PolicyStatement({ effect: Effect.DENY, actions: ['iot:*'], resources: [group.attrArn] }),
        ),
      ),
    ).toThrow(/ClerkServiceRoleDefaultPolicy.* refers to Fleet \/ Group/);
  });

  test('a composite alarm that stays while its alarm of metric math goes', () => {
    const { app } = entangledApp();
    expect(() => leaveOut(app, { refuses: [{ type: 'AWS::CloudWatch::Alarm', whenSet: 'Metrics' }] })).toThrow(
      /Fleet \/ Any[0-9A-F]{8} \(AWS::CloudWatch::CompositeAlarm\) refers to Fleet \/ Backlog[0-9A-F]{8} \(AWS::CloudWatch::Alarm\)/,
    );
  });
});

test('an emulator that refuses nothing gets the templates of AWS', () => {
  const [one, other] = [entangledApp().app, entangledApp().app];
  expect(leaveOut(one, { refuses: [] })).toEqual([]);
  expect(JSON.stringify(templatesOf(one))).toBe(JSON.stringify(templatesOf(other)));
});
