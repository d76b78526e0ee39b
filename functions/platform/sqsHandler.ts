import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logger, publishMetrics } from './observe.ts';

/** Handles a whole batch and answers the records that SQS must deliver again. */
export type BatchHandler = (
  records: readonly SQSRecord[],
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<{ readonly failed: readonly SQSRecord[] }>;

/** The middleware of every function behind a queue: log context, metrics, partial batch response. A throw fails the whole batch. */
export function sqsHandler(handle: BatchHandler) {
  return middy<SQSEvent, SQSBatchResponse>()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .after(() => {
      publishMetrics();
    })
    .onError(({ error }) => {
      logger.error('batch failed; SQS will deliver it again', error as Error);
      publishMetrics();
    })
    .handler(async (event, context) => {
      const { failed } = await handle(event.Records, context);
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
}
