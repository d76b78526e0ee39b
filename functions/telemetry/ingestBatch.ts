import type { SQSRecord } from 'aws-lambda';
import type { LiveUpdate } from '../live/protocol.ts';
import type { Disposition, MessageRecord } from '../model/message.ts';
import { type Failure, isFailure, isPermanent, processingFailure, storageFailure } from '../platform/failure.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { messageKey } from '../platform/records/messages.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { type Arrival, givenMessageId, readArrival } from './arrival.ts';
import { refuseForeignChild } from './foreignChild.ts';
import type { sendToDeadLetters, sendToRetry } from './forward.ts';
import type { DeviceProfile } from './reading.ts';
import { readMessage } from './readMessage.ts';
import type { Aggregated } from './stages/aggregate.ts';
import { ownMessageId } from './stages/enrich.ts';
import { toLiveUpdates } from './stages/format.ts';
import type { DeviceState } from './stores/deviceState.ts';
import type { RawLocation } from './stores/rawArchive.ts';

export interface IngestDependencies {
  readonly readProfiles: (deviceIds: readonly string[]) => Promise<(deviceId: string) => DeviceProfile>;
  /** Message records and device states, in one call where they fit. */
  readonly readKnown: (messages: readonly Aggregated[]) => Promise<Known>;
  readonly archive: (
    messages: readonly { readonly bytes: Uint8Array; readonly traceId: string; readonly receivedAt: number }[],
  ) => Promise<RawLocation[]>;
  readonly writeTelemetry: (messages: readonly Aggregated[]) => Promise<Map<Aggregated, Failure>>;
  readonly saveStates: (
    messages: readonly Aggregated[],
    states: ReadonlyMap<string, DeviceState>,
  ) => Promise<Map<string, Failure>>;
  /** Registers devices that the registry does not know, and marks those that were never heard of as active. */
  readonly welcome: (devices: ReadonlyMap<string, DeviceProfile>) => Promise<Map<string, Failure>>;
  readonly sendLive: (updates: readonly LiveUpdate[]) => Promise<void>;
  /** Has presence look at devices that are not online, as far as is known: they were heard. */
  readonly checkPresence: (deviceIds: readonly string[]) => Promise<void>;
  readonly insertRecords: (records: readonly MessageRecord[]) => Promise<Map<MessageRecord, Failure>>;
  readonly sendToRetry: ReturnType<typeof sendToRetry>;
  readonly sendToDeadLetters: ReturnType<typeof sendToDeadLetters>;
  /** Attempts in all before a transient failure is dead-lettered. */
  readonly maxAttempts: number;
}

export interface Known {
  /** Message key → the trace id that it is stored for. */
  readonly stored: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, DeviceState>;
}

/** A message on its way through a batch. */
interface Passage extends Arrival {
  /** When each stage ended, epoch milliseconds. */
  readonly stages: Record<string, number>;
  profile?: DeviceProfile;
  understood?: Aggregated;
  failure?: Failure;
  /** Why those who watch were not told, or presence. */
  unshown?: Failure;
  /** A gateway published for a device that is not its own: the record is the gateway's, and touches nothing of the device. */
  foreign?: boolean;
  /** Another publish holds its id. */
  duplicate?: boolean;
  /** Its end is on record already: this is SQS delivering twice. */
  settled?: boolean;
  raw?: RawLocation;
}

/**
 * Takes a batch through the pipeline: understand → recognise what is known → raw archive and telemetry store → device state and
 * live → records. Everything before the record can be repeated without harm, so a batch that dies on the way is simply delivered
 * again; the record, written last, says that all of it is done (docs/decisions/telemetry-write-order.md).
 */
