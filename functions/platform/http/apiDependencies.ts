import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { authorize, requireSession } from '../access/authorize.ts';
import { readStanding } from '../access/memberships.ts';
import type { apiEnv } from './apiEnv.ts';
import type { HttpApiDependencies } from './httpApi.ts';
import { onceByKey } from './idempotency.ts';
import { limitRate } from './rateLimit.ts';

type ApiEnv = z.output<z.ZodObject<typeof apiEnv>>;

/** The checks of every operation, bound to this function's tables. */
export function apiDependencies(
  env: ApiEnv,
  db: DynamoDBDocumentClient,
  more: Partial<Pick<Parameters<typeof authorize>[0], 'findMessage'>> = {},
): HttpApiDependencies {
  const standing = { readStanding: readStanding({ db, tableName: env.DIRECTORY_TABLE }) };
  return {
    authorize: authorize({
      db,
      directoryTable: env.DIRECTORY_TABLE,
      devicesTable: env.DEVICES_TABLE,
      roomsTable: env.ROOMS_TABLE,
      ...standing,
      ...more,
    }),
    requireSession: requireSession(standing),
    limitRate: limitRate({ db, tableName: env.EPHEMERAL_TABLE, perMinute: env.REQUESTS_PER_MINUTE }),
    // The document client is made of the plain one, which Powertools takes.
    onceByKey: onceByKey({ client: db as never, tableName: env.EPHEMERAL_TABLE }),
  };
}
