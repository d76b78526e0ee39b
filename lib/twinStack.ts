import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { expireEnv, recordEnv, shadowRuleErrorsEnv } from '../functions/twin/env.ts';
import { expiringIndex } from '../functions/twin/twinItems.ts';
import type { Configuration } from './config.ts';
import { type Batching, consume } from './constructs/consume.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';
import { allow } from './constructs/statement.ts';
import { addTopicRule } from './constructs/topicRule.ts';
import type { DataStack } from './dataStack.ts';

export interface TwinStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'devices' | 'events' | 'twins'>;
  readonly liveQueue: Queue;
}

const timeout = Duration.seconds(15);
const batching: Batching = { batchSize: 10, windowSeconds: 0 };
const deliveries = 5;

/** Twins of devices: what AWS IoT accepted of their shadows is recorded, and what is not confirmed in time is taken back. */
export class TwinStack extends Stack {
  readonly #props: TwinStackProps;
  readonly #deadLetters: Queue;

  constructor(scope: Construct, id: string, props: TwinStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { configuration } = props;
    this.#deadLetters = createQueue(this, 'TwinDlq', { configuration });
    alarmWhenNotEmpty(
      this,
      'TwinDlqNotEmpty',
      this.#deadLetters,
      'An update of a shadow was not recorded: the history of a twin lacks it, and what is pending may be wrong.',
    );
    const ruleErrors = this.#queue('ShadowRuleErrors');
    const updates = this.#record(ruleErrors);
    const redeliver = new NodeFunction(this, 'ShadowRuleErrorsConsumer', {
      configuration,
      entry: 'twin/ruleErrors',
      description: 'Puts updates of shadows that a topic rule could not deliver into their queue',
      env: shadowRuleErrorsEnv,
      environment: { SHADOW_QUEUE_URL: updates.queueUrl },
      timeout,
    }).function;
    redeliver.addToRolePolicy(allow(['sqs:SendMessage'], updates.queueArn));
    consume(redeliver, ruleErrors, batching);
    this.#expire();

    new CfnOutput(this, 'TwinDeadLetterQueueUrl', { value: this.#deadLetters.queueUrl });
  }

  #record(errorsTo: Queue): Queue {
    const { configuration, data, liveQueue } = this.#props;
    const queue = this.#queue('ShadowUpdates');
    const { function: record } = new NodeFunction(this, 'RecordTwin', {
      configuration,
      entry: 'twin/record',
      description: 'Records what became of twins, and which of their values are pending',
      env: recordEnv,
      environment: {
        DEVICES_TABLE: data.devices.tableName,
        TWINS_TABLE: data.twins.tableName,
        EVENTS_TABLE: data.events.tableName,
        LIVE_QUEUE_URL: liveQueue.queueUrl,
        HISTORY_RETENTION_DAYS: String(configuration.retention.messageDays),
      },
      timeout,
    });
    for (const statement of [
      allow(['dynamodb:GetItem'], data.devices.tableArn),
      allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], data.twins.tableArn),
      allow(['dynamodb:PutItem'], data.events.tableArn),
      allow(['sqs:SendMessage'], liveQueue.queueArn),
    ])
      record.addToRolePolicy(statement);
    consume(record, queue, batching);
    const messageOf = "encode(*, 'base64') AS payload, topic(3) AS deviceId";
    const rule = { to: queue, errorsTo };
    addTopicRule(this, 'ShadowRule', {
      ...rule,
      ruleName: `fieldline_${configuration.stage}_shadow`,
      description: 'Accepted updates of classic shadows',
      select: messageOf,
      from: '$aws/things/+/shadow/update/documents',
    });
    addTopicRule(this, 'NamedShadowRule', {
      ...rule,
      ruleName: `fieldline_${configuration.stage}_named_shadow`,
      description: 'Accepted updates of named shadows',
      select: `${messageOf}, topic(6) AS shadowName`,
      from: '$aws/things/+/shadow/name/+/update/documents',
    });
    return queue;
  }

  /** By a schedule over an index that the record itself keeps: nothing has to be armed for each value, so nothing armed can get lost. */
  #expire(): void {
    const { configuration, data } = this.#props;
    const { function: expire } = new NodeFunction(this, 'Expire', {
      configuration,
      entry: 'twin/expire',
      description: 'Takes back desired values that were not confirmed in time',
      env: expireEnv,
      environment: { DEVICES_TABLE: data.devices.tableName, TWINS_TABLE: data.twins.tableName },
      timeout: Duration.seconds(50),
    });
    for (const statement of [
      allow(['dynamodb:Query'], `${data.twins.tableArn}/index/${expiringIndex.name}`),
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], data.twins.tableArn),
      allow(['dynamodb:GetItem'], data.devices.tableArn),
      allow(['iot:UpdateThingShadow'], this.formatArn({ service: 'iot', resource: 'thing', resourceName: '*' })),
    ])
      expire.addToRolePolicy(statement);
    new Rule(this, 'EveryMinute', {
      description: 'Looks for desired values that were not confirmed in time',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(expire)],
    });
    new CfnOutput(this, 'ExpireFunctionName', { value: expire.functionName });
  }

  #queue(id: string): Queue {
    return createQueue(this, id, {
      configuration: this.#props.configuration,
      consumer: { timeout, windowSeconds: batching.windowSeconds },
      deadLetters: { queue: this.#deadLetters, after: deliveries },
    });
  }
}
