import type { SQSRecord } from 'aws-lambda';
import { logger } from '../platform/observe.ts';
import { type EventEnvelope, eventEnvelope } from './envelope.ts';

/** An event that came by a subscription of the topic, raw. */
export interface Arrival {
  readonly record: SQSRecord;
  readonly envelope: EventEnvelope;
}

/** @returns what is no event under `failed`: SQS brings it to the dead letters */
export function readEvents(records: readonly SQSRecord[]): {
  readonly arrivals: readonly Arrival[];
  readonly failed: readonly SQSRecord[];
} {
  const arrivals: Arrival[] = [];
  const failed: SQSRecord[] = [];
  for (const record of records) {
    try {
      arrivals.push({ record, envelope: eventEnvelope.parse(JSON.parse(record.body)) });
    } catch (error) {
      logger.error('not an event', { sqsMessageId: record.messageId, reason: (error as Error).message });
      failed.push(record);
    }
  }
  return { arrivals, failed };
}
