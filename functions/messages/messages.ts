import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Message, MessageRecord, MessageSummary } from '../model/message.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { notACursor, queryPage, readCursor, writeCursor } from '../platform/http/paging.ts';
import { badRequest, notFound } from '../platform/http/problem.ts';
import { checkRange, iso } from '../platform/http/timeRange.ts';
import { byDeviceIndex, type FoundMessage, messageReferenceOf, principalEntry } from '../platform/records/messages.ts';
import { type applicationMessages, indexedMessage, position } from './applicationMessages.ts';
import { listSignals } from './listSignals.ts';
import { type messageOperations, numberedSignals, signalDays } from './operations.ts';
import { contentTypeOf, type readRaw } from './rawBytes.ts';
import type { seenDevices } from './seenDevices.ts';

interface MessageDependencies {
  readonly db: Sends;
  readonly tableName: string;
  readonly retentionDays: number;
  readonly bucket: string;
  readonly read: ReturnType<typeof applicationMessages>;
  readonly seenBy: ReturnType<typeof seenDevices>;
  readonly readRaw: ReturnType<typeof readRaw>;
}

export const messageHandlers = (dependencies: MessageDependencies): Handlers<typeof messageOperations> => ({
  getMessage: async ({ access: { message } }) => ({ body: toPassport(message) }),

  listDeviceMessages: async ({ params, query }) => {
    const range = rangeOf(query, dependencies.retentionDays, dependencies.retentionDays);
    const { items, lastKey } = await queryPage(
      dependencies.db,
      {
        TableName: dependencies.tableName,
        IndexName: byDeviceIndex,
        KeyConditionExpression: 'deviceId = :device AND receivedAt BETWEEN :first AND :last',
        ...(query.disposition !== undefined && { FilterExpression: 'disposition = :disposition' }),
        ExpressionAttributeValues: {
          ':device': params.deviceId,
          ':first': range.from,
          ':last': range.to - 1,
          ...(query.disposition !== undefined && { ':disposition': query.disposition }),
        },
        ScanIndexForward: query.order === 'asc',
      },
      query,
    );
    return { body: { items: z.array(indexedMessage).parse(items).map(toSummary), ...writeCursor(lastKey) } };
  },

  listSignals: async ({ access, query }) => {
    const { page, limit, next, order, disposition } = query;
    if (page !== undefined && next !== undefined)
      throw badRequest([{ in: 'query', field: 'page', detail: 'not together with next: pages or a cursor' }]);
    if (page !== undefined && page * limit > numberedSignals)
      throw badRequest([
        {
          in: 'query',
          field: 'page',
          detail: `page × limit is ${page * limit}; numbered pages reach ${numberedSignals}, go on from there by next`,
        },
      ]);
    const { signals, next: last } = await listSignals(dependencies.read, {
      applicationId: access.applicationId,
      ...rangeOf(query, signalDays, dependencies.retentionDays),
      order,
      disposition,
      limit,
      skip: page === undefined ? 0 : (page - 1) * limit,
      after: readPosition(next),
      sees: dependencies.seenBy(access),
    });
    return { body: { items: signals.map(toSummary), ...writeCursor(last) } };
  },

  getSignal: async ({ access: { message } }) => {
    const entry = entryOf(message);
    const { deviceId, messageId, applicationId } = entry;
    return {
      body: {
        id: messageReferenceOf(message),
        deviceId,
        messageId,
        ...(applicationId !== undefined && { applicationId }),
        ...toEntry(entry),
      },
    };
  },

  getSignalRaw: async ({ access: { message }, query }) => {
    const { bytes } = await dependencies.readRaw(entryOf(message, query.traceId).raw);
    return {
      body: bytes,
      type: contentTypeOf(bytes),
      // What a device sent must not run in a browser.
      headers: { 'x-content-type-options': 'nosniff', 'content-disposition': 'attachment' },
    };
  },

  getSignalRawMetadata: async ({ access: { message }, query }) => {
    const { raw } = entryOf(message, query.traceId);
    const { bytes, uploadedAt } = await dependencies.readRaw(raw);
    return {
      body: {
        id: messageReferenceOf(message),
        size: bytes.length,
        contentType: contentTypeOf(bytes),
        checksum: createHash('sha256').update(bytes).digest('hex'),
        bucket: dependencies.bucket,
        ...raw,
        uploadedAt: uploadedAt.toISOString(),
      },
    };
  },
});

const dayMilliseconds = 86_400_000;
/** The rule's clock and this function's may differ. */
const clockSlackMilliseconds = 60_000;

/**
 * Nothing is older than records are kept, nor newer than now.
 * @param usualDays how far back a range reaches that has no `from`
 * @throws Problem 400
 */
function rangeOf(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  usualDays: number,
  retentionDays: number,
) {
  const now = Date.now();
  if (from !== undefined && to !== undefined) checkRange({ from, to });
  const oldest = now - (retentionDays + 1) * dayMilliseconds;
  const latest = now + clockSlackMilliseconds;
  const end = Math.min(to ?? latest, latest);
  const start = Math.max(from ?? end - usualDays * dayMilliseconds, oldest);
  // A range of which nothing is kept is an empty one.
  return { from: Math.min(start, end - 1), to: end };
}

function readPosition(next: string | undefined) {
  if (next === undefined) return undefined;
  const { data } = position.safeParse(readCursor(next));
  if (data === undefined) throw notACursor();
  return data;
}

/** @throws Problem 404 */
function entryOf(message: FoundMessage, traceId?: string): MessageRecord {
  const entry =
    traceId === undefined
      ? principalEntry(message)
      : message.entries.find((candidate) => candidate.traceId === traceId);
  if (entry === undefined) throw notFound('entry with the trace id', traceId ?? '');
  return entry;
}

function toSummary({
  deviceId,
  messageId,
  receivedAt,
  eventTime,
  ...item
}: z.infer<typeof indexedMessage>): MessageSummary {
  const { disposition, points, reason } = item;
  return {
    id: messageReferenceOf({ deviceId, messageId }),
    deviceId,
    messageId,
    disposition,
    receivedAt: iso(receivedAt),
    ...(eventTime !== undefined && { eventTime: iso(eventTime) }),
    ...(points !== undefined && { points }),
    ...(reason !== undefined && { reason }),
  };
}

function toEntry(record: MessageRecord): Message['entries'][number] {
  const {
    deviceId: _device,
    messageId: _id,
    applicationId: _application,
    receivedAt,
    eventTime,
    stages,
    ...rest
  } = record;
  return {
    ...rest,
    receivedAt: iso(receivedAt),
    ...(eventTime !== undefined && { eventTime: iso(eventTime) }),
    stages: Object.fromEntries(Object.entries(stages).map(([stage, time]) => [stage, iso(time)])),
  };
}

function toPassport(message: FoundMessage): Message {
  const { deviceId, messageId, applicationId, entries } = message;
  return {
    id: messageReferenceOf(message),
    deviceId,
    messageId,
    ...(applicationId !== undefined && { applicationId }),
    disposition: entryOf(message).disposition,
    entries: entries.map(toEntry),
  };
}
