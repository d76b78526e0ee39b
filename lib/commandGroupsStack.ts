import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { advanceEnv, type groupsEnv, newsEnv } from '../functions/commandGroups/env.ts';
import { scopeIndex } from '../functions/commandGroups/groupCommand.ts';
import type { CommandsStack } from './commandsStack.ts';
import type { Configuration } from './config.ts';
import { consume } from './constructs/consume.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';
import { allow } from './constructs/statement.ts';
import { createTable, text } from './constructs/tables.ts';
import type { DataStack } from './dataStack.ts';

export interface CommandGroupsStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'devices' | 'directory' | 'audit'>;
  readonly commands: Pick<CommandsStack, 'table' | 'groupReports' | 'functionEnvironment' | 'endCommands'>;
  readonly liveQueue: Queue;
}

/** Of whoever gives devices their commands, 25 at once. */
const advanceTimeout = Duration.seconds(10);
/** As long as the queue of reports is made for. */
const newsTimeout = Duration.seconds(5);
const batching = { batchSize: 10, windowSeconds: 0 };
const deliveries = 5;
/** SQS takes no more: a group without its timer would be left lying, so a timer outlasts hours in which nothing works. */
const timerDeliveries = 1000;

/** Commands of rooms and applications: the groups and their devices, a mailbox for each group, what is reported to it, its timers. */
export class CommandGroupsStack extends Stack {
  readonly table: Table;
  readonly mailbox: Queue;
  readonly timers: Queue;
  readonly #props: CommandGroupsStackProps;

  constructor(scope: Construct, id: string, props: CommandGroupsStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { configuration } = props;
    this.table = this.#groups();
    const timerDeadLetters = createQueue(this, 'GroupTimersDlq', { configuration });
    alarmWhenNotEmpty(
      this,
      'GroupTimersDlqNotEmpty',
      timerDeadLetters,
      'A timer of a group command could not be handled.',
    );
    const mailboxDeadLetters = createQueue(this, 'GroupMailboxDlq', { configuration, fifo: true });
    alarmWhenNotEmpty(
      this,
      'GroupMailboxDlqNotEmpty',
      mailboxDeadLetters,
      'The next step of a group command failed. Its timer tries it again.',
    );
    this.mailbox = createQueue(this, 'GroupMailbox', {
      configuration,
      consumer: { timeout: advanceTimeout, windowSeconds: batching.windowSeconds },
      deadLetters: { queue: mailboxDeadLetters, after: deliveries },
      fifo: true,
    });
    this.timers = createQueue(this, 'GroupTimers', {
      configuration,
      consumer: { timeout: newsTimeout, windowSeconds: batching.windowSeconds },
      deadLetters: { queue: timerDeadLetters, after: timerDeliveries },
    });
    this.#advance();
    this.#news();

    new CfnOutput(this, 'CommandGroupsTableName', { value: this.table.tableName });
    new CfnOutput(this, 'GroupMailboxQueueUrl', { value: this.mailbox.queueUrl });
  }

  /** What every function is given that has to do with group commands. */
  get functionEnvironment(): Readonly<Record<Exclude<keyof typeof groupsEnv, 'DEVICES_TABLE'>, string>> {
    return {
      ...this.#props.commands.functionEnvironment,
      COMMAND_GROUPS_TABLE: this.table.tableName,
      GROUP_MAILBOX_QUEUE_URL: this.mailbox.queueUrl,
      GROUP_TIMER_QUEUE_URL: this.timers.queueUrl,
    };
  }

  /** To wake groups, and to set their timers. */
  wakeGroups(): PolicyStatement {
    return allow(['sqs:SendMessage'], this.mailbox.queueArn, this.timers.queueArn);
  }

  #advance(): void {
    const { configuration, data, commands, liveQueue } = this.#props;
    const { function: advance } = new NodeFunction(this, 'AdvanceGroup', {
      configuration,
      entry: 'commandGroups/advance',
      description:
        'Moves each group command on that was woken: gives its devices their commands, takes them back, ends it',
      env: advanceEnv,
      environment: {
        ...this.functionEnvironment,
        DEVICES_TABLE: data.devices.tableName,
        DIRECTORY_TABLE: data.directory.tableName,
      },
      timeout: advanceTimeout,
      memorySize: 1024,
    });
    for (const statement of [
      allow(['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], this.table.tableArn),
      allow(['dynamodb:BatchGetItem'], data.devices.tableArn),
      allow(['dynamodb:GetItem'], data.directory.tableArn),
      ...commands.endCommands(),
      allow(['dynamodb:PutItem'], data.audit.tableArn),
      allow(['sqs:SendMessage'], liveQueue.queueArn),
      this.wakeGroups(),
    ])
      advance.addToRolePolicy(statement);
    consume(advance, this.mailbox, batching);
  }

  #news(): void {
    const { configuration, data, commands } = this.#props;
    const { function: news } = new NodeFunction(this, 'GroupNews', {
      configuration,
      entry: 'commandGroups/news',
      description: 'Notes how devices of group commands ended, and looks after groups whose timer rang',
      env: newsEnv,
      environment: { ...this.functionEnvironment, DEVICES_TABLE: data.devices.tableName },
      timeout: newsTimeout,
      memorySize: 1024,
    });
    for (const statement of [
      allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], this.table.tableArn),
      allow(['dynamodb:BatchGetItem'], commands.table.tableArn),
      this.wakeGroups(),
    ])
      news.addToRolePolicy(statement);
    consume(news, commands.groupReports, batching);
    consume(news, this.timers, batching);
  }

  #groups(): Table {
    const table = createTable(this, 'CommandGroups', {
      configuration: this.#props.configuration,
      keys: [text('groupId'), text('entry')],
      timeToLiveAttribute: 'forgottenAt',
    });
    table.addGlobalSecondaryIndex({
      indexName: scopeIndex.name,
      partitionKey: text(scopeIndex.partitionKey),
      sortKey: text(scopeIndex.sortKey),
    });
    return table;
  }
}
