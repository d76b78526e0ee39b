import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { defaultQueueAttributes, type FauxSqsStore } from './fauxqs.ts';
import { parseServicePolicy } from './servicePolicy.ts';

const queueAttributes = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
  'FifoQueue',
  'ContentBasedDeduplication',
  'RedrivePolicy',
  'RedriveAllowPolicy',
];

export function queueProvider(
  store: FauxSqsStore,
  arnOf: (name: string) => string,
  urlOf: (name: string) => string,
): ResourceProvider {
  return {
    type: 'AWS::SQS::Queue',
    honoured: ['QueueName', ...queueAttributes],
    noEffect: {
      SqsManagedSseEnabled: 'state on this machine is as safe as its disk',
      KmsMasterKeyId: 'state on this machine is as safe as its disk',
      KmsDataKeyReusePeriodSeconds: 'state on this machine is as safe as its disk',
      Tags: 'nothing reads them',
    },
    provision({ properties, generatedName }) {
      const fifo = properties['FifoQueue'] === true;
      const name = String(properties['QueueName'] ?? `${generatedName.slice(0, 70)}${fifo ? '.fifo' : ''}`);
      if (fifo !== name.endsWith('.fifo'))
        throw new NotHonoured('QueueName', `a FIFO queue's name, and no other, ends with .fifo: ${name}`);
      const arn = arnOf(name);
      const attributes: Record<string, string> = { ...defaultQueueAttributes };
      for (const attribute of queueAttributes) {
        const value = properties[attribute];
        if (value !== undefined)
          attributes[attribute] = typeof value === 'object' ? JSON.stringify(value) : String(value);
      }
      checkRedrive(properties['RedrivePolicy'], arn, store);
      const queue = store.getQueueByArn(arn) ?? store.createQueue(name, urlOf(name), arn, attributes, {});
      delete queue.attributes['Policy'];
      queue.setAttributes({ RedrivePolicy: '', ...attributes });
      return { ref: queue.url, attributes: { Arn: arn, QueueName: name, QueueUrl: queue.url } };
    },
  };
}

/** What SQS checks when a queue is given a dead-letter queue (AWS: "Using dead-letter queues in Amazon SQS"). */
function checkRedrive(policy: unknown, arn: string, store: FauxSqsStore): void {
  if (policy === undefined) return;
  const { deadLetterTargetArn: target, maxReceiveCount: count } = policy as {
    deadLetterTargetArn?: string;
    maxReceiveCount?: number;
  };
  const deadLetters = store.getQueueByArn(String(target));
  if (!deadLetters) throw new NotHonoured('RedrivePolicy', `there is no queue ${String(target)}`);
  if (deadLetters.isFifo() !== arn.endsWith('.fifo'))
    throw new NotHonoured('RedrivePolicy', 'the dead-letter queue must be of the same type as the queue');
  if (!(Number(count) >= 1 && Number(count) <= 1000))
    throw new NotHonoured('RedrivePolicy', `maxReceiveCount must be 1 to 1000, not ${String(count)}`);
  const allow = JSON.parse(deadLetters.attributes['RedriveAllowPolicy'] ?? '{}') as {
    redrivePermission?: string;
    sourceQueueArns?: string[];
  };
  if (
    allow.redrivePermission === 'denyAll' ||
    (allow.redrivePermission === 'byQueue' && !allow.sourceQueueArns?.includes(arn))
  ) {
    throw new NotHonoured('RedrivePolicy', `the RedriveAllowPolicy of ${String(target)} does not allow this queue`);
  }
}

export function queuePolicyProvider(store: FauxSqsStore): ResourceProvider {
  return {
    type: 'AWS::SQS::QueuePolicy',
    honoured: ['PolicyDocument', 'Queues'],
    noEffect: {},
    provision({ properties, generatedName }) {
      const document = properties['PolicyDocument'];
      checkServicePolicy(document);
      for (const url of (properties['Queues'] ?? []) as string[]) {
        const queue = store.getQueueByName(url.split('/').pop() ?? '');
        if (!queue) throw new NotHonoured('Queues', `there is no queue ${url}`);
        queue.setAttributes({ Policy: JSON.stringify(document) });
      }
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
  };
}

/** @throws NotHonoured for a resource policy that isn't understood as a whole. */
export function checkServicePolicy(document: unknown): void {
  try {
    parseServicePolicy(document);
  } catch (error) {
    throw new NotHonoured('PolicyDocument', error instanceof Error ? error.message : String(error));
  }
}
