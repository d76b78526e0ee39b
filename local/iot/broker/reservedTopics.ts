/** A message on a topic that a service of AWS IoT answers. */
export interface ReservedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** Undefined when it came by HTTP or from a rule. */
  readonly clientId: string | undefined;
  readonly certificateId: string | undefined;
  /** Answers to the connection that asked, if it has subscribed to the topic. */
  reply(topic: string, payload: Buffer): void;
}

/** A service of AWS IoT that takes requests as messages: shadows, fleet provisioning. */
export interface ReservedTopicService {
  takes(topic: string): boolean;
  handle(message: ReservedMessage): void;
}

/** What may be subscribed to below `$` (AWS: "Reserved topics"), as far as somebody publishes there. */
const subscribable = [
  /^\$aws\/things\/[^/]+\/shadow\//,
  /^\$aws\/events\/(presence|subscriptions)\//,
  /^\$aws\/certificates\/create(-from-csr)?\/json\//,
  /^\$aws\/provisioning-templates\/[^/]+\/provision\/json\//,
  // A wildcard further up reaches them too.
  /^\$aws\/(#|things\/([^/]+\/)?#|events\/#|events\/\+\/|certificates\/#|provisioning-templates\/([^/]+\/(provision\/)?)?#)/,
];

const basicIngest = /^\$aws\/rules\/[^/]+(\/|$)/;
export const isReserved = (topic: string) => topic.startsWith('$');
export const isBasicIngest = (topic: string) => basicIngest.test(topic);

/** Why a client can't publish there, or undefined. */
export function refuseReservedPublish(
  topic: string,
  retain: boolean,
  services: readonly ReservedTopicService[],
): string | undefined {
  if (!isReserved(topic)) return undefined;
  if (retain) return 'a message on a reserved topic is not retained';
  if (isBasicIngest(topic) || services.some((service) => service.takes(topic))) return undefined;
  return `the reserved topic ${topic} takes no messages here`;
}

/** Why a client can't subscribe to it, or undefined. */
export function refuseReservedSubscribe(filter: string): string | undefined {
  if (filter.startsWith('$share/')) return 'shared subscriptions are not honoured by the local cloud';
  if (!isReserved(filter) || subscribable.some((pattern) => pattern.test(filter))) return undefined;
  return `nothing is published to the reserved topic ${filter} here`;
}
