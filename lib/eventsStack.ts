import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Alias } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type StringConditions, SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  actorsEnv,
  analyticsEnv,
  eventRuleErrorsEnv,
  notificationsEnv,
  publishEnv,
  recordEnv,
} from '../functions/events/env.ts';
import { type EventAttributes, toldByTheirMakers } from '../functions/events/envelope.ts';
import type { Configuration } from './config.ts';
import { type Batching, consume, consumeStream } from './constructs/consume.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';
import { allow } from './constructs/statement.ts';
import { addTopicRule } from './constructs/topicRule.ts';
import type { DataStack } from './dataStack.ts';

export interface EventsStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'analytics' | 'devices' | 'directory' | 'ephemeral' | 'events'>;
  readonly liveQueue: Queue;
}

const timeout = Duration.seconds(15);
/** Latency first, whatever the profile. */
const atOnce: Batching = { batchSize: 10, windowSeconds: 0 };
const deliveries = 5;

/**
 * Events: what devices tell of is written into the events table; what is written there, by whomever, is published to those who
 * subscribe.
 */
export class EventsStack extends Stack {
  readonly #props: EventsStackProps;
  readonly #deadLetters: Queue;
  readonly #topic: Topic;

  constructor(scope: Construct, id: string, props: EventsStackProps) {
    super(scope, id, props);
    this.#props = props;
    this.#deadLetters = createQueue(this, 'EventsDlq', { configuration: props.configuration });
    alarmWhenNotEmpty(
      this,
      'EventsDlqNotEmpty',
      this.#deadLetters,
      'An event that a device told of was refused, or one could not be published or handled. The events table has all that were written.',
    );
    this.#topic = this.#createTopic('Events', 'Events of devices, rooms and applications');
    this.#deviceEvents();
    this.#publish();
    this.#actors();
    this.#notifications();
    this.#analytics();

    new CfnOutput(this, 'EventsTopicArn', { value: this.#topic.topicArn });
    new CfnOutput(this, 'EventsDeadLetterQueueUrl', { value: this.#deadLetters.queueUrl });
  }

  /** Encrypted by AWS's own key of SNS, which lets in whoever may publish. */
  #createTopic(id: string, displayName: string): Topic {
    return new Topic(this, id, {
      displayName,
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, `${id}Key`, 'alias/aws/sns'),
    });
  }

  #deviceEvents(): void {
    const { configuration, data } = this.#props;
    const queue = this.#queue('DeviceEvents', atOnce);
    const { function: record } = new NodeFunction(this, 'Record', {
      configuration,
      entry: 'events/record',
      description: 'Writes down what devices tell of, as their type has it',
      env: recordEnv,
      environment: {
        DEVICES_TABLE: data.devices.tableName,
        DIRECTORY_TABLE: data.directory.tableName,
        EVENTS_TABLE: data.events.tableName,
        EPHEMERAL_TABLE: data.ephemeral.tableName,
        DEAD_LETTER_QUEUE_URL: this.#deadLetters.queueUrl,
      },
      timeout,
    });
    for (const statement of [
      allow(['dynamodb:GetItem'], data.devices.tableArn),
      allow(['dynamodb:BatchGetItem'], data.directory.tableArn),
      allow(['dynamodb:PutItem'], data.events.tableArn, data.ephemeral.tableArn),
      allow(['sqs:SendMessage'], this.#deadLetters.queueArn),
    ])
      record.addToRolePolicy(statement);
    consume(record, queue, atOnce);
    new CfnOutput(this, 'DeviceEventsQueueUrl', { value: queue.queueUrl });

    const ruleErrors = this.#queue('EventRuleErrors', atOnce);
    const { function: redeliver } = new NodeFunction(this, 'EventRuleErrorsConsumer', {
      configuration,
      entry: 'events/ruleErrors',
      description: 'Puts device events that the topic rule could not deliver into their queue',
      env: eventRuleErrorsEnv,
      environment: { DEVICE_EVENT_QUEUE_URL: queue.queueUrl },
      timeout,
    });
    redeliver.addToRolePolicy(allow(['sqs:SendMessage'], queue.queueArn));
    consume(redeliver, ruleErrors, atOnce);
    addTopicRule(this, 'DeviceEventsRule', {
      ruleName: `fieldline_${configuration.stage}_events`,
      description: 'What devices tell of, by the name of the event',
      select:
        "encode(*, 'base64') AS payload, topic(3) AS deviceId, topic(4) AS event, get_user_properties('messageId') AS messageId",
      from: 'devices/events/+/+',
      to: queue,
      errorsTo: ruleErrors,
    });
  }

  #publish(): void {
    const { configuration, data } = this.#props;
    const { function: publish } = new NodeFunction(this, 'Publish', {
      configuration,
      entry: 'events/publish',
      description: 'Publishes what is written into the events table',
      env: publishEnv,
      environment: { TOPIC_ARN: this.#topic.topicArn, DEAD_LETTER_QUEUE_URL: this.#deadLetters.queueUrl },
      timeout,
    });
    publish.addToRolePolicy(allow(['sns:Publish'], this.#topic.topicArn));
    new CfnOutput(this, 'PublishFunctionName', { value: publish.functionName });
    consumeStream(publish, 'EventsStream', { table: data.events, deadLetters: this.#deadLetters, batchSize: 100 });
  }

  /** What changes with devices and rooms, for those who watch them. */
  #actors(): void {
    const { configuration, liveQueue } = this.#props;
    const { function: actors } = new NodeFunction(this, 'Actors', {
      configuration,
      entry: 'events/actors',
      description: 'Tells those who watch devices and rooms what happened to them',
      env: actorsEnv,
      environment: { LIVE_QUEUE_URL: liveQueue.queueUrl },
      timeout,
    });
    actors.addToRolePolicy(allow(['sqs:SendMessage'], liveQueue.queueArn));
    this.#subscribe('EventsToActors', actors, atOnce, {
      entityKind: { allowlist: ['device', 'room'] },
      eventType: { denylist: [...toldByTheirMakers] },
    });
  }

  /** What somebody should know of, on a topic that people subscribe to by e-mail or SMS, and confirm it themselves. */
  #notifications(): void {
    const { configuration, data } = this.#props;
    const topic = this.#createTopic('Notifications', 'Fieldline');
    const { function: notifications } = new NodeFunction(this, 'Notify', {
      configuration,
      entry: 'events/notifications',
      description: 'Notifies people of events, once each',
      env: notificationsEnv,
      environment: { TOPIC_ARN: topic.topicArn, EPHEMERAL_TABLE: data.ephemeral.tableName },
      timeout,
    });
    notifications.addToRolePolicy(allow(['dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'], data.ephemeral.tableArn));
    notifications.addToRolePolicy(allow(['sns:Publish'], topic.topicArn));
    this.#subscribe('EventsToNotify', notifications, atOnce, {
      severity: { allowlist: [...configuration.notifySeverities] },
    });
    new CfnOutput(this, 'NotificationsTopicArn', { value: topic.topicArn });
  }

