import type { RuleTarget } from '../platform/redeliver.ts';

/** What the rules of this feature deliver where. */
export const ruleTargets = (queueUrls: Readonly<Record<'presence' | 'heartbeats', string>>): RuleTarget[] => [
  {
    topic: /^\$aws\/events\/presence\/(?<event>connected|disconnected)\/(?<deviceId>[^/]+)$/,
    queueUrl: queueUrls.presence,
  },
  { topic: /^\$aws\/events\/subscriptions\/(?<event>subscribed)\/(?<deviceId>[^/]+)$/, queueUrl: queueUrls.presence },
  { topic: /^devices\/heartbeat\/(?<deviceId>[^/]+)$/, queueUrl: queueUrls.heartbeats },
];
