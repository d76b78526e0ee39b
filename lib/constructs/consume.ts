import { Duration, Names } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type EventSourceMappingOptions, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { allow } from './statement.ts';

export interface Batching {
  readonly batchSize: number;
  readonly windowSeconds: number;
}

/** Lets a function consume a queue, with partial batch responses: one bad message never brings its neighbours back. */
export function consume(
  target: IFunction,
  queue: Queue,
  { batchSize, windowSeconds }: Batching,
  maxConcurrency?: number,
): void {
  // Not by SqsEventSource, whose grant has two actions more than Lambda uses (AWS: "Creating and configuring an Amazon SQS
  // event source mapping", AWSLambdaSQSQueueExecutionRole).
  target.addToRolePolicy(
    new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [queue.queueArn],
    }),
  );
  // The id is SqsEventSource's: a second mapping of a queue to a function would be refused while the first is there.
  target.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
    eventSourceArn: queue.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    ...(windowSeconds > 0 && { maxBatchingWindow: Duration.seconds(windowSeconds) }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
  });
}

/** A stream keeps records for a day: before that, what could not be handled is told. */
const longestAge = Duration.hours(23);

/**
 * Lets a function read the stream of a table, in order: what can't be handled now holds up what comes after it. What it gives up goes to
 * the dead letters. (AWS: "Process DynamoDB records with Lambda".)
 */
export function consumeStream(
  target: IFunction,
  id: string,
  {
    table,
    deadLetters,
    ...settings
  }: { readonly table: Table; readonly deadLetters: Queue } & Pick<
    EventSourceMappingOptions,
    'batchSize' | 'filters' | 'maxBatchingWindow'
  >,
): void {
  const stream = table.tableStreamArn ?? '';
  // As AWSLambdaDynamoDBExecutionRole has them.
  target.addToRolePolicy(
    allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      stream,
    ),
  );
  target.addToRolePolicy(allow(['sqs:SendMessage'], deadLetters.queueArn));
  target.addEventSourceMapping(id, {
    ...settings,
    eventSourceArn: stream,
    startingPosition: StartingPosition.TRIM_HORIZON,
    bisectBatchOnError: true,
    maxRecordAge: longestAge,
    reportBatchItemFailures: true,
    // Not SqsDlq, whose grant has two actions more than Lambda uses.
    onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
  });
}
