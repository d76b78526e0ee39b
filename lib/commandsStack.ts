import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { ProjectionType, StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, FilterRule, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import { behindIndex, openIndex } from '../functions/commands/command.ts';
import {
  type commandsEnv,
  dispatchEnv,
  respondEnv,
  responseRuleErrorsEnv,
  setTimersEnv,
  timerEnv,
} from '../functions/commands/env.ts';
import { openCountId } from '../functions/commands/openCount.ts';
import type { Configuration } from './config.ts';
import { consume, consumeStream } from './constructs/consume.ts';
import { NodeFunction, type NodeFunctionProps } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';
import { allow } from './constructs/statement.ts';
import { createTable, text } from './constructs/tables.ts';
import { addTopicRule } from './constructs/topicRule.ts';
import type { DataStack } from './dataStack.ts';
import type { LiveStack } from './liveStack.ts';

export interface CommandsStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'devices' | 'events' | 'audit'>;
  readonly live: Pick<LiveStack, 'queue' | 'pushEnvironment' | 'pushing'>;
}

/** Short: while SQS waits for a call that died, its device's mailbox waits too. */
const callTimeout = Duration.seconds(5);
/** Latency first, whatever the profile. */
const batching = { batchSize: 10, windowSeconds: 0 };
/** Most ring for commands that ended long ago, and none to the second. */
const timerBatching = { batchSize: 50, windowSeconds: 1 };
/** By then most new commands have ended, and need no timer. */
const untilTimersAreSet = Duration.seconds(1);
const deliveries = 5;
/** SQS takes no more: a command without its timer would be left lying, so a timer outlasts hours in which nothing works. */
const timerDeliveries = 1000;

/** What devices are told to do: the commands, a mailbox for each device, the answers, and the timers that end what nobody answers. */
export class CommandsStack extends Stack {
  readonly table: Table;
  /** Wakes mailboxes, each device a message group. */
  readonly mailbox: Queue;
  /** How children of group commands ended. */
  readonly groupReports: Queue;
  readonly #timers: Queue;
  readonly #props: CommandsStackProps;
  readonly #deadLetters: Queue;

  constructor(scope: Construct, id: string, props: CommandsStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { configuration } = props;
    this.table = this.#commands();
    this.#deadLetters = createQueue(this, 'CommandsDlq', { configuration });
    alarmWhenNotEmpty(
      this,
      'CommandsDlqNotEmpty',
      this.#deadLetters,
      'A response of a device was not understood, or a timer or a report of a command could not be handled.',
    );
    const mailboxDeadLetters = createQueue(this, 'MailboxDlq', { configuration, fifo: true });
    alarmWhenNotEmpty(
      this,
      'MailboxDlqNotEmpty',
      mailboxDeadLetters,
      'A mailbox could not be looked into. Its commands are looked at again by their timers.',
    );
    this.mailbox = this.#queue('Mailbox', { queue: mailboxDeadLetters, after: deliveries }, true);
    this.groupReports = this.#queue('GroupReports');
    this.#timers = createQueue(this, 'Timers', {
      configuration,
      consumer: { timeout: callTimeout, windowSeconds: timerBatching.windowSeconds },
      deadLetters: { queue: this.#deadLetters, after: timerDeliveries },
    });

    const responses = this.#queue('Responses');
    const functions = {
      Dispatch: this.#dispatch(),
      SetTimers: this.#setTimers(),
      Timer: this.#timer(),
      Respond: this.#respond(responses),
    };

    new CfnOutput(this, 'CommandsTableName', { value: this.table.tableName });
    for (const [name, queue] of Object.entries({ Mailbox: this.mailbox, Timer: this.#timers, Response: responses }))
      new CfnOutput(this, `${name}QueueUrl`, { value: queue.queueUrl });
    // For `npm run faults`, which kills functions by name.
    for (const [name, { functionName }] of Object.entries(functions))
      new CfnOutput(this, `${name}FunctionName`, { value: functionName });
    new CfnOutput(this, 'CommandsDeadLetterQueueUrl', { value: this.#deadLetters.queueUrl });
  }

  /** What every function is given that changes commands. */
  get functionEnvironment(): Readonly<Record<keyof typeof commandsEnv, string>> {
    const { configuration, data, live } = this.#props;
    return {
      COMMANDS_TABLE: this.table.tableName,
      EVENTS_TABLE: data.events.tableName,
      AUDIT_TABLE: data.audit.tableName,
      COMMAND_RETENTION_DAYS: String(configuration.retention.messageDays),
      TIMER_QUEUE_URL: this.#timers.queueUrl,
      MAILBOX_QUEUE_URL: this.mailbox.queueUrl,
      LIVE_QUEUE_URL: live.queue.queueUrl,
      GROUP_QUEUE_URL: this.groupReports.queueUrl,
    };
  }

  /** To end a command, and to tell everybody of it. */
  endCommands(): PolicyStatement[] {
    const { data, live } = this.#props;
    return [
      // UpdateItem: how many of a device are open.
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], this.table.tableArn),
      allow(['dynamodb:PutItem'], data.events.tableArn),
      allow(['sqs:SendMessage'], this.mailbox.queueArn, this.groupReports.queueArn, live.queue.queueArn),
    ];
  }

  /** To tell devices what to do. */
  publishCommands(): PolicyStatement {
    const topics = ['devices/commands/*', 'gateways/*/devices/commands/*'];
    return allow(
      ['iot:Publish'],
      ...topics.map((resourceName) => this.formatArn({ service: 'iot', resource: 'topic', resourceName })),
    );
  }

  #dispatch(): IFunction {
    const { data, live } = this.#props;
    const dispatch = this.#function('Dispatch', {
      entry: 'commands/dispatch',
      description: 'Sends to each device that was woken the command that is next',
      env: dispatchEnv,
      environment: { ...this.functionEnvironment, DEVICES_TABLE: data.devices.tableName },
    });
    for (const statement of [
      allow(['dynamodb:Query'], ...[openIndex, behindIndex].map(({ name }) => `${this.table.tableArn}/index/${name}`)),
      // It is read again where somebody cancels it at that moment.
      allow(['dynamodb:PutItem', 'dynamodb:GetItem'], this.table.tableArn),
      // Whether the device is there, or its gateway.
      allow(['dynamodb:BatchGetItem'], data.devices.tableArn),
      this.publishCommands(),
      allow(['sqs:SendMessage'], this.#timers.queueArn, this.mailbox.queueArn, live.queue.queueArn),
    ])
      dispatch.addToRolePolicy(statement);
    consume(dispatch, this.mailbox, batching);
    return dispatch;
  }

