import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { dueIndex } from '../functions/platform/records/presence.ts';
import { heartbeatEnv, lifecycleEnv, presenceRuleErrorsEnv, sweepEnv } from '../functions/presence/env.ts';
import type { Configuration } from './config.ts';
import { type Batching, consume } from './constructs/consume.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';
import { allow } from './constructs/statement.ts';
import { addTopicRule } from './constructs/topicRule.ts';
import type { DataStack } from './dataStack.ts';

export interface PresenceStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'devices' | 'events'>;
  readonly liveQueue: Queue;
  /** Where the mailboxes of devices that came back are woken. */
  readonly mailbox: Queue;
}

const timeout = Duration.seconds(15);
/** Who waits for a device that comes back waits for this too: no window, whatever the profile. */
const batching: Batching = { batchSize: 10, windowSeconds: 0 };
/** A whole fleet may come back at once: it waits in the queue, and leaves room for the telemetry of all others. */
const lifecycleConcurrency = 5;
const deliveries = 5;

/** Who is there: what AWS IoT tells of connections, heartbeats, and who fell silent. */
export class PresenceStack extends Stack {
  /** Takes what is told of connections, signs of life, and who is to be looked at. */
  readonly queue: Queue;
  readonly #props: PresenceStackProps;
  readonly #deadLetters: Queue;

  constructor(scope: Construct, id: string, props: PresenceStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { configuration } = props;
    this.#deadLetters = createQueue(this, 'PresenceDlq', { configuration });
    alarmWhenNotEmpty(
      this,
      'PresenceDlqNotEmpty',
      this.#deadLetters,
      'A lifecycle event or a heartbeat of a device was not understood or could not be handled.',
    );
    const ruleErrors = this.#queue('PresenceRuleErrors', batching);
    this.queue = this.#lifecycle(ruleErrors);
    const heartbeats = this.#heartbeats(ruleErrors, this.queue);
    this.#sweep(this.queue);
    const redeliver = new NodeFunction(this, 'PresenceRuleErrorsConsumer', {
      configuration,
      entry: 'presence/ruleErrors',
      description: 'Puts lifecycle events and heartbeats that a topic rule could not deliver into their queue',
      env: presenceRuleErrorsEnv,
      environment: { PRESENCE_QUEUE_URL: this.queue.queueUrl, HEARTBEAT_QUEUE_URL: heartbeats.queueUrl },
      timeout,
    }).function;
    redeliver.addToRolePolicy(allow(['sqs:SendMessage'], this.queue.queueArn, heartbeats.queueArn));
    consume(redeliver, ruleErrors, batching);

    new CfnOutput(this, 'PresenceDeadLetterQueueUrl', { value: this.#deadLetters.queueUrl });
  }

  #lifecycle(errorsTo: Queue): Queue {
    const { configuration, data, liveQueue, mailbox } = this.#props;
    const queue = this.#queue('Presence', batching);
    const { function: lifecycle } = new NodeFunction(this, 'Lifecycle', {
      configuration,
      entry: 'presence/lifecycle',
      description: 'Says which devices are online, by their connections and what is heard of them',
      env: lifecycleEnv,
      environment: {
        DEVICES_TABLE: data.devices.tableName,
        EVENTS_TABLE: data.events.tableName,
        LIVE_QUEUE_URL: liveQueue.queueUrl,
        MAILBOX_QUEUE_URL: mailbox.queueUrl,
        PRESENCE_QUEUE_URL: queue.queueUrl,
        OFFLINE_GRACE_SECONDS: String(configuration.presence.offlineGraceSeconds),
        SILENT_AFTER_SECONDS: String(configuration.presence.silentAfterSeconds),
      },
      timeout,
    });
    for (const statement of [
      // What it came to be stands in its presence, and beside its newest values.
      allow(['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], data.devices.tableArn),
      allow(['dynamodb:PutItem'], data.events.tableArn),
      allow(['sqs:SendMessage'], liveQueue.queueArn, mailbox.queueArn, queue.queueArn),
    ])
      lifecycle.addToRolePolicy(statement);
    consume(lifecycle, queue, batching, lifecycleConcurrency);
    for (const [kind, event, description] of [
      ['presence', 'connected', 'Connections of clients that began'],
      ['presence', 'disconnected', 'Connections of clients that ended'],
      ['subscriptions', 'subscribed', 'What clients have begun to listen to'],
    ] as const)
      addTopicRule(this, `${event.charAt(0).toUpperCase()}${event.slice(1)}Rule`, {
        ruleName: `fieldline_${configuration.stage}_${event}`,
        description,
        select: "encode(*, 'base64') AS payload, topic(5) AS deviceId, topic(4) AS event",
        from: `$aws/events/${kind}/${event}/+`,
        to: queue,
        errorsTo,
      });
    return queue;
  }

  #heartbeats(errorsTo: Queue, presence: Queue): Queue {
    const { configuration, data } = this.#props;
    const queue = this.#queue('Heartbeats', configuration.batching);
    const { function: heartbeat } = new NodeFunction(this, 'Heartbeat', {
      configuration,
      entry: 'presence/heartbeat',
      description: 'Keeps when each device was last heard to be there',
      env: heartbeatEnv,
      environment: { DEVICES_TABLE: data.devices.tableName, PRESENCE_QUEUE_URL: presence.queueUrl },
      timeout,
    });
    heartbeat.addToRolePolicy(allow(['dynamodb:PartiQLUpdate'], data.devices.tableArn));
    heartbeat.addToRolePolicy(allow(['sqs:SendMessage'], presence.queueArn));
    consume(heartbeat, queue, configuration.batching);
    addTopicRule(this, 'HeartbeatRule', {
      ruleName: `fieldline_${configuration.stage}_heartbeat`,
      description: 'Heartbeats of devices, whatever their payload',
      select: 'topic(3) AS deviceId',
      from: 'devices/heartbeat/+',
      to: queue,
      errorsTo,
    });
    return queue;
  }

  #sweep(presence: Queue): void {
    const { configuration, data } = this.#props;
    const { function: sweep } = new NodeFunction(this, 'Sweep', {
      configuration,
      entry: 'presence/sweep',
      description: 'Has devices checked that were not heard for too long',
      env: sweepEnv,
      environment: { DEVICES_TABLE: data.devices.tableName, PRESENCE_QUEUE_URL: presence.queueUrl },
      timeout: Duration.seconds(30),
    });
    sweep.addToRolePolicy(allow(['dynamodb:Query'], `${data.devices.tableArn}/index/${dueIndex.name}`));
    sweep.addToRolePolicy(allow(['sqs:SendMessage'], presence.queueArn));
    new Rule(this, 'EveryMinute', {
      description: 'Looks for devices that fell silent',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep)],
    });
    new CfnOutput(this, 'SweepFunctionName', { value: sweep.functionName });
  }

  #queue(id: string, { windowSeconds }: Batching): Queue {
    return createQueue(this, id, {
      configuration: this.#props.configuration,
      consumer: { timeout, windowSeconds },
      deadLetters: { queue: this.#deadLetters, after: deliveries },
    });
  }
}
