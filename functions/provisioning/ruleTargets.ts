import type { RuleTarget } from '../platform/redeliver.ts';

/** What the rules of this feature deliver where. */
export const ruleTargets = (queueUrls: Readonly<Record<'announcements' | 'certificates', string>>): RuleTarget[] => [
  { topic: /^devices\/register\/(?<deviceId>[^/]+)$/, queueUrl: queueUrls.announcements },
  { topic: /^devices\/certificates\/(?<deviceId>[^/]+)\/(?<request>[^/]+)$/, queueUrl: queueUrls.certificates },
];
