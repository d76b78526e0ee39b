import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { type Arrival, readArrival } from './arrival.ts';
import type { IngestDependencies } from './ingestBatch.ts';
import { ownMessageId } from './stages/enrich.ts';
import { type MessageRecord, messageKey } from './stores/messageRecords.ts';
import type { RawLocation } from './stores/rawArchive.ts';

/**
 * Writes down the end of messages that SQS gave up on: the function that should have taken them died of them, or of their
 * neighbours, each time. A throw leaves the batch with SQS.
 */
export const recordPoison =
  ({
    archive,
    insertRecords,
    sendToDeadLetters,
  }: Pick<IngestDependencies, 'archive' | 'insertRecords' | 'sendToDeadLetters'>): BatchHandler =>
  async (records) => {
    const started = Date.now();
    const arrivals = records.map(readArrival);
    const locations = await archive(
      arrivals.map(({ bytes, message }) => ({ bytes, traceId: message.traceId, receivedAt: message.receivedAt })),
    );
    const ended = arrivals.flatMap((arrival, index) => {
      const raw = locations[index];
      return raw === undefined ? [] : [{ arrival, record: toRecord(arrival, raw, started) }];
    });
    const unsent = await sendToDeadLetters(
      ended.map(({ arrival, record }) => ({ arrival, deadLetter: deadLetterOf(arrival, record) })),
    );
    const kept = new Set([...unsent.keys()].map(({ arrival }) => arrival));
    const sent = ended.filter(({ arrival }) => !kept.has(arrival));
    const unrecorded = await insertRecords(sent.map(({ record }) => record));
    for (const { arrival, record } of sent) {
      if (unrecorded.has(record)) kept.add(arrival);
      else
        logger.warn('message dead-lettered', {
          deviceId: record.deviceId,
          messageId: record.messageId,
          traceId: record.traceId,
          reason: record.reason,
        });
    }
    metrics.addMetric('MessagesDeadLettered', MetricUnit.Count, arrivals.length - kept.size);
    return { failed: [...kept].map(({ record }) => record) };
  };

function toRecord({ message, record, malformed }: Arrival, raw: RawLocation, started: number): MessageRecord {
  const { deviceId, traceId, receivedAt, clientId, principal, attempt } = message;
  return {
    deviceId,
    messageId: ownMessageId(message),
    traceId,
    disposition: 'dead-lettered',
    receivedAt,
    reason:
      malformed ??
      `The function did not finish it in the deliveries that SQS makes. ${message.failure ?? 'Its log says why.'}`,
    failureClass: malformed === undefined ? 'processing' : 'validation',
    raw,
    stages: { queued: Number(record.attributes.SentTimestamp), started },
    attempt,
    clientId,
    principal,
  };
}

function deadLetterOf({ message }: Arrival, record: MessageRecord) {
  const { raw, failureClass = 'processing', reason = '' } = record;
  return { disposition: 'dead-lettered' as const, failureClass, reason, messageKey: messageKey(record), raw, message };
}
