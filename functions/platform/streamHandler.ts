import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { logger, publishMetrics } from './observe.ts';

/** Handles records in their order and answers the first that the stream must bring again, with all that follow it. */
export type StreamBatchHandler = (records: readonly DynamoDBRecord[]) => Promise<DynamoDBRecord | undefined>;

/** The middleware of every function behind a stream: log context, metrics, partial batch response. A throw brings the whole batch again. */
export function streamHandler(handle: StreamBatchHandler) {
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .after(() => {
      publishMetrics();
    })
    .onError(({ error }) => {
      logger.error('batch failed; the stream will bring it again', error as Error);
      publishMetrics();
    })
    .handler(async (event) => {
      const from = await handle(event.Records);
      return {
        batchItemFailures: from === undefined ? [] : [{ itemIdentifier: from.dynamodb?.SequenceNumber ?? '' }],
      };
    });
}
