import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { accessChecks } from '../access/accessChecks.ts';
import type { apiEnv } from './apiEnv.ts';
import type { HttpApiDependencies } from './httpApi.ts';
import { onceByKey, reserveId } from './idempotency.ts';
import { limitRate } from './rateLimit.ts';

type ApiEnv = z.output<z.ZodObject<typeof apiEnv>>;

/** The checks of every operation, bound to this function's tables. */
export function apiDependencies(
  env: ApiEnv,
  db: DynamoDBDocumentClient,
  more: Parameters<typeof accessChecks>[2] = {},
): HttpApiDependencies {
  return {
    ...accessChecks(env, db, more),
    limitRate: limitRate({ db, tableName: env.EPHEMERAL_TABLE, perMinute: env.REQUESTS_PER_MINUTE }),
    // The document client is made of the plain one, which Powertools takes.
    onceByKey: onceByKey({ client: db as never, tableName: env.EPHEMERAL_TABLE }),
    reserveId: reserveId({ db, tableName: env.EPHEMERAL_TABLE }),
  };
}
