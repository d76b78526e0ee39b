import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { verifySignature } from '../platform/access/apiKeySignature.ts';
import { sqsClient } from '../platform/clients.ts';
import { limitRate } from '../platform/http/rateLimit.ts';
import { acceptTelemetry } from './acceptTelemetry.ts';
import type { ingestApiEnv, ingestWebSocketEnv } from './env.ts';

type IngestEnv = Pick<z.output<typeof ingestApiEnv>, keyof z.output<typeof ingestWebSocketEnv>>;

/** The way into the pipeline, bound to this function's tables and queue: the same by HTTP and by WebSocket. */
export function ingestTelemetry(env: IngestEnv, db: DynamoDBDocumentClient) {
  const limit = (perMinute: number) => limitRate({ db, tableName: env.EPHEMERAL_TABLE, perMinute });
  return acceptTelemetry({
    db,
    devicesTable: env.DEVICES_TABLE,
    sqs: sqsClient(),
    telemetryQueueUrl: env.TELEMETRY_QUEUE_URL,
    verify: verifySignature({ db, directoryTable: env.DIRECTORY_TABLE, ephemeralTable: env.EPHEMERAL_TABLE }),
    limitKey: limit(env.MESSAGES_PER_MINUTE),
    limitAddress: limit(env.REQUESTS_PER_MINUTE),
  });
}
