import { readMemberships } from '../platform/access/memberships.ts';
import { cognitoClient, documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { changeTogether } from '../platform/records/change.ts';
import { findOrInvite } from './accounts.ts';
import { apiKeyHandlers } from './apiKeys.ts';
import { applicationDirectory } from './applicationDirectory.ts';
import { applicationHandlers } from './applications.ts';
import { applicationsApiEnv } from './env.ts';
import { memberHandlers } from './members.ts';
import { applicationOperations } from './operations.ts';

const env = parseEnv(applicationsApiEnv);
const db = documentClient();
const ownTable = { db, tableName: env.DIRECTORY_TABLE };
const common = {
  db,
  tables: { directory: env.DIRECTORY_TABLE, devices: env.DEVICES_TABLE, rooms: env.ROOMS_TABLE },
  directory: applicationDirectory(ownTable),
  change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
};

export const handler = httpApi(
  applicationOperations,
  {
    ...applicationHandlers({ ...common, readMemberships: readMemberships(ownTable) }),
    ...memberHandlers({
      ...common,
      findOrInvite: findOrInvite({ cognito: cognitoClient(), userPoolId: env.USER_POOL_ID }),
    }),
    ...apiKeyHandlers(common),
  },
  apiDependencies(env, db),
);
