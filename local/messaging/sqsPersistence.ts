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
  const { db } = store;
  const statements = {
    insertQueue: db.prepare('INSERT OR REPLACE INTO sqs_queue VALUES (?, ?, ?, ?, ?)'),
    deleteQueue: db.prepare('DELETE FROM sqs_queue WHERE name = ?'),
    attributes: db.prepare('UPDATE sqs_queue SET attributes = ? WHERE name = ?'),
    sequence: db.prepare('UPDATE sqs_queue SET sequence = ? WHERE name = ?'),
    insert: db.prepare(
      'INSERT INTO sqs_entry (row, id, queue, message, received, first_received) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    remove: db.prepare('DELETE FROM sqs_entry WHERE row = ?'),
    inflight: db.prepare(
      'UPDATE sqs_entry SET handle = ?, deadline = ?, received = ?, first_received = ? WHERE row = ?',
    ),
    ready: db.prepare('UPDATE sqs_entry SET handle = NULL, deadline = NULL WHERE row = ?'),
    purge: db.prepare('DELETE FROM sqs_entry WHERE queue = ? RETURNING id'),
    duplicate: db.prepare('SELECT message, sequence FROM sqs_deduplication WHERE queue = ? AND id = ? AND at > ?'),
    deduplicate: db.prepare('INSERT OR REPLACE INTO sqs_deduplication VALUES (?, ?, ?, ?, ?)'),
    forgetOld: db.prepare('DELETE FROM sqs_deduplication WHERE at <= ?'),
    forgetQueue: db.prepare('DELETE FROM sqs_deduplication WHERE queue = ?'),
    queues: db.prepare('SELECT * FROM sqs_queue'),
    messages: db.prepare('SELECT * FROM sqs_entry WHERE queue = ?'),
    rows: db.prepare('SELECT row, id FROM sqs_entry ORDER BY row'),
  };
  // Messages are numbered as they come, so that what is written together lies together: by their ids, which are random, a commit
  // would touch a page of the database for each.
  const rowOf = new Map((statements.rows.all() as Array<{ row: number; id: string }>).map(({ row, id }) => [id, row]));
  let lastRow = [...rowOf.values()].at(-1) ?? 0;
  const purge = (queueName: string) => {
    for (const { id } of statements.purge.all(queueName) as Array<{ id: string }>) rowOf.delete(id);
  };

  /** Each queue has its own, for fauxqs doesn't say which queue a message in flight belongs to. */
  const changesOf = (queue: FauxQueue) => ({
    ...changes,
    updateMessageInflight(id: string, handle: string, deadline: number, received: number, first: number | undefined) {
      store.write(() => statements.inflight.run(handle, deadline, received, first ?? null, rowOf.get(id) ?? null));
      onDeadline(queue.name, deadline);
    },
  });

  const changes = {
    insertQueue(queue: FauxQueue) {
      queue.persistence = changesOf(queue);
      store.write(() =>
        statements.insertQueue.run(
          queue.arn,
          queue.name,
          queue.url,
          JSON.stringify(queue.attributes),
          queue.sequenceCounter,
        ),
      );
    },
    deleteQueue(name: string) {
      store.write(() => {
        statements.deleteQueue.run(name);
        statements.forgetQueue.run(name);
        purge(name);
      });
    },
    updateQueueAttributes(name: string, attributes: Record<string, string>) {
      store.write(() => statements.attributes.run(JSON.stringify(attributes), name));
    },
    updateQueueSequenceCounter(name: string, counter: number) {
      store.write(() => statements.sequence.run(counter, name));
    },
    insertMessage(queueName: string, message: FauxMessage) {
      const { messageId: id, approximateReceiveCount: received, approximateFirstReceiveTimestamp: first } = message;
      const row = ++lastRow;
      rowOf.set(id, row);
      store.write(() => statements.insert.run(row, id, queueName, JSON.stringify(message), received, first ?? null));
      if (message.delayUntil !== undefined) onDeadline(queueName, message.delayUntil);
    },
    deleteMessage(id: string) {
      store.write(() => statements.remove.run(rowOf.get(id) ?? null));
      rowOf.delete(id);
    },
    updateMessageReady(id: string) {
      store.write(() => statements.ready.run(rowOf.get(id) ?? null));
    },
    deleteQueueMessages(queueName: string) {
      store.write(() => purge(queueName));
    },
    findDuplicate(queueName: string, id: string) {
      const row = statements.duplicate.get(queueName, id, now() - deduplicationInterval) as
        | { message: string; sequence: string }
        | undefined;
      return row && { messageId: row.message, sequenceNumber: row.sequence };
    },
    recordDeduplication(queueName: string, id: string, messageId: string, sequenceNumber: string) {
      store.write(() => {
        statements.forgetOld.run(now() - deduplicationInterval);
        statements.deduplicate.run(queueName, id, messageId, sequenceNumber, now());
      });
    },
  };

  return {
    ...changes,
    /** Puts back what an earlier process left; in-flight messages keep their visibility deadline. */
    load(sqs: FauxSqsStore, urlOf: (name: string) => string) {
      for (const row of statements.queues.all() as Array<{
        arn: string;
        name: string;
        attributes: string;
        sequence: number;
      }>) {
        const queue = sqs.createQueue(
          row.name,
          urlOf(row.name),
          row.arn,
          JSON.parse(row.attributes) as Record<string, string>,
          {},
        );
        Object.assign(queue, { sequenceCounter: row.sequence });
        restoreMessages(queue, statements.messages.all(row.name) as unknown as MessageRow[], onDeadline);
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
