import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPolicy, CfnProvisioningTemplate, CfnThingGroup } from 'aws-cdk-lib/aws-iot';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { announceEnv, certificatesEnv, deviceRuleErrorsEnv, hookEnv } from '../functions/provisioning/env.ts';
import type { Configuration } from './config.ts';
import { type Batching, consume } from './constructs/consume.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';
import { allow } from './constructs/statement.ts';
import { addTopicRule } from './constructs/topicRule.ts';
import type { DataStack } from './dataStack.ts';
import { claimPolicy } from './devicePolicy.ts';
import { fleetTemplate } from './fleetTemplate.ts';
import type { IngestionStack } from './ingestionStack.ts';

export interface ProvisioningStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'directory' | 'devices' | 'rooms' | 'events' | 'audit'>;
  readonly ingestion: Pick<IngestionStack, 'device' | 'rules'>;
}

/** AWS waits this long for a pre-provisioning hook. */
const hookTimeout = Duration.seconds(5);
const requestTimeout = Duration.seconds(15);
const requestBatching: Batching = { batchSize: 10, windowSeconds: 0 };
const deliveries = 5;
const messageOf = "encode(*, 'base64') AS payload, topic(3) AS deviceId";

/** How devices come in and stay in: fleet provisioning by claim, what they announce, their certificates. */
export class ProvisioningStack extends Stack {
  readonly #props: ProvisioningStackProps;
  readonly #deadLetters: Queue;

  constructor(scope: Construct, id: string, props: ProvisioningStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { configuration } = props;
    this.#deadLetters = createQueue(this, 'ProvisioningDlq', { configuration });
    alarmWhenNotEmpty(
      this,
      'ProvisioningDlqNotEmpty',
      this.#deadLetters,
      'An announcement or a certificate request of a device was not understood or could not be handled.',
    );
    const ruleErrors = this.#queue('DeviceRuleErrors', requestBatching);
    const announcements = this.#announcements(ruleErrors);
    const certificates = this.#certificates(ruleErrors);
    const redeliver = new NodeFunction(this, 'DeviceRuleErrorsConsumer', {
      configuration,
      entry: 'provisioning/ruleErrors',
      description: 'Puts messages of devices that a topic rule could not deliver into their queue',
      env: deviceRuleErrorsEnv,
      environment: {
        ANNOUNCEMENT_QUEUE_URL: announcements.queueUrl,
        CERTIFICATE_QUEUE_URL: certificates.queueUrl,
      },
      timeout: requestTimeout,
    }).function;
    redeliver.addToRolePolicy(allow(['sqs:SendMessage'], announcements.queueArn, certificates.queueArn));
    consume(redeliver, ruleErrors, requestBatching);
    this.#fleet();

    new CfnOutput(this, 'ProvisioningDeadLetterQueueUrl', { value: this.#deadLetters.queueUrl });
  }

  #announcements(ruleErrors: Queue): Queue {
    const { configuration, data } = this.#props;
    const queue = this.#queue('Announcements', requestBatching);
    const { function: announce } = new NodeFunction(this, 'Announce', {
      configuration,
      entry: 'provisioning/announce',
      description: 'Completes the registry by what devices announce of themselves',
      env: announceEnv,
      environment: {
        DEVICES_TABLE: data.devices.tableName,
        ROOMS_TABLE: data.rooms.tableName,
        DIRECTORY_TABLE: data.directory.tableName,
        EVENTS_TABLE: data.events.tableName,
        AUDIT_TABLE: data.audit.tableName,
        DEAD_LETTER_QUEUE_URL: this.#deadLetters.queueUrl,
      },
      timeout: requestTimeout,
    });
    for (const statement of [
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], data.devices.tableArn),
      // A type that a device says it is of must be there.
      allow(['dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem'], data.directory.tableArn),
      allow(['dynamodb:PutItem'], data.events.tableArn, data.audit.tableArn),
      allow(['iot:DescribeThing'], this.#iotArn('thing', '*')),
      allow(['sqs:SendMessage'], this.#deadLetters.queueArn),
    ])
      announce.addToRolePolicy(statement);
    consume(announce, queue, requestBatching);
    addTopicRule(this, 'RegisterRule', {
      ruleName: `fieldline_${configuration.stage}_register`,
      description: 'What devices announce of themselves',
      select: messageOf,
      from: 'devices/register/+',
      to: queue,
      errorsTo: ruleErrors,
    });
    return queue;
  }

  #certificates(ruleErrors: Queue): Queue {
    const { configuration, data, ingestion } = this.#props;
    const queue = this.#queue('CertificateRequests', requestBatching);
    const { function: certificates } = new NodeFunction(this, 'Certificates', {
      configuration,
      entry: 'provisioning/certificates',
      description: 'Replaces certificates of devices, and retires the replaced ones',
      env: certificatesEnv,
      environment: {
        DEVICES_TABLE: data.devices.tableName,
        EVENTS_TABLE: data.events.tableName,
        AUDIT_TABLE: data.audit.tableName,
        DEVICE_POLICY: ingestion.device.policyName,
        REQUEST_QUEUE_URL: queue.queueUrl,
      },
      timeout: requestTimeout,
    });
    for (const statement of [
      allow(['dynamodb:GetItem', 'dynamodb:PutItem'], data.devices.tableArn),
      allow(['dynamodb:PutItem'], data.events.tableArn, data.audit.tableArn),
      // It takes no resource: what it makes is not there yet.
      allow(['iot:CreateCertificateFromCsr'], '*'),
      allow(
        ['iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:AttachPolicy', 'iot:AttachThingPrincipal'],
        this.#iotArn('cert', '*'),
      ),
      allow(['iot:ListThingPrincipals'], this.#iotArn('thing', '*')),
      allow(['iot:Publish'], this.#iotArn('topic', 'devices/certificates/*')),
      allow(['sqs:SendMessage'], queue.queueArn),
    ])
      certificates.addToRolePolicy(statement);
    consume(certificates, queue, requestBatching);
    addTopicRule(this, 'CertificatesRule', {
      ruleName: `fieldline_${configuration.stage}_certificates`,
      description: 'What devices ask about their certificates',
      select: `${messageOf}, topic(4) AS request`,
      from: 'devices/certificates/+/+',
      to: queue,
      errorsTo: ruleErrors,
    });
    return queue;
  }

  /** AWS IoT Developer Guide: "Provisioning by claim". */
  #fleet(): void {
    const { configuration, data, ingestion } = this.#props;
    const templateName = `fieldline-${configuration.stage}`;
    const { function: hook } = new NodeFunction(this, 'Hook', {
      configuration,
      entry: 'provisioning/hook',
      description: 'Decides who may be provisioned by claim',
      env: hookEnv,
      environment: {
        DIRECTORY_TABLE: data.directory.tableName,
        DEVICES_TABLE: data.devices.tableName,
        EVENTS_TABLE: data.events.tableName,
        AUDIT_TABLE: data.audit.tableName,
      },
      timeout: hookTimeout,
      // A cold start must fit into the five seconds.
      memorySize: 1024,
    });
    for (const statement of [
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], data.directory.tableArn),
      allow(['dynamodb:GetItem'], data.devices.tableArn),
      allow(['dynamodb:PutItem'], data.events.tableArn, data.audit.tableArn),
    ])
      hook.addToRolePolicy(statement);
    hook.addPermission('AskedByAwsIot', {
      principal: new ServicePrincipal('iot.amazonaws.com'),
      sourceArn: this.#iotArn('provisioningtemplate', templateName),
    });