export const ingestBatch =
  (dependencies: IngestDependencies): BatchHandler =>
  async (records) => {
    const started = Date.now();
    const passages = records.map(
      (record): Passage => ({
        ...readArrival(record),
        stages: { queued: Number(record.attributes.SentTimestamp), started },
      }),
    );
    await understand(dependencies, passages);
    const known = await recognise(dependencies, passages);
    await store(dependencies, passages);
    await move(dependencies, passages, known.states);
    const failed = await settle(dependencies, passages);
    return { failed };
  };

const stored = (passages: readonly Passage[]): (Passage & { readonly understood: Aggregated })[] =>
  passages.filter(
    (passage): passage is Passage & { understood: Aggregated } =>
      passage.understood !== undefined && !passage.failure && !passage.duplicate && !passage.settled,
  );

function fail(passages: readonly Passage[], failure: Failure): void {
  for (const passage of passages) passage.failure ??= failure;
}

/** Bytes to readings; a payload that can't be read fails alone. */
async function understand({ readProfiles }: IngestDependencies, passages: readonly Passage[]): Promise<void> {
  const routed = passages.filter(({ malformed }) => malformed === undefined);
  for (const passage of passages) {
    if (passage.malformed !== undefined) passage.failure = { failureClass: 'validation', reason: passage.malformed };
  }
  try {
    const profileOf = await readProfiles(routed.map(({ message }) => message.deviceId));
    for (const passage of routed) {
      passage.profile = profileOf(passage.message.deviceId);
      const foreign = refuseForeignChild(passage.message, passage.profile);
      const outcome = foreign ?? readOne(passage, passage.profile);
      passage.foreign = foreign !== undefined;
      if (isFailure(outcome)) passage.failure = outcome;
      else passage.understood = outcome;
      passage.stages['decoded'] = Date.now();
    }
  } catch (error) {
    fail(routed, storageFailure('device profiles', error));
  }
}

function readOne({ bytes, message }: Passage, profile: DeviceProfile): Aggregated | Failure {
  try {
    return readMessage(bytes, message, profile);
  } catch (error) {
    return processingFailure(error);
  }
}

/** Tells new messages from duplicates and from second deliveries, those within the batch too. */
async function recognise({ readKnown }: IngestDependencies, passages: readonly Passage[]): Promise<Known> {
  const understood = stored(passages);
  try {
    const known = await readKnown(understood.map((passage) => passage.understood));
    const traces = new Map(known.stored);
    for (const passage of understood) {
      const key = messageKey(passage.understood);
      const trace = traces.get(key);
      if (trace === undefined) traces.set(key, passage.message.traceId);
      else if (trace !== passage.message.traceId) passage.duplicate = true;
      else passage.settled = true;
    }
    return known;
  } catch (error) {
    fail(understood, storageFailure('message records', error));
    return { stored: new Map(), states: new Map() };
  }
}

/** The raw bytes of everything, the points of what is new. */
async function store({ archive, writeTelemetry }: IngestDependencies, passages: readonly Passage[]): Promise<void> {
  const kept = passages.filter(({ settled }) => !settled);
  const fresh = stored(passages);
  const archiving = archive(
    kept.map(({ bytes, message }) => ({ bytes, traceId: message.traceId, receivedAt: message.receivedAt })),
  ).then(
    (locations) => {
      const archived = Date.now();
      for (const [index, passage] of kept.entries()) {
        const location = locations[index];
        if (location) passage.raw = location;
        passage.stages['archived'] = archived;
      }
    },
    (error: unknown) => fail(kept, storageFailure('raw archive', error)),
  );
  const writing = writeTelemetry(fresh.map(({ understood }) => understood)).then((failures) => {
    const written = Date.now();
    for (const passage of fresh) {
      const failure = failures.get(passage.understood);
      if (failure) passage.failure ??= failure;
      else passage.stages['stored'] = written;
    }
  });
  await Promise.all([archiving, writing]);
}

