import type { CloudContext } from '../context.ts';
import type { AsyncInvocations } from '../lambda/asyncInvocations.ts';
import type { MessageQueues } from '../messaging/messageQueues.ts';
import { NotHonoured } from '../resources/provider.ts';
import { AwsError } from '../service.ts';

interface DeliveryPorts {
  readonly queues: MessageQueues;
  readonly invocations: AsyncInvocations;
}

export interface Target {
  readonly arn: string;
  readonly groupId: string | undefined;
  readonly deadLetterQueue: string | undefined;
}

/** Whether the source of an event may do this. */
type MayDo = (action: 'lambda:InvokeFunction' | 'sqs:SendMessage', resource: string) => boolean;

/**
 * Reads the target of a schedule or a rule.
 * @throws NotHonoured for a target that is neither a function nor a queue that is there.
 */
export function readTarget(properties: Readonly<Record<string, unknown>>, path: string, queues: MessageQueues): Target {
  const arn = String(properties['Arn']);
  const [, , service] = arn.split(':');
  const { MessageGroupId: groupId } = (properties['SqsParameters'] ?? {}) as { MessageGroupId?: string };
  const { Arn: deadLetterQueue } = (properties['DeadLetterConfig'] ?? {}) as { Arn?: string };
  if (service !== 'lambda' && service !== 'sqs')
    throw new NotHonoured(`${path}.Arn`, `functions and queues are honoured as targets, not ${arn}`);
  for (const queue of [service === 'sqs' ? arn : undefined, deadLetterQueue])
    if (queue !== undefined && !queues.has(queue)) throw new NotHonoured(path, `there is no queue ${queue}`);
  if (service === 'sqs' && arn.endsWith('.fifo') !== (groupId !== undefined))
    throw new NotHonoured(`${path}.SqsParameters`, 'a FIFO queue, and no other, needs a MessageGroupId');
  if (deadLetterQueue?.endsWith('.fifo'))
    throw new NotHonoured(`${path}.DeadLetterConfig`, 'a dead-letter queue is a standard queue here');
  return { arn, groupId, deadLetterQueue };
}

interface Delivery {
  /** JSON for a function, any text for a queue. */
  readonly event: string;
  readonly mayDo: MayDo;
  /** What a dead letter says of where it comes from. */
  readonly source: Readonly<Record<string, string>>;
}

/** Gives an event to its target, or else to the dead-letter queue with what went wrong. */
export function deliver(context: CloudContext, ports: DeliveryPorts, target: Target, delivery: Delivery): void {
  const failure = failureOf(() => handOver(ports, target, delivery));
  if (!failure) return;
  const { arn, deadLetterQueue } = target;
  const letter = { ...delivery.source, TARGET_ARN: arn, ERROR_CODE: failure.code, ERROR_MESSAGE: failure.message };
  const attributes = Object.entries(letter).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]);
  const lost =
    deadLetterQueue === undefined || !delivery.mayDo('sqs:SendMessage', deadLetterQueue)
      ? failure
      : failureOf(() =>
          ports.queues.deliver(deadLetterQueue, { body: delivery.event, attributes: Object.fromEntries(attributes) }),
        );
  if (lost) context.log.warn('a scheduled event could not be delivered, it is lost', letter);
}

function handOver({ queues, invocations }: DeliveryPorts, { arn, groupId }: Target, { event, mayDo }: Delivery): void {
  const action = arn.split(':')[2] === 'lambda' ? 'lambda:InvokeFunction' : 'sqs:SendMessage';
  if (!mayDo(action, arn))
    throw new AwsError('NO_PERMISSIONS', `not authorized to perform: ${action} on resource: ${arn}`, 403);
  if (action === 'lambda:InvokeFunction') invocations.invoke(arn, JSON.parse(event));
  else queues.deliver(arn, { body: event, groupId });
}

function failureOf(work: () => void): AwsError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

/** ISO 8601 to the second, as both services write it. */
export const isoSeconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
