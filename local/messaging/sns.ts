import { createHash, randomUUID } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import type { AsyncInvocations } from '../lambda/asyncInvocations.ts';
import type { FunctionPort } from '../ports.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../service.ts';
import type { MessageQueues } from './messageQueues.ts';
import { element } from './s3Xml.ts';
import { openSnsDeduplication } from './snsDeduplication.ts';
import {
  functionEvent,
  invalidParameter,
  messageLimit,
  type Notification,
  type Publication,
  queueBody,
  readPublication,
  sizeOf,
  textFor,
} from './snsMessage.ts';
import { type Subscription, snsProviders, type Topic } from './snsProviders.ts';

const principal = 'sns.amazonaws.com';

interface SnsPorts {
  readonly queues: MessageQueues;
  readonly functions: FunctionPort;
  readonly invocations: AsyncInvocations;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/**
 * SNS: topics with their subscriptions from the template, Publish and PublishBatch. Of fauxqs' SNS nothing is used: it delivers to
 * queues only, without their policies, and what its filter can't decide.
 */
export function createSns(
  context: CloudContext,
  ports: SnsPorts,
): { service: AwsService; providers: ResourceProvider[] } {
  const now = ports.now ?? Date.now;
  const topics = new Map<string, Topic>();
  const deduplication = openSnsDeduplication(context.store);

  const publish = (topic: Topic, publication: Publication): Notification => {
    const timestamp = new Date(now()).toISOString();
    const first = topic.fifo ? deduplicate(topic, publication) : undefined;
    const notification: Notification = {
      ...publication,
      deduplicationId: first?.deduplicationId ?? publication.deduplicationId,
      messageId: first?.messageId ?? randomUUID(),
      sequenceNumber: first?.sequenceNumber,
      topicArn: topic.arn,
      timestamp,
    };
    if (!first?.duplicate) for (const subscription of topic.subscriptions.values()) notify(subscription, notification);
    return notification;
  };

  const deduplicate = (topic: Topic, { message, groupId, deduplicationId }: Publication) => {
    if (groupId === undefined) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
    const id =
      deduplicationId ??
      (topic.contentBasedDeduplication ? createHash('sha256').update(message).digest('hex') : undefined);
    if (id === undefined)
      throw invalidParameter(
        'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    return { deduplicationId: id, ...deduplication.take(topic.arn, id, now()) };
  };

  const notify = (subscription: Subscription, notification: Notification): void => {
    if (!subscription.accepts(notification)) return;
    try {
      deliver(subscription, notification);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      giveUp(subscription, notification, error);
    }
  };

  const deliver = ({ protocol, endpoint, arn, raw }: Subscription, notification: Notification): void => {
    const { topicArn, groupId, deduplicationId } = notification;
    if (protocol === 'lambda') {
      if (!ports.functions.isInvocableBy(endpoint, principal, topicArn))
        throw denied('lambda:InvokeFunction', endpoint);
      ports.invocations.invoke(endpoint, functionEvent(notification, arn, context.region));
      return;
    }
    if (!ports.queues.admits(endpoint, principal, topicArn)) throw denied('sqs:SendMessage', endpoint);
    const fifo = endpoint.endsWith('.fifo');
    ports.queues.deliver(endpoint, {
      ...(raw
        ? { body: textFor(notification, 'sqs'), attributes: notification.attributes }
        : { body: queueBody(notification, arn, context.region) }),
      ...(fifo && { groupId, deduplicationId }),
    });
  };

  /** Errors of the client's side aren't retried (AWS: "Amazon SNS dead-letter queues"). */
  const giveUp = (subscription: Subscription, notification: Notification, error: AwsError): void => {
    const { deadLetterQueue, endpoint, protocol, arn } = subscription;
    const fields = { subscription: arn, endpoint, error: error.message };
    if (deadLetterQueue === undefined) {
      context.log.warn('a notification could not be delivered, it is lost', fields);
      return;
    }
    try {
      deliver(
        { ...subscription, protocol: 'sqs', endpoint: deadLetterQueue },
        protocol === 'lambda'
          ? { ...notification, structure: undefined, message: textFor(notification, 'lambda') }
          : notification,
      );
    } catch (failure) {
      if (!(failure instanceof AwsError)) throw failure;
      context.log.warn('a notification could not be delivered, nor its dead-letter queue reached: it is lost', {
        ...fields,
        deadLetterQueue,
        failure: failure.message,
      });
    }
  };

  const topicOf = (fields: ReadonlyMap<string, string>): Topic => {
    const topic = topics.get(fields.get('TopicArn') ?? '');
    if (!topic) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return topic;
  };

  const service: AwsService = {
    signingNames: ['sns'],
    permissions(request) {
      const { fields } = read(request);
      return [{ action: 'sns:Publish', resource: fields.get('TopicArn') ?? '' }];
    },
    handle(request) {
      const { action, fields } = read(request);
      const topic = topicOf(fields);
      if (action === 'Publish') return answer(action, published(publish(topic, readPublication(fields))));
      return answer(
        action,
        publishBatch(batchEntries(fields), (publication) => publish(topic, publication)),
      );
    },
    error: snsError,
  };
  return { service, providers: snsProviders(context, topics, ports.queues) };
}

const denied = (action: string, resource: string) =>
  new AwsError('AccessDenied', `${principal} is not authorized to perform: ${action} on resource: ${resource}`, 403);

/** @throws AwsError for an operation or a way to address a receiver that is not honoured. */
function read(request: AwsRequest): { action: 'Publish' | 'PublishBatch'; fields: ReadonlyMap<string, string> } {
  const fields = new Map(new URLSearchParams(request.body.toString()));
  const action = fields.get('Action') ?? '';
  if (action !== 'Publish' && action !== 'PublishBatch')
    throw new AwsError(
      'InvalidAction',
      `sns: ${action || request.path} is not honoured by the local cloud; Publish and PublishBatch are.`,
    );
  const other = ['PhoneNumber', 'TargetArn'].find((name) => fields.has(name));
  if (other !== undefined) throw invalidParameter(`${other} is not honoured by the local cloud; TopicArn is`);
  if (!fields.get('TopicArn')) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  return { action, fields };
}

/** @throws AwsError for a batch that SNS refuses as a whole (Amazon SNS API reference: PublishBatch). */
function batchEntries(fields: ReadonlyMap<string, string>): Array<{ id: string; fields: ReadonlyMap<string, string> }> {
  const members = new Map<string, Map<string, string>>();
  for (const [name, value] of fields) {
    const [, index, field] = /^PublishBatchRequestEntries\.member\.(\d+)\.(.+)$/.exec(name) ?? [];
    if (index === undefined || field === undefined) continue;
    const own = members.get(index);
    if (own) own.set(field, value);
    else members.set(index, new Map([[field, value]]));
  }
  const entries = [...members.values()].map((own) => ({ id: own.get('Id') ?? '', fields: own }));
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > 10)
    throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  if (new Set(entries.map(({ id }) => id)).size < entries.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  if (entries.some(({ id }) => !/^[\w-]{1,80}$/.test(id)))
    throw new AwsError(
      'InvalidBatchEntryId',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  return entries;
}

function publishBatch(
  entries: ReturnType<typeof batchEntries>,
  publish: (publication: Publication) => Notification,
): string {
  const publications = entries.map(({ id, fields }) => ({ id, publication: attempt(() => readPublication(fields)) }));
  const size = publications.reduce(
    (sum, { publication }) =>
      publication instanceof AwsError ? sum : sum + sizeOf(publication.message, publication.attributes),
    0,
  );
  if (size > messageLimit)
    throw new AwsError(
      'BatchRequestTooLong',
      'The length of all the batch messages put together is more than the limit.',
    );
  const successful: string[] = [];
  const failed: string[] = [];
  for (const { id, publication } of publications) {
    const result = publication instanceof AwsError ? publication : attempt(() => publish(publication));
    if (result instanceof AwsError)
      failed.push(
        `<member>${element('Id', id)}${element('Code', result.code)}${element('Message', result.message)}${element('SenderFault', true)}</member>`,
      );
    else successful.push(`<member>${element('Id', id)}${published(result)}</member>`);
  }
  return `<Successful>${successful.join('')}</Successful><Failed>${failed.join('')}</Failed>`;
}

function attempt<T>(work: () => T): T | AwsError {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

const published = ({ messageId, sequenceNumber }: Notification) =>
  `${element('MessageId', messageId)}${sequenceNumber === undefined ? '' : element('SequenceNumber', sequenceNumber)}`;

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';
const metadata = () => `<ResponseMetadata>${element('RequestId', randomUUID())}</ResponseMetadata>`;

const answer = (action: string, result: string): AwsResponse => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>${metadata()}</${action}Response>`,
});

/** Error codes where SNS has its own (Amazon SNS API reference: "Common Error Types"). */
const errorCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AuthorizationError',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
};

function snsError(error: AwsError): AwsResponse {
  const fault = element('Type', error.status < 500 ? 'Sender' : 'Receiver');
  return {
    status: error.status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="${namespace}"><Error>${fault}${element('Code', errorCodes[error.code] ?? error.code)}${element('Message', error.message)}</Error>${element('RequestId', randomUUID())}</ErrorResponse>`,
  };
}