/** The devices' newest values, the registry's news of them, those who watch, and presence, which judges by all that. */
async function move(
  { saveStates, welcome, sendLive, checkPresence }: IngestDependencies,
  passages: readonly Passage[],
  states: Known['states'],
): Promise<void> {
  const moving = stored(passages);
  const messages = moving.map(({ understood }) => understood);
  const saving = saveStates(messages, states).then((failures) => {
    const saved = Date.now();
    for (const passage of moving) {
      const failure = failures.get(passage.understood.deviceId);
      if (failure) passage.failure ??= failure;
      else passage.stages['state'] = saved;
    }
  });
  const showing = sendLive(messages.flatMap(toLiveUpdates)).catch((error: unknown) => {
    for (const passage of moving) passage.unshown = storageFailure('live queue', error);
  });
  const welcoming = welcome(newcomers(moving)).then((failures) => {
    for (const passage of moving) {
      const failure = failures.get(passage.understood.deviceId);
      if (failure) passage.failure ??= failure;
    }
  });
  await Promise.all([saving, showing, welcoming]);
  const absent = moving.filter(({ failure, understood }) => !failure && !states.get(understood.deviceId)?.online);
  if (absent.length === 0) return;
  await checkPresence([...new Set(absent.map(({ understood }) => understood.deviceId))]).catch((error: unknown) => {
    for (const passage of absent) passage.unshown ??= storageFailure('presence queue', error);
  });
}

/** Devices whose first valid message this is. */
function newcomers(passages: readonly Passage[]): Map<string, DeviceProfile> {
  const found = new Map<string, DeviceProfile>();
  for (const { profile, message } of passages)
    if (profile !== undefined && profile.status !== 'active') found.set(message.deviceId, profile);
  return found;
}

/**
 * Gives every message its end, or another round.
 * @returns the queue messages that SQS must deliver again, because not even that could be done
 */
async function settle(dependencies: IngestDependencies, passages: readonly Passage[]): Promise<SQSRecord[]> {
  const open = passages.filter(({ settled }) => !settled);
  failOrphans(open);
  const again: Passage[] = [];
  const ended: { readonly passage: Passage; readonly record: MessageRecord }[] = [];
  for (const passage of open) {
    const disposition = dispositionOf(passage, dependencies.maxAttempts);
    if (disposition === undefined || passage.raw === undefined) again.push(passage);
    else ended.push({ passage, record: toRecord(passage, disposition, passage.raw) });
  }

  const unsent = await dependencies.sendToDeadLetters(
    ended.flatMap(({ passage, record }) => deadLetterOf(passage, record)),
  );
  for (const [{ passage }, reason] of unsent) {
    passage.failure = storageFailure('dead-letter queue', new Error(reason));
    again.push(passage);
  }
  const recordable = ended.filter(({ passage }) => !again.includes(passage));
  const unrecorded = await dependencies.insertRecords(recordable.map(({ record }) => record));
  for (const { passage, record } of recordable) {
    const failure = unrecorded.get(record);
    if (failure === undefined) continue;
    passage.failure = failure;
    again.push(passage);
  }
  count(recordable.filter(({ record }) => !unrecorded.has(record)).map(({ record }) => record));
  return sendAgain(dependencies, again);
}

/** A duplicate of a message in the same batch that was not stored after all is no duplicate yet. */
function failOrphans(passages: readonly Passage[]): void {
  const failedKeys = new Set(
    passages.flatMap(({ failure, unshown, understood, duplicate }) =>
      (failure ?? unshown) && understood && !duplicate ? [messageKey(understood)] : [],
    ),
  );
  for (const passage of passages) {
    if (passage.duplicate && passage.understood && failedKeys.has(messageKey(passage.understood))) {
      passage.failure ??= { failureClass: 'processing', reason: 'the first message with this id was not stored' };
    }
  }
}

