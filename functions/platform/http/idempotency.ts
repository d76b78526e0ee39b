import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyValidationError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
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
      return (await makeIdempotent(async (_: KeyedRequest) => (await handle()) as never, {
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
