import * as z from 'zod';
import { apiKey, storedApiKey } from '../model/apiKey.ts';
import { application, membership } from '../model/application.ts';
import { applicationId, emailAddress } from '../model/identifiers.ts';
import { settingsPatch } from '../model/settings.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';

const ofApplication = z.object({ applicationId });
const ofMember = z.object({ applicationId, userId: membership.shape.userId });
const ofKey = z.object({ applicationId, keyId: storedApiKey.shape.keyId.min(1).max(64) });

const newApplication = z
  .object({
    // What begins otherwise is the platform's own.
    applicationId: applicationId.regex(/^[A-Za-z0-9]/, 'must begin with a letter or a digit').optional(),
    name: application.shape.name,
    settings: application.shape.settings.default({}),
  })
  .strict()
  .meta({ id: 'NewApplication' });

const applicationPatch = z
  .object({ name: application.shape.name.optional(), settings: settingsPatch.optional() })
  .strict()
  .meta({ id: 'ApplicationPatch' });

const newMember = z
  .object({ email: emailAddress, role: membership.shape.role, grants: membership.shape.grants })
  .strict()
  .meta({ id: 'NewMember' });

const memberPatch = z
  .object({ role: membership.shape.role.optional(), grants: membership.shape.grants.unwrap().nullable().optional() })
  .strict()
  .meta({ id: 'MemberPatch', description: '`grants: null` shows the member all of the application.' });

const newApiKey = storedApiKey
  .pick({ name: true, deviceId: true, validUntil: true })
  .strict()
  .meta({ id: 'NewApiKey' });

const lastAdmin = 'It would leave the application without an admin, or somebody else changed the member just now';

export const applicationOperations = {
  listApplications: operation({
    method: 'GET',
    path: '/api/applications',
    tag: 'Applications',
    summary: 'Applications that the caller is a member of; all of them for admins of the platform',
    access: 'signedIn',
    query: z.object(pageQuery),
    answer: { status: 200, description: 'A page of applications', content: json(page(application)) },
  }),
  createApplication: operation({
    method: 'POST',
    path: '/api/applications',
    tag: 'Applications',
    summary: 'Make an application',
    access: 'platformAdmin',
    body: newApplication,
    answer: { status: 201, description: 'The application, which has no members yet', content: json(application) },
    problems: { 409: 'There is an application with this id' },
  }),
  getApplication: operation({
    method: 'GET',
    path: '/api/applications/{applicationId}',
    tag: 'Applications',
    summary: 'An application',
    access: { permission: 'application:read', of: 'application' },
    params: ofApplication,
    answer: { status: 200, description: 'The application', content: json(application) },
  }),
  patchApplication: operation({
    method: 'PATCH',
    path: '/api/applications/{applicationId}',
    tag: 'Applications',
    summary: 'Change an application; of its settings what is named is replaced, and removed by null',
    access: { permission: 'application:manage', of: 'application' },
    params: ofApplication,
    body: applicationPatch,
    answer: { status: 200, description: 'The application as it is now', content: json(application) },
    versioned: true,
  }),
  deleteApplication: operation({
    method: 'DELETE',
    path: '/api/applications/{applicationId}',
    tag: 'Applications',
    summary: 'Delete an application that has no devices and no rooms, with its members, API keys and device types',
    access: { permission: 'application:manage', of: 'application' },
    params: ofApplication,
    answer: { status: 204, description: 'It is gone' },
    problems: { 409: 'It has devices or rooms' },
    versioned: true,
  }),
  listMembers: operation({
    method: 'GET',
    path: '/api/applications/{applicationId}/members',
    tag: 'Members',
    summary: 'Members of an application',
    access: { permission: 'members:read', of: 'application' },
    params: ofApplication,
    query: z.object(pageQuery),
    answer: { status: 200, description: 'A page of members', content: json(page(membership)) },
  }),
  addMember: operation({
    method: 'POST',
    path: '/api/applications/{applicationId}/members',
    tag: 'Members',
    summary: 'Make a person a member',
    description: 'Who has no account yet is given one: Cognito sends them an invitation with a temporary password.',
    access: { permission: 'members:manage', of: 'application' },
    params: ofApplication,
    body: newMember,
    answer: { status: 201, description: 'The membership', content: json(membership) },
    problems: { 409: 'The person is a member already' },
  }),
  patchMember: operation({
    method: 'PATCH',
    path: '/api/applications/{applicationId}/members/{userId}',
    tag: 'Members',
    summary: 'Change what a member may do; in force everywhere within 20 seconds',
    access: { permission: 'members:manage', of: 'application' },
    params: ofMember,
    body: memberPatch,
    answer: { status: 200, description: 'The membership as it is now', content: json(membership) },
    problems: { 409: lastAdmin },
    versioned: true,
  }),
  removeMember: operation({
    method: 'DELETE',
    path: '/api/applications/{applicationId}/members/{userId}',
    tag: 'Members',
    summary: 'End a membership; in force everywhere within 20 seconds, live updates included',
    access: { permission: 'members:manage', of: 'application' },
    params: ofMember,
    answer: { status: 204, description: 'The person is no member any more' },
    problems: { 409: lastAdmin },
    versioned: true,
  }),
  listApiKeys: operation({
    method: 'GET',
    path: '/api/applications/{applicationId}/api-keys',
    tag: 'API keys',
    summary: 'API keys of an application, those that are over included',
    access: { permission: 'apiKeys:read', of: 'application' },
    params: ofApplication,
    query: z.object(pageQuery),
    answer: { status: 200, description: 'A page of API keys, without their secrets', content: json(page(apiKey)) },
  }),
  createApiKey: operation({
    method: 'POST',
    path: '/api/applications/{applicationId}/api-keys',
    tag: 'API keys',
    summary: 'Make an API key for devices that send by HTTP or WebSocket',
    description:
      'The key reads `fl_<applicationId>.<keyId>.<secret>` and is shown this once. A device signs with HMAC-SHA256 whose key is ' +
      'the 32 bytes of SHA-256(secret), the secret taken as the ASCII text that stands in the key. That hash alone is kept.',
    access: { permission: 'apiKeys:manage', of: 'application' },
    params: ofApplication,
    body: newApiKey,
    answer: {
      status: 201,
      description: 'The API key, with its text',
      content: json(
        apiKey
          .extend({ key: z.string().meta({ description: '`fl_<applicationId>.<keyId>.<secret>`' }) })
          .meta({ id: 'CreatedApiKey' }),
      ),
    },
    answersSecret: true,
  }),
  deleteApiKey: operation({
    method: 'DELETE',
    path: '/api/applications/{applicationId}/api-keys/{keyId}',
    tag: 'API keys',
    summary: 'Delete an API key',
    access: { permission: 'apiKeys:manage', of: 'application' },
    params: ofKey,
    answer: { status: 204, description: 'It is gone' },
  }),
};
