import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type WebSocketApi, WebSocketRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPolicy, CfnThingType } from 'aws-cdk-lib/aws-iot';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ingestWebSocketEnv } from '../functions/ingest/env.ts';
import { deadLetterEnv, ingestEnv, ruleErrorsEnv } from '../functions/telemetry/env.ts';
import { type Configuration, telemetryNames } from './config.ts';
import { consume } from './constructs/consume.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';
import { signedIngestStatements } from './constructs/signedIngest.ts';
import { addTopicRule } from './constructs/topicRule.ts';
import type { DataStack } from './dataStack.ts';
import { devicePolicy } from './devicePolicy.ts';

export interface IngestionStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'audit' | 'devices' | 'directory' | 'ephemeral' | 'messages' | 'raw'>;
  readonly liveQueue: Queue;
  /** Where presence is told of devices that are heard again. */
  readonly presenceQueue: Queue;
  /** Where devices that can't do MQTT may send telemetry too. */
  readonly liveApi: WebSocketApi;
}

const ingestTimeout = Duration.seconds(30);
const helperTimeout = Duration.seconds(15);
const helperBatching = { batchSize: 10, windowSeconds: 0 };

/** From the device's publish to the stored message: IoT policy and rule, the telemetry queues, and the functions that consume them. */
export class IngestionStack extends Stack {
  readonly telemetry: Queue;
  /** Names of the topic rules that devices reach by Basic Ingest. */
  readonly rules: { readonly telemetry: string; readonly gatewayTelemetry: string };
  /** What every device has in AWS IoT, by name. */
  readonly device: { readonly policyName: string; readonly thingTypeName: string };

