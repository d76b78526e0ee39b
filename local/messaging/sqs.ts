import type { CloudContext } from '../context.ts';
import type { QueueMessage } from '../ports.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, jsonError } from '../service.ts';
import {
  createSqsStore,
  type FauxError,
  type FauxMessage,
  type FauxQueue,
  loadSqsAction,
  type SqsAction,
  SqsError,
} from './fauxqs.ts';
import type { MessageQueues } from './messageQueues.ts';
import { createAlarms, dropExpired } from './queueTimes.ts';
import { receivesOf } from './receiveCounts.ts';
import { parseServicePolicy, type ServicePolicy, serviceMay } from './servicePolicy.ts';
import { checkRequest, correctAnswer } from './sqsCorrections.ts';
import { createSqsPersistence } from './sqsPersistence.ts';
import { queuePolicyProvider, queueProvider } from './sqsProviders.ts';

/** SQS looks for messages past their retention period about as often. */
const retentionSweepMilliseconds = 60_000;

/** Operations that fauxqs has right, with sqsCorrections.ts; everything else is refused by name. */
const operations = [
  'CreateQueue',
  'DeleteQueue',
  'GetQueueUrl',
  'ListQueues',
  'GetQueueAttributes',
  'SetQueueAttributes',
  'PurgeQueue',
  'SendMessage',
  'SendMessageBatch',
  'ReceiveMessage',
  'DeleteMessage',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
] as const;

/** IAM has one action for an operation and its batch form (AWS: "Amazon SQS API permissions"). */
const permissionOf = (operation: string) => `sqs:${operation.replace(/Batch$/, '')}`;

export async function createSqs(
  context: CloudContext,
  /** Epoch milliseconds, of deduplication. */
  now: () => number = Date.now,
): Promise<{ service: AwsService; queues: MessageQueues; providers: ResourceProvider[]; close(): void }> {
  const actions = new Map<string, SqsAction>();
  for (const operation of operations) actions.set(operation, await loadSqsAction(operation));
  const store = createSqsStore();
  store.region = context.region;
  store.host = '';
  const urlOf = (name: string) => `${context.endpointUrl}/${context.accountId}/${name}`;
  const alarms = createAlarms(store);
  const persistence = createSqsPersistence(context.store, alarms.at, now);
  persistence.load(store, urlOf);
  store.persistence = persistence;
  const sweep = setInterval(() => dropExpired(store, persistence.deleteMessage), retentionSweepMilliseconds);
  sweep.unref();
  dropExpired(store, persistence.deleteMessage);

  const request = { headers: { host: new URL(context.endpointUrl).host } };
  const act = (operation: string, body: Readonly<Record<string, unknown>>): unknown => {
    const action = actions.get(operation) as SqsAction;
    return action(body, store, request);
  };

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
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', 400);
    return queue;
  };
  const nameOf = (url: unknown) =>
    String(url ?? '')
      .split('/')
      .pop() ?? '';
  const arnOfName = (name: string) => `arn:aws:sqs:${context.region}:${context.accountId}:${name}`;

  /** As it is parsed, which every message that a service sends asks for. */
  const policies = new WeakMap<FauxQueue, { readonly text: string; readonly policy: ServicePolicy }>();
  const policyOf = (queue: FauxQueue): ServicePolicy => {
    const text = queue.attributes['Policy'];
    if (!text) return [];
    const known = policies.get(queue);
    if (known?.text === text) return known.policy;
    const policy = parseServicePolicy(text);
    policies.set(queue, { text, policy });
    return policy;
  };

  const queues: MessageQueues = {
    send(arn, body) {
      try {
        const { MessageId: messageId } = act('SendMessage', { QueueUrl: byArn(arn).url, MessageBody: body }) as {
          MessageId: string;
        };
        return { messageId };
      } catch (error) {
        throw awsError(error);
      }
    },
    deliver(arn, { body, attributes = {}, groupId, deduplicationId }) {
      const request = {
        QueueUrl: byArn(arn).url,
        MessageBody: body,
        MessageAttributes: attributes,
        ...(groupId !== undefined && { MessageGroupId: groupId }),
        ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
      };
      checkRequest('SendMessage', request);
      try {
        act('SendMessage', request);
      } catch (error) {
        throw awsError(error);
      }
    },
    has: (arn) => store.getQueueByArn(arn) !== undefined,
    admits(arn, service, sourceArn) {
      const queue = store.getQueueByArn(arn);
      return (
        queue !== undefined &&
        serviceMay(policyOf(queue), { service, action: 'sqs:SendMessage', resource: arn, sourceArn })
      );
    },
    receive(arn, maxMessages) {
      const queue = byArn(arn);
      return queue
        .dequeue(maxMessages, undefined, (target) => store.getQueueByArn(target))
        .map(
          (message): QueueMessage => ({
            messageId: message.MessageId,
            receiptHandle: message.ReceiptHandle,
            body: message.Body,
            md5OfBody: message.MD5OfBody,
            attributes: systemAttributes(queue.inflightMessages.get(message.ReceiptHandle)?.message),
            messageAttributes: message.MessageAttributes ?? {},
          }),
        );
    },
    delete(arn, receiptHandle) {
      byArn(arn).deleteMessage(receiptHandle);
    },
    changeVisibility(arn, receiptHandle, seconds) {
      byArn(arn).changeVisibility(receiptHandle, seconds);
    },
    releaseAll(arn) {
      const queue = byArn(arn);
      for (const receiptHandle of [...queue.inflightMessages.keys()]) queue.changeVisibility(receiptHandle, 0);
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
      const body = parse(request);
      checkRequest(operation, body);
      try {
        const inFlight = (handle: string) =>
          store.getQueueByName(nameOf(body['QueueUrl']))?.inflightMessages.get(handle)?.message;
        const answer = correctAnswer(operation, body, await act(operation, body), inFlight);
        // A queue that was deleted and made again is heard by those who listened to the first.
        if (operation === 'CreateQueue')
          for (const queue of store.allQueues()) if (listeners.has(queue.arn)) listen(queue);
        return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(answer) };
      } catch (error) {
        throw awsError(error);
      }
    },
    error: sqsError,
  };

  return {
    service,
    queues,
    providers: [queueProvider(store, arnOfName, urlOf), queuePolicyProvider(store)],
    close() {
      clearInterval(sweep);
      alarms.stop();
      store.shutdown();
    },
  };
}