    const group = new CfnThingGroup(this, 'Devices', {
      thingGroupName: `fieldline-${configuration.stage}-devices`,
      thingGroupProperties: { thingGroupDescription: 'Devices that were provisioned by claim' },
    });
    const thingGroupName = group.thingGroupName ?? '';
    const template = new CfnProvisioningTemplate(this, 'Fleet', {
      templateName,
      description: 'Devices that show a claim certificate and the token that was made for them',
      enabled: true,
      preProvisioningHook: { targetArn: hook.functionArn, payloadVersion: '2020-04-01' },
      provisioningRoleArn: this.#fleetRole(ingestion.device.thingTypeName, thingGroupName).roleArn,
      templateBody: JSON.stringify(
        fleetTemplate({ ...ingestion.device, thingGroupName, telemetryRuleName: ingestion.rules.telemetry }),
      ),
    });
    template.node.addDependency(hook, group);
    const policy = new CfnPolicy(this, 'ClaimPolicy', {
      policyName: `fieldline-${configuration.stage}-claim`,
      policyDocument: claimPolicy(this, templateName),
    });
    new CfnOutput(this, 'ProvisioningTemplateName', { value: templateName });
    new CfnOutput(this, 'ClaimPolicyName', { value: policy.policyName ?? '' });
    new CfnOutput(this, 'ThingGroupName', { value: thingGroupName });
  }

  /** What AWS's managed policy AWSIoTThingsRegistration grants, less what this template has no use for. */
  #fleetRole(thingTypeName: string, thingGroupName: string): Role {
    const things = this.#iotArn('thing', '*');
    const certificates = this.#iotArn('cert', '*');
    return new Role(this, 'FleetRole', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
      description: 'What fleet provisioning may make',
      inlinePolicies: {
        Register: new PolicyDocument({
          statements: [
            allow(['iot:CreateThing', 'iot:DescribeThing', 'iot:UpdateThing', 'iot:ListThingGroupsForThing'], things),
            allow(['iot:DescribeThingType'], this.#iotArn('thingtype', thingTypeName)),
            allow(['iot:AddThingToThingGroup', 'iot:DescribeThingGroup'], this.#iotArn('thinggroup', thingGroupName)),
            allow(['iot:AddThingToThingGroup'], things),
            allow(
              ['iot:DescribeCertificate', 'iot:UpdateCertificate', 'iot:AttachPolicy', 'iot:AttachThingPrincipal'],
              certificates,
            ),
          ],
        }),
      },
    });
  }

  #queue(id: string, { windowSeconds }: Batching): Queue {
    return createQueue(this, id, {
      configuration: this.#props.configuration,
      consumer: { timeout: requestTimeout, windowSeconds },
      deadLetters: { queue: this.#deadLetters, after: deliveries },
    });
  }

  #iotArn(resource: string, resourceName: string): string {
    return this.formatArn({ service: 'iot', resource, resourceName });
  }
}
