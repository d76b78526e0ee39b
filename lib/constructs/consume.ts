import { Duration, Names } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

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