  #timer(): IFunction {
    const timer = this.#function('Timer', {
      entry: 'commands/timer',
      description: 'Looks at commands whose timer rang, and ends those whose time is over',
      env: timerEnv,
      environment: this.functionEnvironment,
    });
    for (const statement of [
      ...this.endCommands(),
      allow(['dynamodb:BatchGetItem'], this.table.tableArn),
      allow(['sqs:SendMessage'], this.#timers.queueArn),
    ])
      timer.addToRolePolicy(statement);
    consume(timer, this.#timers, timerBatching);
    return timer;
  }

  #setTimers(): IFunction {
    const setTimers = this.#function('SetTimers', {
      entry: 'commands/setTimers',
      description: 'Sets the first timers of new commands that are still open',
      env: setTimersEnv,
      environment: { ...this.functionEnvironment, DEAD_LETTER_QUEUE_URL: this.#deadLetters.queueUrl },
    });
    for (const statement of [
      allow(['dynamodb:BatchGetItem'], this.table.tableArn),
      allow(['sqs:SendMessage'], this.#timers.queueArn, this.groupReports.queueArn),
    ])
      setTimers.addToRolePolicy(statement);
    consumeStream(setTimers, 'CommandsStream', {
      table: this.table,
      deadLetters: this.#deadLetters,
      batchSize: 100,
      maxBatchingWindow: untilTimersAreSet,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { commandId: { S: FilterRule.notEquals(openCountId) } } },
        }),
      ],
    });
    return setTimers;
  }

  #respond(responses: Queue): IFunction {
    const { configuration, data, live } = this.#props;
    const ruleErrors = this.#queue('ResponseRuleErrors');
    const respond = this.#function('Respond', {
      entry: 'commands/respond',
      description: 'Takes what devices answer to commands',
      env: respondEnv,
      environment: {
        ...this.functionEnvironment,
        ...live.pushEnvironment,
        DEVICES_TABLE: data.devices.tableName,
        DEAD_LETTER_QUEUE_URL: this.#deadLetters.queueUrl,
      },
    });
    for (const statement of [
      ...this.endCommands(),
      // Whose child a device is.
      allow(['dynamodb:GetItem'], data.devices.tableArn),
      allow(['sqs:SendMessage'], this.#deadLetters.queueArn),
      ...live.pushing(),
    ])
      respond.addToRolePolicy(statement);
    consume(respond, responses, batching);

    const redeliver = this.#function('ResponseRuleErrorsConsumer', {
      entry: 'commands/ruleErrors',
      description: 'Puts responses that the topic rule could not deliver into their queue',
      env: responseRuleErrorsEnv,
      environment: { RESPONSE_QUEUE_URL: responses.queueUrl },
    });
    redeliver.addToRolePolicy(allow(['sqs:SendMessage'], responses.queueArn));
    consume(redeliver, ruleErrors, batching);

    const common = { to: responses, errorsTo: ruleErrors };
    addTopicRule(this, 'ResponseRule', {
      ...common,
      ruleName: `fieldline_${configuration.stage}_responses`,
      description: 'What devices answer to commands',
      select: "encode(*, 'base64') AS payload, topic(3) AS deviceId",
      from: 'devices/commands/+/response',
    });
    addTopicRule(this, 'GatewayResponseRule', {
      ...common,
      ruleName: `fieldline_${configuration.stage}_gateway_responses`,
      description: 'What gateways answer to commands of the devices behind them',
      select: "encode(*, 'base64') AS payload, topic(5) AS deviceId, topic(2) AS gatewayId",
      from: 'gateways/+/devices/commands/+/response',
    });
    return respond;
  }

  #commands(): Table {
    const table = createTable(this, 'Commands', {
      configuration: this.#props.configuration,
      keys: [text('deviceId'), text('commandId')],
      timeToLiveAttribute: 'forgottenAt',
      stream: StreamViewType.KEYS_ONLY,
    });
    table.addLocalSecondaryIndex({ indexName: openIndex.name, sortKey: text(openIndex.sortKey) });
    table.addGlobalSecondaryIndex({
      indexName: behindIndex.name,
      partitionKey: text(behindIndex.partitionKey),
      sortKey: text(behindIndex.sortKey),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  #queue(id: string, deadLetters = { queue: this.#deadLetters, after: deliveries }, fifo = false): Queue {
    return createQueue(this, id, {
      configuration: this.#props.configuration,
      consumer: { timeout: callTimeout, windowSeconds: batching.windowSeconds },
      deadLetters,
      fifo,
    });
  }

  #function<Schema extends z.ZodType>(
    id: string,
    settings: Pick<NodeFunctionProps<Schema>, 'entry' | 'description' | 'env' | 'environment'>,
  ): IFunction {
    const { configuration } = this.#props;
    return new NodeFunction(this, id, { ...settings, configuration, timeout: callTimeout, memorySize: 1024 }).function;
  }
}
