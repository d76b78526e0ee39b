import type { MessageRecord } from '../model/message.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { messageKey } from '../platform/records/messages.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { type Arrival, givenMessageId, readArrival } from './arrival.ts';
import type { IngestDependencies } from './ingestBatch.ts';
import type { DeviceProfile } from './reading.ts';
import { ownMessageId } from './stages/enrich.ts';
import type { RawLocation } from './stores/rawArchive.ts';

interface PoisonDependencies
  extends Pick<IngestDependencies, 'readProfiles' | 'archive' | 'insertRecords' | 'sendToDeadLetters'> {
  /** Message key → the trace id that it is stored for. */
  readonly readStored: (messageKeys: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/**
 * Writes down the end of messages that SQS gave up on: the function that should have taken them died of them, or of their
 * neighbours, each time. What was stored before it died keeps that end. A throw leaves the batch with SQS.
 */
export const recordPoison =
  ({ readProfiles, archive, insertRecords, sendToDeadLetters, readStored }: PoisonDependencies): BatchHandler =>
  async (records) => {
    const started = Date.now();
    const all = records.map((record): PoisonArrival => {
      const arrival = readArrival(record);
      return { ...arrival, messageId: givenMessageId(arrival) ?? ownMessageId(arrival.message) };
    });
    const stored = await readStored(all.map(keyOf));
    const arrivals = all.filter((arrival) => stored.get(keyOf(arrival)) !== arrival.message.traceId);
    const profileOf = await readProfiles(
      arrivals.flatMap(({ malformed, message }) =>
        malformed === undefined ? [message.gatewayId ?? message.deviceId] : [],
      ),
    );
    const locations = await archive(
      arrivals.map(({ bytes, message }) => ({ bytes, traceId: message.traceId, receivedAt: message.receivedAt })),
    );
    const ended = arrivals.flatMap((arrival, index) => {
      const raw = locations[index];
      return raw === undefined ? [] : [{ arrival, record: toRecord(arrival, raw, started, profileOf) }];
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

function toRecord(
  { message, messageId, record, malformed }: PoisonArrival,
  raw: RawLocation,
  started: number,
  profileOf: (deviceId: string) => DeviceProfile,
): MessageRecord {
  const { traceId, receivedAt, clientId, principal, attempt } = message;
  // Nobody has checked that a gateway may speak for the device that it named: the message is the gateway's.
  const deviceId = message.gatewayId ?? message.deviceId;
  return {
    deviceId,
    messageId,
    applicationId: malformed === undefined ? profileOf(deviceId).applicationId : undefined,
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

interface PoisonArrival extends Arrival {
  readonly messageId: string;
}

const keyOf = ({ message, messageId }: PoisonArrival) => messageKey({ deviceId: message.deviceId, messageId });

function deadLetterOf({ message }: Arrival, record: MessageRecord) {
  const { raw, failureClass = 'processing', reason = '' } = record;
  return { disposition: 'dead-lettered' as const, failureClass, reason, messageKey: messageKey(record), raw, message };
}
