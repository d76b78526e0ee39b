import type { RuleTarget } from '../platform/redeliver.ts';

/** What the rules of this feature and of presence deliver where. */
export const ruleTargets = (
  queueUrls: Readonly<Record<'announcements' | 'certificates' | 'heartbeats', string>>,
): RuleTarget[] => [
  { topic: /^devices\/register\/(?<deviceId>[^/]+)$/, queueUrl: queueUrls.announcements },
  { topic: /^devices\/certificates\/(?<deviceId>[^/]+)\/(?<request>[^/]+)$/, queueUrl: queueUrls.certificates },
  { topic: /^devices\/heartbeat\/(?<deviceId>[^/]+)$/, queueUrl: queueUrls.heartbeats },
];
