import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
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
  target.addEventSource(
    new SqsEventSource(queue, {
      batchSize,
      reportBatchItemFailures: true,
      ...(windowSeconds > 0 && { maxBatchingWindow: Duration.seconds(windowSeconds) }),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    }),
  );
}
