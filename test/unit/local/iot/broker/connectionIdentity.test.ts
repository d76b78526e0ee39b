import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { signedIdentity } from '../../../../../local/iot/broker/connectionIdentity.ts';
import { arn, openTestRegistry } from '../openIot.ts';

const request = { socket: { remoteAddress: '::ffff:192.0.2.1' } } as IncomingMessage;
const roleArn = 'arn:aws:iam::000000000000:role/browser';

// AWS: "IAM policies", for MQTT over WebSocket
test("a role's IAM policies decide about its WebSocket connection", () => {
  const asked: unknown[] = [];
  const isAllowed = (...question: unknown[]) => {
    asked.push(question);
    return question[2] === arn('topicfilter', 'live/#');
  };
  const principal = { kind: 'role', roleArn, arn: 'arn:aws:sts::000000000000:assumed-role/browser/session' } as const;
  const identity = signedIdentity(principal, request, openTestRegistry().registry, { isAllowed });
  const policy = identity.policyFor('client');
  expect(policy.allows('iot:Subscribe', 'live/#')).toBe(true);
  expect(policy.allows('iot:Publish', 'live/a')).toBe(false);
  expect(asked[0]).toEqual([roleArn, 'iot:Subscribe', arn('topicfilter', 'live/#'), { 'aws:SourceIp': '192.0.2.1' }]);
  expect(identity.principal).toBe('browser:session');
});

test("the account's own key may do everything", () => {
  const principal = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;
  const identity = signedIdentity(principal, request, openTestRegistry().registry, { isAllowed: () => false });
  expect(identity.policyFor('client').allowsConnect('client', ['LastWill'])).toBe(true);
});