  /** Every event, gathered to few objects. */
  #analytics(): void {
    const { configuration, data } = this.#props;
    const batching = { batchSize: 1000, windowSeconds: Math.max(5, configuration.batching.windowSeconds) };
    const { function: analytics } = new NodeFunction(this, 'Analytics', {
      configuration,
      entry: 'events/analytics',
      description: 'Writes events into objects by day',
      env: analyticsEnv,
      environment: { ANALYTICS_BUCKET: data.analytics.bucketName },
      timeout,
    });
    analytics.addToRolePolicy(allow(['s3:PutObject'], data.analytics.arnForObjects('events/*')));
    this.#subscribe('EventsToAnalytics', analytics, batching);
  }

  /** A queue of the topic and the function that consumes it. What SNS can't deliver goes to the dead letters as well. */
  #subscribe(
    id: string,
    consumer: IFunction,
    batching: Batching,
    filter: Partial<Record<keyof EventAttributes, StringConditions>> = {},
  ): void {
    const queue = this.#queue(id, batching);
    consume(consumer, queue, batching);
    this.#topic.addSubscription(
      new SqsSubscription(queue, {
        rawMessageDelivery: true,
        deadLetterQueue: this.#deadLetters,
        ...(Object.keys(filter).length > 0 && {
          filterPolicy: Object.fromEntries(
            Object.entries(filter).map(([name, conditions]) => [name, SubscriptionFilter.stringFilter(conditions)]),
          ),
        }),
      }),
    );
  }

  #queue(id: string, { windowSeconds }: Batching): Queue {
    return createQueue(this, id, {
      configuration: this.#props.configuration,
      consumer: { timeout, windowSeconds },
      deadLetters: { queue: this.#deadLetters, after: deliveries },
    });
  }
}
