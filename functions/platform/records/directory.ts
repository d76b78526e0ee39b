/**
 * Keys of the directory table: applications, their members, device types and API keys, sessions and settings of people.
 * docs/access-patterns.md lists who asks for what.
 */
export const directoryKeys = {
  /** All applications are one partition, which lists them. */
  application: (applicationId: string) => ({ pk: 'applications', sk: applicationId }),
  member: (applicationId: string, userId: string) => ({ pk: `application#${applicationId}`, sk: `member#${userId}` }),
  apiKey: (applicationId: string, keyId: string) => ({ pk: `application#${applicationId}`, sk: `apiKey#${keyId}` }),
  deviceType: (applicationId: string, name: string) => ({
    pk: `application#${applicationId}`,
    sk: `deviceType#${name}`,
  }),
  /** What a device needs to be provisioned by claim. */
  provisioningPermit: (deviceId: string) => ({ pk: `provisioning#${deviceId}`, sk: 'permit' }),
  session: (userId: string, sessionId: string) => ({ pk: `user#${userId}`, sk: `session#${sessionId}` }),
  settings: (userId: string) => ({ pk: `user#${userId}`, sk: 'settings' }),
};

/** What the sort keys of a list begin with. */
export const directoryPrefixes = {
  deviceTypes: (applicationId: string) => ({ pk: `application#${applicationId}`, prefix: 'deviceType#' }),
};

/** Of a member's item: the index by which a person's memberships are found. */
export const memberIndex = { name: 'byUser', partitionKey: 'userId', sortKey: 'pk' } as const;
