import { readMemberships } from '../platform/access/memberships.ts';
import { cognitoClient, documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { limitRate } from '../platform/http/rateLimit.ts';
import { changeTogether } from '../platform/records/change.ts';
import { attemptsPerMinute, countAttempt } from './attempts.ts';
import { cognitoSignIn } from './cognito.ts';
import { identityApiEnv } from './env.ts';
import { identityHandlers } from './identity.ts';
import { identityOperations } from './operations.ts';

const env = parseEnv(identityApiEnv);
const db = documentClient();
const cognito = cognitoClient();
const limit = (perMinute: number) => limitRate({ db, tableName: env.EPHEMERAL_TABLE, perMinute });

export const handler = httpApi(
  identityOperations,
  identityHandlers({
    db,
    directoryTable: env.DIRECTORY_TABLE,
    cognito,
    userPoolId: env.USER_POOL_ID,
    signIn: cognitoSignIn({ cognito, clientId: env.USER_POOL_CLIENT_ID }),
    countAttempt: countAttempt({
      account: limit(attemptsPerMinute.account),
      address: limit(attemptsPerMinute.address),
    }),
    readMemberships: readMemberships({ db, tableName: env.DIRECTORY_TABLE }),
    change: changeTogether({ db, auditTable: env.AUDIT_TABLE }),
  }),
  apiDependencies(env, db),
);
