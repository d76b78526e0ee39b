import { statements } from '../storage/statements.ts';
import type { StateStore } from '../storage/stateStore.ts';
import type { FauxMessage, FauxQueue, FauxSqsStore } from './fauxqs.ts';

const schema = `
CREATE TABLE IF NOT EXISTS sqs_queue (arn TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, attributes TEXT NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sqs_entry (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL, queue TEXT NOT NULL, message TEXT NOT NULL, received INTEGER NOT NULL DEFAULT 0,
  first_received INTEGER, handle TEXT, deadline INTEGER
);
CREATE TABLE IF NOT EXISTS sqs_deduplication (
  queue TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL, sequence TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (queue, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_deduplication_at ON sqs_deduplication (at);
`;

/** Milliseconds (AWS: "Using the message deduplication ID in Amazon SQS"). */
const deduplicationInterval = 5 * 60_000;

/** Called with the time (epoch ms) at which a queue needs a look: a delay ends, or a message becomes visible again. */
export type OnDeadline = (queueName: string, deadline: number) => void;

/** What fauxqs' queues call on each change, on the one state store. */
export function createSqsPersistence(store: StateStore, onDeadline: OnDeadline, now: () => number = Date.now) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    insertQueue: run('INSERT OR REPLACE INTO sqs_queue VALUES (?, ?, ?, ?, ?)'),
    deleteQueue: run('DELETE FROM sqs_queue WHERE name = ?'),
    attributes: run('UPDATE sqs_queue SET attributes = ? WHERE name = ?'),
    sequence: run('UPDATE sqs_queue SET sequence = ? WHERE name = ?'),
    insert: run('INSERT INTO sqs_entry (row, id, queue, message, received, first_received) VALUES (?, ?, ?, ?, ?, ?)'),
    remove: run('DELETE FROM sqs_entry WHERE row = ?'),
    inflight: run('UPDATE sqs_entry SET handle = ?, deadline = ?, received = ?, first_received = ? WHERE row = ?'),
    ready: run('UPDATE sqs_entry SET handle = NULL, deadline = NULL WHERE row = ?'),
    purge: run('DELETE FROM sqs_entry WHERE queue = ?'),
    ids: all<{ id: string }>('SELECT id FROM sqs_entry WHERE queue = ?'),
    rows: all<{ row: number; id: string }>('SELECT row, id FROM sqs_entry ORDER BY row'),
    duplicate: one<{ message: string; sequence: string }>(
      'SELECT message, sequence FROM sqs_deduplication WHERE queue = ? AND id = ? AND at > ?',
    ),
    deduplicate: one<{ message: string; sequence: string }>(
      'INSERT OR REPLACE INTO sqs_deduplication VALUES (?, ?, ?, ?, ?)',
    ),
    forgetOld: run('DELETE FROM sqs_deduplication WHERE at <= ?'),
    forgetQueue: run('DELETE FROM sqs_deduplication WHERE queue = ?'),
    queues: all<{ arn: string; name: string; attributes: string; sequence: number }>('SELECT * FROM sqs_queue'),
    messages: all<MessageRow>('SELECT * FROM sqs_entry WHERE queue = ?'),
  };
  // Messages are numbered as they come, so that what is written together lies together: by their ids, which are random, a commit
  // would touch a page of the database for each.
  const rowOf = new Map(q.rows().map(({ row, id }) => [id, row]));
  let lastRow = [...rowOf.values()].at(-1) ?? 0;
  const purge = (queueName: string) => {
    for (const { id } of q.ids(queueName)) rowOf.delete(id);
    q.purge(queueName);
  };

  /** Each queue has its own, for fauxqs doesn't say which queue a message in flight belongs to. */
  const changesOf = (queue: FauxQueue) => ({
    ...changes,
    updateMessageInflight(id: string, handle: string, deadline: number, received: number, first: number | undefined) {
      q.inflight(handle, deadline, received, first ?? null, rowOf.get(id) ?? null);
      onDeadline(queue.name, deadline);
    },
  });

  const changes = {
    insertQueue(queue: FauxQueue) {
      queue.persistence = changesOf(queue);
      q.insertQueue(queue.arn, queue.name, queue.url, JSON.stringify(queue.attributes), queue.sequenceCounter);
    },
    deleteQueue(name: string) {
      q.deleteQueue(name);
      q.forgetQueue(name);
      purge(name);
    },
    updateQueueAttributes(name: string, attributes: Record<string, string>) {
      q.attributes(JSON.stringify(attributes), name);
    },
    updateQueueSequenceCounter(name: string, counter: number) {
      q.sequence(counter, name);
    },
    insertMessage(queueName: string, message: FauxMessage) {
      const { approximateReceiveCount: received, approximateFirstReceiveTimestamp: first } = message;
      const row = ++lastRow;
      rowOf.set(message.messageId, row);
      q.insert(row, message.messageId, queueName, JSON.stringify(message), received, first ?? null);
      if (message.delayUntil !== undefined) onDeadline(queueName, message.delayUntil);
    },
    deleteMessage(id: string) {
      q.remove(rowOf.get(id) ?? null);
      rowOf.delete(id);
    },
    updateMessageReady(id: string) {
      q.ready(rowOf.get(id) ?? null);
    },
    deleteQueueMessages(queueName: string) {
      purge(queueName);
    },
    findDuplicate(queueName: string, id: string) {
      const row = q.duplicate(queueName, id, now() - deduplicationInterval);
      return row && { messageId: row.message, sequenceNumber: row.sequence };
    },
    recordDeduplication(queueName: string, id: string, messageId: string, sequenceNumber: string) {
      q.forgetOld(now() - deduplicationInterval);
      q.deduplicate(queueName, id, messageId, sequenceNumber, now());
    },
  };

  return {
    ...changes,
    /** Puts back what an earlier process left; in-flight messages keep their visibility deadline. */
    load(sqs: FauxSqsStore, urlOf: (name: string) => string) {
      for (const row of q.queues()) {
        const queue = sqs.createQueue(
          row.name,
          urlOf(row.name),
          row.arn,
          JSON.parse(row.attributes) as Record<string, string>,
          {},
        );
        Object.assign(queue, { sequenceCounter: row.sequence });
        restoreMessages(queue, q.messages(row.name), onDeadline);
        queue.persistence = changesOf(queue);
      }
    },
  };
}

