import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Principal } from '../../../../local/service.ts';
import { type LocalEdge, provisionRole, startLocalEdge } from '../edge/localEdge.ts';

let local: LocalEdge;

beforeAll(async () => {
  local = await startLocalEdge();
});
afterAll(() => local.close());

test('a report tells of each grant whether it was used, action by action and resource by resource, and what was refused', async () => {
  const bucket = 'arn:aws:s3:::bucket';
  const roleArn = await provisionRole(local.iam, 'reader', [
    { Effect: 'Allow', Action: ['s3:Get*', 's3:PutObject'], Resource: [`${bucket}/a/*`, `${bucket}/b/*`] },
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' },
    { Effect: 'Deny', Action: 's3:*', Resource: `${bucket}/a/secret` },
    { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' },
  ]);
  const principal: Principal = { kind: 'role', roleArn, arn: roleArn };
  const ask = (action: string, resource: string) => local.iam.check(principal, [{ action, resource }]);
  ask('s3:GetObject', `${bucket}/a/1`);
  ask('s3:GetObject', `${bucket}/a/2`);
  expect(() => ask('s3:GetObject', `${bucket}/a/secret`)).toThrow('explicit deny');
  for (let time = 0; time < 2; time += 1)
    expect(() => ask('s3:DeleteObject', `${bucket}/a/1`)).toThrow('not authorized');

  const origin = { stack: 'Test', logicalId: 'Resource' };
  expect(local.iam.report()).toMatchObject([
    {
      role: 'reader',
      origin,
      grants: [
        { policy: 'Inline', origin, unusedActions: ['s3:PutObject'], unusedResources: [`${bucket}/b/*`], uses: 2 },
        { actions: ['sqs:SendMessage'], uses: 0, unusedActions: ['sqs:SendMessage'] },
      ],
      refused: [
        { action: 's3:GetObject', decision: 'explicitDeny', count: 1 },
        { action: 's3:DeleteObject', decision: 'implicitDeny', count: 2 },
      ],
    },
  ]);
});
