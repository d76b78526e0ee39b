/** AWS: "AWS IoT Core endpoints and quotas", message broker and protocol limits. */
export const brokerLimits = {
  payloadBytes: 128 * 1024,
  topicBytes: 256,
  topicSlashes: 7,
  clientIdBytes: 128,
  subscriptionsPerRequest: 8,
  subscriptionsPerConnection: 50,
  /** Unacknowledged publishes of a client. */
  receiveMaximum: 100,
  topicAliases: 8,
  keepAliveSeconds: { least: 30, most: 1200 },
  /** How long a persistent session outlives its connection: AWS's default, which an account can have raised. Seconds. */
  sessionExpirySeconds: 3600,
} as const;

/** The keep-alive that AWS IoT Core applies: 0 means the longest; seconds. */
export function appliedKeepAlive(requested: number | undefined): number {
  const { least, most } = brokerLimits.keepAliveSeconds;
  return requested ? Math.min(Math.max(requested, least), most) : most;
}

/** What is wrong with a topic or filter, or undefined. Basic Ingest's own three levels do not count. */
export function refuseTopic(topic: string): string | undefined {
  const counted = topic.startsWith('$aws/rules/') ? topic.split('/').slice(3).join('/') : topic;
  if (Buffer.byteLength(counted) > brokerLimits.topicBytes)
    return `the topic is above ${brokerLimits.topicBytes} bytes`;
  if (!isReservedByAws(topic) && counted.split('/').length - 1 > brokerLimits.topicSlashes)
    return `the topic has more than ${brokerLimits.topicSlashes} slashes`;
  return undefined;
}

/** Shadow and other service topics are as deep as they are. */
const isReservedByAws = (topic: string) => topic.startsWith('$aws/') && !topic.startsWith('$aws/rules/');