interface MessageRow {
  readonly message: string;
  readonly received: number;
  readonly first_received: number | null;
  readonly handle: string | null;
  readonly deadline: number | null;
}

/** The queue's persistence isn't set yet, so this only fills memory. */
function restoreMessages(queue: FauxQueue, rows: readonly MessageRow[], onDeadline: OnDeadline): void {
  const read = rows.map((row) => ({ row, message: readMessage(row) }));
  read.sort((a, b) => a.message.sentTimestamp - b.message.sentTimestamp || sequence(a.message) - sequence(b.message));
  for (const { row, message } of read) {
    if (row.handle !== null && row.deadline !== null) {
      queue.inflightMessages.set(row.handle, { message, receiptHandle: row.handle, visibilityDeadline: row.deadline });
      lockGroup(queue, message);
      onDeadline(queue.name, row.deadline);
    } else {
      queue.enqueue(message);
      if (message.delayUntil !== undefined) onDeadline(queue.name, message.delayUntil);
    }
  }
}

const sequence = (message: FauxMessage) => Number(message.sequenceNumber ?? 0);

function readMessage({ message, received, first_received: first }: MessageRow): FauxMessage {
  return {
    ...(JSON.parse(message) as FauxMessage),
    approximateReceiveCount: received,
    ...(first !== null && { approximateFirstReceiveTimestamp: first }),
  };
}

function lockGroup(queue: FauxQueue, { messageGroupId: group }: FauxMessage): void {
  if (queue.isFifo() && group !== undefined)
    queue.fifoLockedGroups.set(group, (queue.fifoLockedGroups.get(group) ?? 0) + 1);
}
