import { expect, test } from '@jest/globals';
import type { GrantReport, RoleReport } from '../../../local/identity/accessLog.ts';
import { unusedIn } from '../../local/grants.ts';

const role = (grants: GrantReport[], refused: RoleReport['refused'] = []): RoleReport => ({
  role: 'reader',
  origin: { stack: 'Data', logicalId: 'Reader' },
  grants,
  refused,
});
const grant = (unusedActions: string[], unusedResources: string[] = []): GrantReport => ({
  policy: 'own',
  actions: ['s3:GetObject', 's3:PutObject'],
  resources: ['one', 'other'],
  uses: 1,
  unusedActions,
  unusedResources,
});

test('what one system used counts for all', () => {
  expect(unusedIn([[role([grant(['s3:GetObject'], ['one'])])], [role([grant(['s3:PutObject'], ['other'])])]])).toEqual(
    [],
  );
});

test('what none used is told by role, action and resource', () => {
  expect(
    unusedIn([[role([grant(['s3:GetObject'], ['one'])])], [role([grant(['s3:GetObject'], ['one', 'other'])])]]),
  ).toEqual([
    'Data / Reader: unused s3:GetObject on one, other [own]',
    'Data / Reader: unused s3:GetObject, s3:PutObject on one [own]',
  ]);
});

test('a call that one refused is told', () => {
  const refusal = { action: 's3:GetObject', resource: 'third', decision: 'implicitDeny', count: 2 } as const;
  expect(unusedIn([[role([grant([])])], [role([grant([])], [refusal])]])).toEqual([
    'Data / Reader: refused s3:GetObject on third',
  ]);
});