  constructor(scope: Construct, id: string, props: IngestionStackProps) {
    super(scope, id, props);
    const { configuration } = props;

    const deadLetters = createQueue(this, 'TelemetryDlq', { configuration });
    alarmWhenNotEmpty(
      this,
      'TelemetryDlqNotEmpty',
      deadLetters,
      'A telemetry message was quarantined or dead-lettered; its record in the messages table says why.',
    );
    // What SQS gives up on, because a function died of it: consumed, so that its end is written down too.
    const helped = {
      configuration,
      consumer: { timeout: helperTimeout, windowSeconds: helperBatching.windowSeconds },
      deadLetters: { queue: deadLetters, after: 5 },
    };
    const poison = createQueue(this, 'TelemetryPoison', helped);
    const consumed = {
      configuration,
      consumer: { timeout: ingestTimeout, windowSeconds: configuration.batching.windowSeconds },
      deadLetters: { queue: poison, after: 5 },
    };
    this.telemetry = createQueue(this, 'Telemetry', consumed);
    const retry = createQueue(this, 'TelemetryRetry', consumed);
    const ruleErrors = createQueue(this, 'RuleErrors', helped);

    const ingest = this.#ingest(props, retry, deadLetters);
    new CfnOutput(this, 'IngestFunctionName', { value: ingest.functionName });
    consume(ingest, this.telemetry, configuration.batching, configuration.ingestConcurrency);
    consume(ingest, retry, configuration.batching, configuration.ingestConcurrency);
    consume(this.#deadLetter(props, deadLetters), poison, helperBatching);
    consume(this.#ruleErrors(configuration, retry), ruleErrors, helperBatching);

    this.#webSocketRoute(props);

    this.rules = this.#telemetryRules(configuration, this.telemetry, ruleErrors);
    const name = `fieldline-${configuration.stage}-device`;
    this.device = { policyName: name, thingTypeName: name };
    new CfnThingType(this, 'DeviceType', {
      thingTypeName: name,
      thingTypeProperties: { thingTypeDescription: 'A device of Fieldline', searchableAttributes: ['model'] },
    });
    new CfnPolicy(this, 'DevicePolicy', { policyName: name, policyDocument: devicePolicy(this, this.rules) });

    new CfnOutput(this, 'DevicePolicyName', { value: name });
    new CfnOutput(this, 'DeviceThingTypeName', { value: name });
    new CfnOutput(this, 'TelemetryRuleName', { value: this.rules.telemetry });
    new CfnOutput(this, 'GatewayTelemetryRuleName', { value: this.rules.gatewayTelemetry });
    new CfnOutput(this, 'TelemetryQueueUrl', { value: this.telemetry.queueUrl });
    new CfnOutput(this, 'RetryQueueUrl', { value: retry.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: deadLetters.queueUrl });
  }

  #ingest(props: IngestionStackProps, retry: Queue, deadLetters: Queue): IFunction {
    const { configuration, data, liveQueue, presenceQueue } = props;
    const telemetry = telemetryNames(configuration);
    const { function: ingest } = new NodeFunction(this, 'Ingest', {
      configuration,
      entry: 'telemetry/ingest',
      description: 'Decodes, validates and stores telemetry',
      env: ingestEnv,
      environment: {
        MESSAGES_TABLE: data.messages.tableName,
        DEVICES_TABLE: data.devices.tableName,
        AUDIT_TABLE: data.audit.tableName,
        RAW_BUCKET: data.raw.bucketName,
        MESSAGE_RETENTION_DAYS: String(configuration.retention.messageDays),
        TELEMETRY_DATABASE: telemetry.database,
        TELEMETRY_TABLE: telemetry.table,
        RETRY_QUEUE_URL: retry.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
        LIVE_QUEUE_URL: liveQueue.queueUrl,
        PRESENCE_QUEUE_URL: presenceQueue.queueUrl,
        MAX_ATTEMPTS: String(configuration.maxAttempts),
      },
      timeout: ingestTimeout,
      // More memory is more CPU: with 1 GB a batch takes a third of the time of 256 MB, for about the same price.
      memorySize: 1024,
    });
    // Statements, not grants: those of tables add every index, those of buckets tags and legal holds.
    ingest.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:BatchGetItem', 'dynamodb:PartiQLInsert'],
        resources: [data.messages.tableArn],
      }),
    );
    ingest.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'dynamodb:BatchGetItem',
          'dynamodb:PartiQLInsert',
          'dynamodb:PartiQLUpdate',
          // Of the registry, by a device's first message.
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
        ],
        resources: [data.devices.tableArn],
      }),
    );
    ingest.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [data.audit.tableArn] }));
    ingest.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [data.raw.arnForObjects('raw/*')] }),
    );
    ingest.addToRolePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [retry.queueArn, deadLetters.queueArn, liveQueue.queueArn, presenceQueue.queueArn],
      }),
    );
    ingest.addToRolePolicy(
      new PolicyStatement({
        actions: ['timestream:WriteRecords'],
        resources: [
          this.formatArn({
            service: 'timestream',
            resource: 'database',
            resourceName: `${telemetry.database}/table/${telemetry.table}`,
          }),
        ],
      }),
    );
    // Endpoint discovery takes no resource.
    ingest.addToRolePolicy(new PolicyStatement({ actions: ['timestream:DescribeEndpoints'], resources: ['*'] }));
    return ingest;
  }

  #deadLetter({ configuration, data }: IngestionStackProps, deadLetters: Queue): IFunction {
    const { function: deadLetter } = new NodeFunction(this, 'DeadLetter', {
      configuration,
      entry: 'telemetry/deadLetter',
      description: 'Writes down the end of messages that SQS gave up on',
      env: deadLetterEnv,
      environment: {
        MESSAGES_TABLE: data.messages.tableName,
        DEVICES_TABLE: data.devices.tableName,
        RAW_BUCKET: data.raw.bucketName,
        MESSAGE_RETENTION_DAYS: String(configuration.retention.messageDays),
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      },
      timeout: helperTimeout,
    });
    deadLetter.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:BatchGetItem', 'dynamodb:PartiQLInsert'],
        resources: [data.messages.tableArn],
      }),
    );
    deadLetter.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:BatchGetItem'], resources: [data.devices.tableArn] }),
    );
    deadLetter.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [data.raw.arnForObjects('raw/*')] }),
    );
    deadLetter.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    );
    return deadLetter;
  }

  #ruleErrors(configuration: Configuration, retry: Queue): IFunction {
    const { function: ruleErrors } = new NodeFunction(this, 'RuleErrorsConsumer', {
      configuration,
      entry: 'telemetry/ruleErrors',
      description: 'Sends messages that a topic rule could not deliver on their way again',
      env: ruleErrorsEnv,
      environment: { RETRY_QUEUE_URL: retry.queueUrl },
      timeout: helperTimeout,
    });
    ruleErrors.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [retry.queueArn] }));
    return ruleErrors;
  }

  #webSocketRoute({ configuration, data, liveApi }: IngestionStackProps): void {
    const { function: handler } = new NodeFunction(this, 'WebSocketIngest', {
      configuration,
      entry: 'ingest/webSocket',
      description: 'Takes telemetry over the WebSocket API, signed by an API key',
      env: ingestWebSocketEnv,
      environment: {
        DIRECTORY_TABLE: data.directory.tableName,
        DEVICES_TABLE: data.devices.tableName,
        EPHEMERAL_TABLE: data.ephemeral.tableName,
        TELEMETRY_QUEUE_URL: this.telemetry.queueUrl,
        MESSAGES_PER_MINUTE: String(configuration.messagesPerMinute),
        REQUESTS_PER_MINUTE: String(configuration.requestsPerMinute),
      },
    });
    for (const statement of signedIngestStatements(data, this.telemetry)) handler.addToRolePolicy(statement);
    new WebSocketRoute(this, 'WebSocketTelemetry', {
      webSocketApi: liveApi,
      routeKey: 'telemetry',
      integration: new WebSocketLambdaIntegration('WebSocketIngestIntegration', handler),
      returnResponse: true,
    });
  }

  /** Telemetry as devices publish it, and as gateways do for their children. The exact bytes survive as base64. */
  #telemetryRules(configuration: Configuration, telemetry: Queue, ruleErrors: Queue): IngestionStack['rules'] {
    const ruleName = `fieldline_${configuration.stage}_telemetry`;
    // Short: it stands in the device policy, which AWS IoT takes no longer.
    const gatewayRuleName = `fieldline_${configuration.stage}_gateway`;
    const common = { to: telemetry, errorsTo: ruleErrors };
    addTopicRule(this, 'TelemetryRule', {
      ...common,
      ruleName,
      description: 'Telemetry of every device to the telemetry queue',
      select: "encode(*, 'base64') AS payload, topic(3) AS deviceId",
      from: 'devices/telemetry/+',
    });
    addTopicRule(this, 'GatewayTelemetryRule', {
      ...common,
      ruleName: gatewayRuleName,
      description: 'What gateways publish for their children to the telemetry queue',
      select: "encode(*, 'base64') AS payload, topic(5) AS deviceId, topic(2) AS gatewayId",
      from: 'gateways/+/devices/telemetry/+',
    });
    return { telemetry: ruleName, gatewayTelemetry: gatewayRuleName };
  }
}
