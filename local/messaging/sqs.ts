import type { CloudContext } from '../context.ts';
import type { QueueMessage, QueuePort } from '../ports.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsService, jsonError } from '../service.ts';
import { createMessage, type FauxError, type FauxMessage, type FauxQueue, type FauxSqsStore, loadSqsAction, type SqsAction, SqsError } from './fauxqs.ts';
import { createSqsPersistence } from './persistence.ts';

/** SQS takes messages of up to 1 MiB since 2025-08 (AWS: "Amazon SQS message quotas"). */
const messageLimit = 1024 * 1024;

/** Operations that fauxqs has right; everything else is refused by name. */
const operations = [
  'CreateQueue', 'DeleteQueue', 'GetQueueUrl', 'ListQueues', 'GetQueueAttributes', 'SetQueueAttributes', 'PurgeQueue',
  'SendMessage', 'SendMessageBatch', 'ReceiveMessage', 'DeleteMessage', 'DeleteMessageBatch', 'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch', 'TagQueue', 'UntagQueue', 'ListQueueTags',
] as const;

/** IAM has one action for an operation and its batch form (AWS: "Amazon SQS API permissions"). */
const permissionOf = (operation: string) => `sqs:${operation.replace(/Batch$/, '')}`;

export async function createSqs(
  context: CloudContext,
  store: FauxSqsStore,
): Promise<{ service: AwsService; queues: QueuePort; providers: ResourceProvider[]; close(): void }> {
  const actions = new Map<string, SqsAction>();
  for (const operation of operations) actions.set(operation, await loadSqsAction(operation));
  const alarms = createAlarms(store);
  const persistence = createSqsPersistence(context.store, alarms.at);
  persistence.load(store);
  store.region = context.region;
  store.persistence = persistence;
  for (const queue of store.allQueues()) queue.persistence = persistence;

  const listeners = new Map<string, Set<() => void>>();
  const listen = (queue: FauxQueue) => {
    if (Object.hasOwn(queue, 'notifyWaiters')) return;
    const notify = queue.notifyWaiters.bind(queue);
    queue.notifyWaiters = () => {
      notify();
      for (const listener of listeners.get(queue.arn) ?? []) listener();
    };
  };

  const byArn = (arn: string): FauxQueue => {
    const queue = store.getQueueByArn(arn);
    if (!queue) throw new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.', 400);
    return queue;
  };
  const nameOf = (url: unknown) => String(url ?? '').split('/').pop() ?? '';
  const arnOfName = (name: string) => `arn:aws:sqs:${context.region}:${context.accountId}:${name}`;

  const queues: QueuePort = {
    send(arn, body) {
      const bytes = Buffer.byteLength(body);
      if (bytes > messageLimit) {
        throw new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: Message must be shorter than ${messageLimit} bytes.`);
      }
      const queue = byArn(arn);
      const delay = Number(queue.attributes['DelaySeconds'] ?? 0);
      const message = { ...createMessage(body), ...(delay > 0 && { delayUntil: Date.now() + delay * 1000 }) };
      queue.enqueue(message);
      return { messageId: message.messageId };
    },
    receive(arn, maxMessages) {
      const queue = byArn(arn);
      const received = queue.dequeue(maxMessages, undefined, (target) => store.getQueueByArn(target));
      if (received.length > 0) alarms.at(queue.name, Date.now() + Number(queue.attributes['VisibilityTimeout']) * 1000);
      return received.map((message): QueueMessage => ({
        messageId: message.MessageId,
        receiptHandle: message.ReceiptHandle,
        body: message.Body,
        md5OfBody: message.MD5OfBody,
        attributes: systemAttributes(queue.inflightMessages.get(message.ReceiptHandle)?.message),
        messageAttributes: message.MessageAttributes ?? {},
      }));
    },
    delete(arn, receiptHandle) {
      byArn(arn).deleteMessage(receiptHandle);
    },
    changeVisibility(arn, receiptHandle, seconds) {
      byArn(arn).changeVisibility(receiptHandle, seconds);
    },
    available: (arn) => Number(byArn(arn).getAttribute('ApproximateNumberOfMessages')),
    onAvailable(arn, listener) {
      listen(byArn(arn));
      const set = listeners.get(arn) ?? new Set();
      listeners.set(arn, set.add(listener));
      return () => set.delete(listener);
    },
    arnOf: (url) => arnOfName(nameOf(url)),
    visibilityTimeoutSeconds: (arn) => Number(byArn(arn).attributes['VisibilityTimeout']),
  };

  const service: AwsService = {
    signingNames: ['sqs'],
    permissions(request) {
      const operation = known(request);
      const body = parse(request);
      const name = 'QueueUrl' in body ? nameOf(body['QueueUrl']) : String(body['QueueName'] ?? '*');
      return [{ action: permissionOf(operation), resource: operation === 'ListQueues' ? '*' : arnOfName(name) }];
    },
    async handle(request) {
      const operation = known(request);
      const action = actions.get(operation) as SqsAction;
      try {
        const answer = await action(parse(request), store, { headers: { ...request.headers, host: new URL(context.endpointUrl).host } });
        if (operation === 'ReceiveMessage') alarms.all();
        return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(answer ?? {}) };
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        const failure = error as FauxError;
        throw new AwsError(failure.code ?? failure.name, failure.message, failure.statusCode);
      }
    },
    error: jsonError,
  };

  return {
    service,
    queues,
    providers: [queueProvider(context, store), queuePolicyProvider()],
    close() {
      alarms.stop();
      store.shutdown();
    },
  };
}

function known(request: AwsRequest): string {
  const operation = request.operation ?? '';
  if (!(operations as readonly string[]).includes(operation)) {
    throw new AwsError('UnsupportedOperation', `sqs: ${operation || request.path} is not honoured by the local cloud.`);
  }
  return operation;
}

const parse = (request: AwsRequest) => JSON.parse(request.body.toString() || '{}') as Record<string, unknown>;

function systemAttributes(message: FauxMessage | undefined): Record<string, string> {
  if (!message) return {};
  return {
    ApproximateReceiveCount: String(message.approximateReceiveCount),
    SentTimestamp: String(message.sentTimestamp),
    SenderId: 'AIDALOCAL',
    ApproximateFirstReceiveTimestamp: String(message.approximateFirstReceiveTimestamp ?? message.sentTimestamp),
    ...(message.messageGroupId !== undefined && { MessageGroupId: message.messageGroupId }),
    ...(message.messageDeduplicationId !== undefined && { MessageDeduplicationId: message.messageDeduplicationId }),
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
  };
}

/** Wakes a queue when a delay or a visibility timeout ends. fauxqs itself only looks when somebody polls. */
function createAlarms(store: FauxSqsStore) {
  const timers = new Map<string, { deadline: number; timer: NodeJS.Timeout }>();
  const at = (queueName: string, deadline: number) => {
    const current = timers.get(queueName);
    if (current && current.deadline <= deadline) return;
    clearTimeout(current?.timer);
    const timer = setTimeout(() => ring(queueName), Math.max(1, deadline - Date.now() + 1));
    timer.unref();
    timers.set(queueName, { deadline, timer });
  };
  const ring = (queueName: string) => {
    timers.delete(queueName);
    const queue = store.getQueueByName(queueName);
    if (!queue) return;
    queue.processTimers();
    const next = earliestDeadline(queue);
    if (next !== undefined) at(queueName, next);
  };
  return {
    at,
    all() {
      for (const queue of store.allQueues()) {
        const next = earliestDeadline(queue);
        if (next !== undefined) at(queue.name, next);
      }
    },
    stop() {
      for (const { timer } of timers.values()) clearTimeout(timer);
    },
  };
}

function earliestDeadline(queue: FauxQueue): number | undefined {
  const { delayedMessages } = queue as unknown as { delayedMessages: FauxMessage[] };
  let earliest = Number.POSITIVE_INFINITY;
  for (const { visibilityDeadline } of queue.inflightMessages.values()) earliest = Math.min(earliest, visibilityDeadline);
  for (const { delayUntil } of delayedMessages) earliest = Math.min(earliest, delayUntil ?? earliest);
  return Number.isFinite(earliest) ? earliest : undefined;
}

const queueAttributes = [
  'DelaySeconds', 'MaximumMessageSize', 'MessageRetentionPeriod', 'ReceiveMessageWaitTimeSeconds', 'VisibilityTimeout',
  'FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit', 'RedrivePolicy', 'RedriveAllowPolicy',
];

function queueProvider(context: CloudContext, store: FauxSqsStore): ResourceProvider {
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
      if (fifo !== name.endsWith('.fifo')) throw new NotHonoured('QueueName', `a FIFO queue's name, and no other, ends with .fifo: ${name}`);
      const arn = `arn:aws:sqs:${context.region}:${context.accountId}:${name}`;
      const url = `${context.endpointUrl}/${context.accountId}/${name}`;
      const attributes: Record<string, string> = {};
      for (const attribute of queueAttributes) {
        const value = properties[attribute];
        if (value !== undefined) attributes[attribute] = typeof value === 'object' ? JSON.stringify(value) : String(value);
      }
      attributes['MaximumMessageSize'] ??= String(messageLimit);
      const existing = store.getQueueByArn(arn);
      if (existing) {
        Object.assign(existing, { url });
        existing.setAttributes({ RedrivePolicy: '', ...attributes });
      } else store.createQueue(name, url, arn, attributes, {});
      return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
  };
}

/** Only the statement that refuses plain HTTP is understood: on the loopback interface there is nothing to refuse. */
function queuePolicyProvider(): ResourceProvider {
  return {
    type: 'AWS::SQS::QueuePolicy',
    honoured: ['PolicyDocument', 'Queues'],
    noEffect: {},
    provision({ properties, generatedName }) {
      refuseOtherThanTlsOnly(properties['PolicyDocument']);
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
  };
}

/** @throws NotHonoured for a resource policy with any statement but "deny without TLS". */
export function refuseOtherThanTlsOnly(document: unknown): void {
  const { Statement: statements } = document as { Statement: Array<{ Effect: string; Condition?: unknown; Sid?: string }> };
  for (const statement of [statements].flat()) {
    const tlsOnly = JSON.stringify(statement.Condition) === JSON.stringify({ Bool: { 'aws:SecureTransport': 'false' } });
    if (statement.Effect !== 'Deny' || !tlsOnly) {
      throw new NotHonoured('PolicyDocument', `of resource policies only the denial of requests without TLS is understood, not ${statement.Sid ?? JSON.stringify(statement)}`);
    }
  }
}
