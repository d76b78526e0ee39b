import { createHash } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { compileFilterPolicy, type FilterPolicyScope } from './filterPolicy.ts';
import type { MessageQueues } from './messageQueues.ts';
import type { Notification } from './snsMessage.ts';
import { checkServicePolicy } from './sqsProviders.ts';

export interface Topic {
  readonly arn: string;
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  /** By ARN. */
  readonly subscriptions: Map<string, Subscription>;
}

export interface Subscription {
  readonly arn: string;
  readonly protocol: 'sqs' | 'lambda';
  readonly endpoint: string;
  readonly raw: boolean;
  readonly deadLetterQueue: string | undefined;
  accepts(notification: Notification): boolean;
}

type Properties = Readonly<Record<string, unknown>>;
type Topics = Map<string, Topic>;

/** CloudFormation resources of SNS. Topics and subscriptions are those of the template: at every start it says all there is. */
export function snsProviders(context: CloudContext, topics: Topics, queues: MessageQueues): ResourceProvider[] {
  return [topicProvider(context, topics, queues), subscriptionProvider(context, topics, queues), topicPolicyProvider()];
}

function topicProvider(context: CloudContext, topics: Topics, queues: MessageQueues): ResourceProvider {
  return {
    type: 'AWS::SNS::Topic',
    honoured: [
      'TopicName',
      'FifoTopic',
      'ContentBasedDeduplication',
      'Subscription.*.Protocol',
      'Subscription.*.Endpoint',
    ],
    noEffect: {
      DisplayName: 'only e-mail and SMS show it',
      KmsMasterKeyId: 'state on this machine is as safe as its disk',
      Tags: 'nothing reads them',
      TracingConfig: 'no X-Ray here',
    },
    provision({ properties, generatedName }) {
      const fifo = properties['FifoTopic'] === true;
      const name = String(properties['TopicName'] ?? `${generatedName}${fifo ? '.fifo' : ''}`);
      if (fifo !== name.endsWith('.fifo'))
        throw new NotHonoured('TopicName', `a FIFO topic's name, and no other, ends with .fifo: ${name}`);
      const topic: Topic = {
        arn: `arn:aws:sns:${context.region}:${context.accountId}:${name}`,
        fifo,
        contentBasedDeduplication: properties['ContentBasedDeduplication'] === true,
        subscriptions: new Map(),
      };
      topics.set(topic.arn, topic);
      for (const subscription of (properties['Subscription'] ?? []) as Properties[])
        subscribe(topic, subscription, queues);
      return { ref: topic.arn, attributes: { TopicArn: topic.arn, TopicName: name } };
    },
  };
}

function subscriptionProvider(context: CloudContext, topics: Topics, queues: MessageQueues): ResourceProvider {
  return {
    type: 'AWS::SNS::Subscription',
    honoured: [
      'TopicArn',
      'Protocol',
      'Endpoint',
      'Region',
      'RawMessageDelivery',
      'FilterPolicy',
      'FilterPolicyScope',
      'RedrivePolicy.deadLetterTargetArn',
    ],
    noEffect: {},
    provision({ properties }) {
      const topic = topics.get(String(properties['TopicArn']));
      if (!topic) throw new NotHonoured('TopicArn', `there is no topic ${String(properties['TopicArn'])}`);
      if ((properties['Region'] ?? context.region) !== context.region)
        throw new NotHonoured('Region', `there is one region here, ${context.region}`);
      const arn = subscribe(topic, properties, queues);
      return { ref: arn, attributes: { Arn: arn } };
    },
  };
}

/** @throws NotHonoured */
function subscribe(topic: Topic, properties: Properties, queues: MessageQueues): string {
  const protocol = properties['Protocol'];
  const endpoint = String(properties['Endpoint']);
  if (protocol !== 'sqs' && protocol !== 'lambda')
    throw new NotHonoured('Protocol', `sqs and lambda are honoured, not ${String(protocol)}`);
  if (protocol === 'lambda' && topic.fifo)
    throw new NotHonoured('Protocol', 'a FIFO topic has queues as subscribers, no functions');
  if (protocol === 'sqs') checkQueue('Endpoint', endpoint, topic, queues);
  const raw = [true, 'true'].includes(properties['RawMessageDelivery'] as boolean | string);
  if (raw && protocol === 'lambda') throw new NotHonoured('RawMessageDelivery', 'functions get no raw messages');
  const { deadLetterTargetArn: deadLetterQueue } = (properties['RedrivePolicy'] ?? {}) as {
    deadLetterTargetArn?: string;
  };
  if (deadLetterQueue !== undefined) checkQueue('RedrivePolicy', deadLetterQueue, topic, queues);
  const arn = `${topic.arn}:${identifier(`${topic.arn} ${protocol} ${endpoint}`)}`;
  topic.subscriptions.set(arn, { arn, protocol, endpoint, raw, deadLetterQueue, accepts: filterOf(properties) });
  return arn;
}

function checkQueue(property: string, arn: string, topic: Topic, queues: MessageQueues): void {
  if (!queues.has(arn)) throw new NotHonoured(property, `there is no queue ${arn}`);
  if (arn.endsWith('.fifo') && !topic.fifo) throw new NotHonoured(property, 'a standard topic takes no FIFO queue');
}

function filterOf(properties: Properties): Subscription['accepts'] {
  const scope = (properties['FilterPolicyScope'] ?? 'MessageAttributes') as FilterPolicyScope;
  if (scope !== 'MessageAttributes' && scope !== 'MessageBody')
    throw new NotHonoured('FilterPolicyScope', `MessageAttributes and MessageBody are honoured, not ${String(scope)}`);
  if (properties['FilterPolicy'] === undefined) return () => true;
  try {
    return compileFilterPolicy(properties['FilterPolicy'], scope);
  } catch (error) {
    throw new NotHonoured('FilterPolicy', error instanceof Error ? error.message : String(error));
  }
}

/** In the form of a UUID, the same at every start. */
function identifier(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** No service here publishes by itself, and roles have their own policies; what a policy says has to be understood all the same. */
function topicPolicyProvider(): ResourceProvider {
  return {
    type: 'AWS::SNS::TopicPolicy',
    honoured: ['PolicyDocument', 'Topics'],
    noEffect: {},
    provision({ properties, generatedName }) {
      checkServicePolicy(properties['PolicyDocument']);
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
  };
}
