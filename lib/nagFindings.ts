import {
  type App,
  ArnFormat,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { NodeFunction } from './constructs/nodeFunction.ts';
import type { composeFieldline } from './fieldline.ts';

/** Checks the app against the AWS Solutions rules: what neither was fixed nor is accepted below fails the synthesis. */
export function checkFindings(app: App): void {
  Validations.of(app).addPlugins(new StrictChecks(app, { verbose: true }));
}

/** Warnings fail too. */
class StrictChecks extends AwsSolutionsChecks {
  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const report = super.validate(context);
    return { ...report, violations: report.violations.map((violation) => ({ ...violation, severity: 'error' })) };
  }
}

/** Findings of cdk-nag that stand, each with its reason. */
export function acceptFindings(stacks: ReturnType<typeof composeFieldline>): void {
  const { data, identity, timestream, live, ingestion, provisioning, commands, twin, events, api } = stacks;
  accept(data.raw, 'S1', 'Two functions write to it and one reads what a record names, after it has checked who asks');
  accept(data.analytics, 'S1', 'One function writes to it; who reads it is for the owner to grant, and to log');
  accept(child(timestream, 'RejectedRecords'), 'S1', 'Only Timestream writes to it, and only records that it rejects');
  accept(
    child(timestream, 'Database'),
    'TS3',
    'Encrypted by the key that AWS manages, as the tables and the bucket are',
  );

  accept(
    identity.users,
    'COG2',
    'A second factor is for the owner to demand: the API signs in by password, and the pool can be told to',
  );
  accept(identity.users, 'COG8', 'The plus plan is paid for each user; what it adds is for the owner to decide');

  for (const construct of Object.values<Stack>(stacks).flatMap((stack) => stack.node.findAll())) {
    if (construct instanceof NodeFunction) {
      accept(
        child(construct, 'Role'),
        wildcard('*'),
        'X-Ray takes no resource, nor do the endpoint discovery of Timestream and the making of a certificate',
      );
    }
    if (construct instanceof CfnRoute && Stack.of(construct) !== api && construct.routeKey !== '$connect') {
      accept(
        construct,
        'APIG4',
        'API Gateway authorizes a WebSocket at $connect only, which takes a ticket or a signature',
      );
    }
    if (construct instanceof CfnRoute && Stack.of(construct) === api && construct.authorizationType === 'NONE') {
      accept(
        construct,
        'APIG4',
        'Declared public, or signed by a key that its function checks: functions/operations.ts',
      );
    }
  }

  for (const arn of live.connectionsArns) {
    const here = flatten(live, arn);
    const imported = here.replace(/<Api\w+>/, `${live.stackName}:ExportsOutputRefApiF70053CD5653BA4D`);
    const reason = "The connection id comes last, and is anybody's";
    accept(child(live, 'Push/Role'), wildcard(here), reason);
    accept(child(commands, 'Respond/Role'), wildcard(imported), reason);
  }
  const commandTopics = ['topic/devices/commands/*', 'topic/gateways/*/devices/commands/*'];
  const anyDevice: [IConstruct, string, string[]][] = [
    [provisioning, 'Announce/Role', ['thing/*']],
    [provisioning, 'Certificates/Role', ['thing/*', 'cert/*', 'topic/devices/certificates/*']],
    [provisioning, 'FleetRole', ['thing/*', 'cert/*']],
    [commands, 'Dispatch/Role', commandTopics],
    [api, 'Commands/Handler/Role', commandTopics],
    [api, 'Devices/Handler/Role', ['thing/*', 'cert/*']],
    [api, 'Provisioning/Handler/Role', ['thing/*', 'cert/*']],
    [api, 'Twin/Handler/Role', ['thing/*']],
    [twin, 'Expire/Role', ['thing/*']],
  ];
  for (const [scope, path, resources] of anyDevice) {
    for (const resource of resources) {
      const stack = Stack.of(scope);
      const arn = flatten(stack, stack.formatArn({ service: 'iot', resource, arnFormat: ArnFormat.NO_RESOURCE_NAME }));
      accept(
        child(scope, path),
        wildcard(arn),
        'Of any device: its id, its certificates and its topics come after the deployment',
      );
    }
  }
  const rawObjects = `${data.stackName}:ExportsOutputFnGetAttRaw72517081Arn8AABA17C/raw/*`;
  for (const role of [
    child(ingestion, 'Ingest/Role'),
    child(ingestion, 'DeadLetter/Role'),
    child(api, 'Messages/Handler/Role'),
  ]) {
    accept(role, wildcard(rawObjects), 'The key of an object is the hour and a hash of its batch, both unknown before');
  }
  const archived = `${data.stackName}:ExportsOutputFnGetAttAnalytics0CFCBF3BArnD51622E0/events/*`;
  const keyOfDay = 'The key of an object is the day and a hash of its events, both unknown before';
  accept(child(events, 'Analytics/Role'), wildcard(archived), keyOfDay);
}

function accept(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
}

const wildcard = (resource: string) => `IAM5[Resource::${resource}]`;

/** @throws Error when there is no such construct: a finding of what is gone is gone too. */
function child(scope: IConstruct, path: string): IConstruct {
  return path.split('/').reduce((parent, id) => parent.node.findChild(id), scope);
}

/** An ARN as cdk-nag writes it in its findings: references in angle brackets. */
function flatten(stack: Stack, arn: string): string {
  const resolved: string | { 'Fn::Join': [string, (string | { Ref: string })[]] } = stack.resolve(arn);
  if (typeof resolved === 'string') return resolved;
  return resolved['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}