/** Undefined: not decided yet, it goes round again. */
function dispositionOf(
  { failure, unshown, duplicate, message }: Passage,
  maxAttempts: number,
): Disposition | undefined {
  const isLastAttempt = message.attempt + 1 >= maxAttempts;
  if (failure === undefined) {
    if (duplicate) return 'duplicate';
    // What is stored stays stored, though nobody saw it live; its record says so.
    return unshown === undefined || isLastAttempt ? 'stored' : undefined;
  }
  if (isPermanent(failure)) return 'quarantined';
  return isLastAttempt ? 'dead-lettered' : undefined;
}

function toRecord(passage: Passage, disposition: Disposition, raw: RawLocation): MessageRecord {
  const { message, profile, understood, failure, unshown, stages } = passage;
  const { deviceId, gatewayId, traceId, receivedAt, clientId, principal, attempt } = message;
  return {
    deviceId: passage.foreign && gatewayId !== undefined ? gatewayId : deviceId,
    messageId: understood?.messageId ?? givenMessageId(passage) ?? ownMessageId(message),
    // Not the child's: it is the gateway's message then, and the child may be another application's.
    applicationId: passage.foreign ? undefined : profile?.applicationId,
    traceId,
    disposition,
    receivedAt,
    eventTime: understood?.eventTime,
    format: understood?.format,
    points: understood?.readings.length,
    reason: (failure ?? unshown)?.reason,
    failureClass: (failure ?? unshown)?.failureClass,
    raw,
    stages,
    attempt,
    clientId,
    principal,
  };
}

function deadLetterOf(passage: Passage, record: MessageRecord) {
  const { disposition, raw, failureClass, reason } = record;
  if (disposition === 'stored' || disposition === 'duplicate') return [];
  logger.warn('message not stored', {
    deviceId: record.deviceId,
    messageId: record.messageId,
    traceId: record.traceId,
    disposition,
    failureClass,
    reason,
  });
  return [
    {
      passage,
      deadLetter: {
        disposition,
        failureClass: failureClass ?? 'processing',
        reason: reason ?? '',
        messageKey: messageKey(record),
        raw,
        message: passage.message,
      },
    },
  ];
}

/** To the retry queue with a delay; what can't even go there stays with SQS, which delivers it again. */
async function sendAgain({ sendToRetry }: IngestDependencies, passages: readonly Passage[]): Promise<SQSRecord[]> {
  const retries = passages.map((passage) => {
    const { record, message } = passage;
    const failure = passage.failure ??
      passage.unshown ?? { failureClass: 'processing' as const, reason: 'no reason given' };
    logger.warn('message goes round again', {
      deviceId: message.deviceId,
      messageId: passage.understood?.messageId,
      traceId: message.traceId,
      attempt: message.attempt + 1,
      ...failure,
    });
    return { record, message, failure };
  });
  const unsent = await sendToRetry(retries);
  metrics.addMetric('MessagesRetried', MetricUnit.Count, retries.length - unsent.size);
  for (const [{ message }, reason] of unsent)
    logger.error('retry queue refused; SQS will deliver again', {
      deviceId: message.deviceId,
      traceId: message.traceId,
      reason,
    });
  return [...unsent.keys()].map(({ record }) => record);
}

const metricNames: Readonly<Record<Disposition, string>> = {
  stored: 'MessagesStored',
  duplicate: 'MessagesDuplicate',
  quarantined: 'MessagesQuarantined',
  'dead-lettered': 'MessagesDeadLettered',
};

function count(records: readonly MessageRecord[]): void {
  const now = Date.now();
  for (const [disposition, name] of Object.entries(metricNames)) {
    const matching = records.filter((record) => record.disposition === disposition).length;
    if (matching > 0) metrics.addMetric(name, MetricUnit.Count, matching);
  }
  // From the rule to the record. The slowest stands for the batch: one value, not hundreds, in the log that becomes the metric.
  const slowest = Math.max(0, ...records.map(({ receivedAt }) => now - receivedAt));
  if (records.length > 0) metrics.addMetric('IngestLatency', MetricUnit.Milliseconds, slowest);
}
