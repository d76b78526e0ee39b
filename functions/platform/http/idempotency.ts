import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import type { Sends } from '../clients.ts';
import { newId } from '../ulid.ts';
import { conflict, Problem } from './problem.ts';

/** A repetition within this answers what the first answered. */
const keptSeconds = 24 * 3600;

export interface KeyedRequest {
  /** Who asks for what, and the Idempotency-Key. */
  readonly key: string;
  readonly body: unknown;
}

/**
 * Does a thing once per key, by Powertools' records in the table of what expires.
 * @throws Problem 409 while the first is under way, 422 for a key that was used with another body
 */
export function onceByKey(table: { readonly client: DynamoDBClient; readonly tableName: string }) {
  const config = new IdempotencyConfig({
    eventKeyJmesPath: 'key',
    payloadValidationJmesPath: 'body',
    expiresAfterSeconds: keptSeconds,
  });
  const persistenceStore = new DynamoDBPersistenceLayer({
    tableName: table.tableName,
    awsSdkV3Client: table.client,
    keyAttr: 'id',
    expiryAttr: 'expiresAt',
  });
  return async <Answer extends object>(
    request: KeyedRequest,
    context: Context,
    handle: () => Promise<Answer>,
  ): Promise<Answer> => {
    config.registerLambdaContext(context);
    try {
      // Powertools can't store a field that is undefined.
      const once = async (_: KeyedRequest) => JSON.parse(JSON.stringify(await handle())) as never;
      return (await makeIdempotent(once, {
        persistenceStore,
        config,
        keyPrefix: 'idempotency',
        // Powertools can't hash what is undefined.
      })({ ...request, body: request.body ?? null })) as Answer;
    } catch (error) {
      if (error instanceof IdempotencyAlreadyInProgressError)
        throw conflict('A request with this Idempotency-Key is under way. Ask again when it has ended.');
      if (error instanceof IdempotencyValidationError)
        throw new Problem(
          422,
          'Unprocessable Content',
          'This Idempotency-Key was used with another body. Take a new key.',
        );
      throw error;
    }
  };
}

/** An id for what a request makes. */
export interface MadeId {
  readonly id: string;
  /** Another try of the same request had it before, and may have made something of it. */
  readonly isRepeated: boolean;
}

/**
 * The same id for each try of a request with a key: one that failed after its work was done leaves no answer to repeat, but the next
 * finds what it made. In the table of what expires, a little shorter than the answers.
 */
export const reserveId =
  ({ db, tableName: TableName }: { readonly db: Sends; readonly tableName: string }) =>
  async (key: string, now = Date.now()): Promise<MadeId> => {
    const [id, seconds] = [newId(), Math.floor(now / 1000)];
    try {
      await db.send(
        new PutCommand({
          TableName,
          Item: { id: `made#${key}`, madeId: id, expiresAt: seconds + keptSeconds - 60 },
          ConditionExpression: 'attribute_not_exists(id) OR expiresAt < :now',
          ExpressionAttributeValues: { ':now': seconds },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { id, isRepeated: false };
    } catch (error) {
      const reserved = error instanceof ConditionalCheckFailedException ? error.Item?.['madeId']?.S : undefined;
      if (reserved === undefined) throw error;
      return { id: reserved, isRepeated: true };
    }
  };
