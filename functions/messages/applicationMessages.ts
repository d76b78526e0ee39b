import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { disposition } from '../model/message.ts';
import type { Sends } from '../platform/clients.ts';
import { applicationDay, byApplicationIndex, dayOf, messageShards } from '../platform/records/messages.ts';

/** What the indexes of the messages table hold of a message. Times are epoch milliseconds. */
export const indexedMessage = z.object({
  messageKey: z.string(),
  entry: z.string(),
  deviceId: z.string(),
  messageId: z.string(),
  disposition,
  receivedAt: z.number(),
  eventTime: z.number().optional(),
  points: z.number().optional(),
  reason: z.string().optional(),
});
type IndexedMessage = z.infer<typeof indexedMessage>;

/** A message's place in the order of its application: the cursor of a list. */
export const position = z.object({
  receivedAt: z.int(),
  shard: z
    .int()
    .min(0)
    .max(messageShards - 1),
  messageKey: z.string().min(1),
  entry: z.string().min(1),
});
export type Position = z.infer<typeof position>;

export interface PlacedMessage {
  readonly message: IndexedMessage;
  readonly position: Position;
}

export interface MessageRange {
  readonly applicationId: string;
  /** Epoch milliseconds; `to` is outside. */
  readonly from: number;
  readonly to: number;
  readonly order: 'asc' | 'desc';
  /** The message before the first. */
  readonly after?: Position | undefined;
  /** How many will be read, as far as is known: decides how many are asked for at once. */
  readonly expected: number;
}

/** Days that are asked at once: one, and more for each that had too little, so that an application that sleeps is not asked day by day. */
const mostDaysAtOnce = 16;
const pageSize = { least: 16, most: 250 };

/**
 * Reads an application's messages in the order of their arrival, over the shards of each day and over days. Messages that arrived
 * in one millisecond are ordered by shard, and inside a shard as the index has them, which is stable.
 */
export const applicationMessages = ({ db, tableName }: { readonly db: Sends; readonly tableName: string }) =>
  async function* (range: MessageRange): AsyncGenerator<PlacedMessage> {
    const limit = Math.min(pageSize.most, Math.max(pageSize.least, Math.ceil(range.expected / 2)));
    const days = daysOf(range);
    for (let first = 0, count = 1; first < days.length; first += count, count = Math.min(mostDaysAtOnce, count * 2)) {
      const asked = days.slice(first, first + count).map((day) => shardsOf(day));
      for (const shards of asked) yield* merge(shards, range.order);
    }

    function shardsOf(day: number): ShardReader[] {
      return Array.from({ length: messageShards }, (_, shard) => new ShardReader(ask, range, day, shard));
    }

    async function ask(partition: string, bounds: Bounds, startKey: Key | undefined) {
      const { Items = [], LastEvaluatedKey } = await db.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: byApplicationIndex,
          KeyConditionExpression: 'applicationDay = :partition AND receivedAt BETWEEN :first AND :last',
          ExpressionAttributeValues: { ':partition': partition, ':first': bounds.first, ':last': bounds.last },
          ScanIndexForward: range.order === 'asc',
          ExclusiveStartKey: startKey,
          Limit: limit,
        }),
      );
      return { messages: z.array(indexedMessage).parse(Items), lastKey: LastEvaluatedKey };
    }
  };

/** Both inside. Epoch milliseconds. */
interface Bounds {
  readonly first: number;
  readonly last: number;
}

type Key = Record<string, unknown>;
type Ask = (
  partition: string,
  bounds: Bounds,
  startKey: Key | undefined,
) => Promise<{ messages: IndexedMessage[]; lastKey: Key | undefined }>;

function daysOf({ from, to, order, after }: MessageRange): number[] {
  const first = dayOf(order === 'asc' && after !== undefined ? Math.max(from, after.receivedAt) : from);
  const last = dayOf(order === 'desc' && after !== undefined ? Math.min(to - 1, after.receivedAt) : to - 1);
  const days = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return order === 'asc' ? days : days.reverse();
}

/** One partition of the index, page by page; the first page is asked for at once. */
class ShardReader {
  readonly shard: number;
  readonly #ask: (startKey: Key | undefined) => ReturnType<Ask>;
  #page: ReturnType<Ask> | undefined;
  #more: Key | undefined;
  #waiting: IndexedMessage[] = [];

  constructor(ask: Ask, range: MessageRange, day: number, shard: number) {
    this.shard = shard;
    const partition = applicationDay(range.applicationId, day, shard);
    const bounds = boundsOf(range, shard);
    this.#ask = (startKey) => ask(partition, bounds, startKey);
    if (bounds.first > bounds.last) return;
    this.#page = this.#ask(startOf(range, bounds, day, shard, partition));
    // Whoever reads this far is told of a failure; where nobody does, it is nobody's.
    this.#page.catch(() => {});
  }

  /** The next message, which stays; undefined at the end. */
  async peek(): Promise<IndexedMessage | undefined> {
    while (this.#waiting.length === 0) {
      const page = await (this.#page ?? (this.#more && this.#ask(this.#more)));
      if (page === undefined) return undefined;
      this.#page = undefined;
      this.#more = page.lastKey;
      this.#waiting = page.messages;
    }
    return this.#waiting[0];
  }

  take(): void {
    this.#waiting.shift();
  }
}

/** In the millisecond of the cursor, shards before its own have been read, those behind it have not. */
function boundsOf({ from, to, order, after }: MessageRange, shard: number): Bounds {
  const bounds = { first: from, last: to - 1 };
  if (after === undefined) return bounds;
  const wasRead = shard < after.shard ? 1 : 0;
  return order === 'asc'
    ? { ...bounds, first: Math.max(from, after.receivedAt + wasRead) }
    : { ...bounds, last: Math.min(to - 1, after.receivedAt - wasRead) };
}

function startOf({ after }: MessageRange, { first, last }: Bounds, day: number, shard: number, partition: string) {
  if (after === undefined || after.shard !== shard || dayOf(after.receivedAt) !== day) return undefined;
  const { messageKey, entry, receivedAt } = after;
  // Of another range: DynamoDB takes no start outside of what it is asked for.
  if (receivedAt < first || receivedAt > last) return undefined;
  return { messageKey, entry, receivedAt, applicationDay: partition };
}

async function* merge(shards: readonly ShardReader[], order: 'asc' | 'desc'): AsyncGenerator<PlacedMessage> {
  const isBefore = (one: IndexedMessage, other: IndexedMessage) =>
    order === 'asc' ? one.receivedAt < other.receivedAt : one.receivedAt > other.receivedAt;
  for (;;) {
    const heads = await Promise.all(shards.map((reader) => reader.peek()));
    let next: { readonly reader: ShardReader; readonly message: IndexedMessage } | undefined;
    for (const [index, reader] of shards.entries()) {
      const message = heads[index];
      if (message !== undefined && (next === undefined || isBefore(message, next.message))) next = { reader, message };
    }
    if (next === undefined) return;
    const { reader, message } = next;
    reader.take();
    const { receivedAt, messageKey, entry } = message;
    yield { message, position: { receivedAt, shard: reader.shard, messageKey, entry } };
  }
}