function awsError(error: unknown): unknown {
  if (!(error instanceof SqsError)) return error;
  const { code, message, statusCode } = error as FauxError;
  return new AwsError(code, message, statusCode);
}

/** Error codes of SQS's earlier Query protocol, where they differ: SDKs show them too (Smithy: "AWS Query compatible"). */
const queryCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  ...Object.fromEntries(
    [
      'EmptyBatchRequest',
      'TooManyEntriesInBatchRequest',
      'BatchEntryIdsNotDistinct',
      'InvalidBatchEntryId',
      'BatchRequestTooLong',
      'MessageNotInflight',
      'UnsupportedOperation',
    ].map((code) => [code, `AWS.SimpleQueueService.${code}`]),
  ),
};

function sqsError(error: AwsError): AwsResponse {
  const answer = jsonError(error);
  return {
    ...answer,
    status: error.code === 'AccessDeniedException' ? 403 : error.status,
    headers: {
      ...answer.headers,
      'x-amzn-query-error': `${queryCodes[error.code] ?? error.code};${error.status < 500 ? 'Sender' : 'Receiver'}`,
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

function parse(request: AwsRequest): Record<string, unknown> {
  try {
    return JSON.parse(request.body.toString() || '{}') as Record<string, unknown>;
  } catch (error) {
    throw new AwsError('SerializationException', String(error));
  }
}

function systemAttributes(message: FauxMessage | undefined): Record<string, string> {
  if (!message) return {};
  return {
    ApproximateReceiveCount: String(receivesOf(message)),
    SentTimestamp: String(message.sentTimestamp),
    SenderId: 'AIDALOCAL',
    ApproximateFirstReceiveTimestamp: String(message.approximateFirstReceiveTimestamp ?? message.sentTimestamp),
    ...(message.messageGroupId !== undefined && { MessageGroupId: message.messageGroupId }),
    ...(message.messageDeduplicationId !== undefined && { MessageDeduplicationId: message.messageDeduplicationId }),
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
  };
}
