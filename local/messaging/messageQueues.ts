import type { QueuePort } from '../ports.ts';
import type { MessageAttributes } from './snsMessage.ts';

/** SQS for the services that send on somebody's behalf. */
export interface MessageQueues extends QueuePort {
  /** @throws AwsError as SendMessage. */
  deliver(
    queueArn: string,
    message: {
      readonly body: string;
      readonly attributes?: MessageAttributes;
      readonly groupId?: string | undefined;
      readonly deduplicationId?: string | undefined;
    },
  ): void;
  has(queueArn: string): boolean;
  /** Whether the queue's policy lets this service send for this source. */
  admits(queueArn: string, servicePrincipal: string, sourceArn: string): boolean;
}
