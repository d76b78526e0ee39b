import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Configuration } from '../config.ts';

export interface QueueSettings {
  readonly configuration: Configuration;
  /** Timeout of the function that consumes it and the window in which its batches are gathered. */
  readonly consumer?: { readonly timeout: Duration; readonly windowSeconds: number };
  readonly deadLetters?: { readonly queue: Queue; readonly after: number };
  /** One message of a group at a time, in order. Its dead letters take a queue of this kind too. */
  readonly fifo?: boolean;
}

/** A queue with this project's defaults: encrypted, TLS only, kept 14 days. */
export function createQueue(
  scope: Construct,
  id: string,
  { configuration, consumer, deadLetters, fifo = false }: QueueSettings,
): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    ...(fifo && { fifo }),
    removalPolicy: configuration.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    // AWS, "Creating and configuring an Amazon SQS event source mapping": six timeouts and the window.
    ...(consumer && { visibilityTimeout: Duration.seconds(consumer.timeout.toSeconds() * 6 + consumer.windowSeconds) }),
    ...(deadLetters && { deadLetterQueue: { queue: deadLetters.queue, maxReceiveCount: deadLetters.after } }),
  });
}

/** Raised as soon as a message waits where nobody consumes. */
export function alarmWhenNotEmpty(scope: Construct, id: string, queue: Queue, description: string): Alarm {
  return new Alarm(scope, id, {
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
    alarmDescription: description,
    threshold: 0,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
