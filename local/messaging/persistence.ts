import type { StateStore } from '../storage/stateStore.ts';
import type { FauxMessage, FauxQueue, FauxS3Store, FauxSqsStore } from './fauxqs.ts';

const schema = `
CREATE TABLE IF NOT EXISTS sqs_queue (arn TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, attributes TEXT NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sqs_message (
  id TEXT PRIMARY KEY, queue TEXT NOT NULL, message TEXT NOT NULL, received INTEGER NOT NULL DEFAULT 0, first_received INTEGER,
  handle TEXT, deadline INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS s3_bucket (name TEXT PRIMARY KEY, created TEXT NOT NULL, type TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS s3_object (bucket TEXT NOT NULL, key TEXT NOT NULL, meta TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (bucket, key));
`;

/** Called with the time (epoch ms) at which a queue needs a look: a delay ends, or a message becomes visible again. */
export type OnDeadline = (queueName: string, deadline: number) => void;

/** What fauxqs' queues call on each change, on the one state store. */
export function createSqsPersistence(store: StateStore, onDeadline: OnDeadline) {
  store.db.exec(schema);
  const { db } = store;
  const statements = {
    insertQueue: db.prepare('INSERT OR REPLACE INTO sqs_queue VALUES (?, ?, ?, ?, ?)'),
    deleteQueue: db.prepare('DELETE FROM sqs_queue WHERE name = ?'),
    attributes: db.prepare('UPDATE sqs_queue SET attributes = ? WHERE name = ?'),
    sequence: db.prepare('UPDATE sqs_queue SET sequence = ? WHERE name = ?'),
    insert: db.prepare('INSERT OR REPLACE INTO sqs_message (id, queue, message, received, first_received) VALUES (?, ?, ?, ?, ?)'),
    remove: db.prepare('DELETE FROM sqs_message WHERE id = ?'),
    inflight: db.prepare('UPDATE sqs_message SET handle = ?, deadline = ?, received = ?, first_received = ? WHERE id = ?'),
    ready: db.prepare('UPDATE sqs_message SET handle = NULL, deadline = NULL WHERE id = ?'),
    queueOf: db.prepare('SELECT queue FROM sqs_message WHERE id = ?'),
    purge: db.prepare('DELETE FROM sqs_message WHERE queue = ?'),
    queues: db.prepare('SELECT * FROM sqs_queue'),
    messages: db.prepare('SELECT * FROM sqs_message WHERE queue = ?'),
  };

  return {
    insertQueue(queue: FauxQueue) {
      store.write(() => statements.insertQueue.run(queue.arn, queue.name, queue.url, JSON.stringify(queue.attributes), queue.sequenceCounter));
    },
    deleteQueue(name: string) {
      store.write(() => {
        statements.deleteQueue.run(name);
        statements.purge.run(name);
      });
    },
    updateQueueAttributes(name: string, attributes: Record<string, string>) {
      store.write(() => statements.attributes.run(JSON.stringify(attributes), name));
    },
    updateQueueSequenceCounter(name: string, counter: number) {
      store.write(() => statements.sequence.run(counter, name));
    },
    insertMessage(queueName: string, message: FauxMessage) {
      const { approximateReceiveCount: received, approximateFirstReceiveTimestamp: first } = message;
      store.write(() => statements.insert.run(message.messageId, queueName, JSON.stringify(message), received, first ?? null));
      if (message.delayUntil !== undefined) onDeadline(queueName, message.delayUntil);
    },
    deleteMessage(id: string) {
      store.write(() => statements.remove.run(id));
    },
    updateMessageInflight(id: string, handle: string, deadline: number, received: number, first: number | undefined) {
      store.write(() => statements.inflight.run(handle, deadline, received, first ?? null, id));
    },
    updateMessageReady(id: string) {
      store.write(() => statements.ready.run(id));
    },
    deleteQueueMessages(queueName: string) {
      store.write(() => statements.purge.run(queueName));
    },
    /** Puts back what an earlier process left; in-flight messages keep their visibility deadline. */
    load(sqs: FauxSqsStore) {
      for (const row of statements.queues.all() as Array<{ arn: string; name: string; url: string; attributes: string; sequence: number }>) {
        const queue = sqs.createQueue(row.name, row.url, row.arn, JSON.parse(row.attributes) as Record<string, string>, {});
        Object.assign(queue, { sequenceCounter: row.sequence });
        restoreMessages(queue, statements.messages.all(row.name) as unknown as MessageRow[], onDeadline);
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

function restoreMessages(queue: FauxQueue, rows: readonly MessageRow[], onDeadline: OnDeadline): void {
  for (const row of rows) {
    const message: FauxMessage = {
      ...(JSON.parse(row.message) as FauxMessage),
      approximateReceiveCount: row.received,
      ...(row.first_received !== null && { approximateFirstReceiveTimestamp: row.first_received }),
    };
    if (row.handle !== null && row.deadline !== null) {
      queue.inflightMessages.set(row.handle, { message, receiptHandle: row.handle, visibilityDeadline: row.deadline });
      lockGroup(queue, message);
      onDeadline(queue.name, row.deadline);
    } else {
      // Its persistence isn't set yet, so this only fills memory.
      queue.enqueue(message);
      if (message.delayUntil !== undefined) onDeadline(queue.name, message.delayUntil);
    }
  }
}

function lockGroup(queue: FauxQueue, message: FauxMessage): void {
  if (!queue.isFifo() || message.messageGroupId === undefined) return;
  const { fifoLockedGroups } = queue as unknown as { fifoLockedGroups: Map<string, number> };
  fifoLockedGroups.set(message.messageGroupId, (fifoLockedGroups.get(message.messageGroupId) ?? 0) + 1);
}

/** What fauxqs' buckets call on each change. Bodies stay in the database and are read when asked for. */
export function createS3Persistence(store: StateStore) {
  store.db.exec(schema);
  const { db } = store;
  const statements = {
    bucket: db.prepare('INSERT OR REPLACE INTO s3_bucket VALUES (?, ?, ?)'),
    dropBucket: db.prepare('DELETE FROM s3_bucket WHERE name = ?'),
    put: db.prepare('INSERT OR REPLACE INTO s3_object VALUES (?, ?, ?, ?)'),
    remove: db.prepare('DELETE FROM s3_object WHERE bucket = ? AND key = ?'),
    empty: db.prepare('DELETE FROM s3_object WHERE bucket = ?'),
    body: db.prepare('SELECT body FROM s3_object WHERE bucket = ? AND key = ?'),
    buckets: db.prepare('SELECT * FROM s3_bucket'),
    objects: db.prepare('SELECT bucket, meta FROM s3_object'),
  };
  return {
    insertBucket(name: string, created: Date, type: string) {
      store.write(() => statements.bucket.run(name, created.toISOString(), type));
    },
    deleteBucket(name: string) {
      store.write(() => statements.dropBucket.run(name));
    },
    upsertObject(bucket: string, { body, ...meta }: { key: string; body: Buffer }) {
      store.write(() => statements.put.run(bucket, meta.key, JSON.stringify(meta), body));
    },
    deleteObject(bucket: string, key: string) {
      store.write(() => statements.remove.run(bucket, key));
    },
    deleteObjectsByBucket(bucket: string) {
      store.write(() => statements.empty.run(bucket));
    },
    readBody(bucket: string, key: string): Buffer {
      const row = statements.body.get(bucket, key) as { body: Uint8Array } | undefined;
      if (!row) throw new Error(`s3://${bucket}/${key} has no body.`);
      return Buffer.from(row.body);
    },
    load(s3: FauxS3Store) {
      for (const row of statements.buckets.all() as Array<{ name: string; created: string; type: string }>) {
        s3.createBucket(row.name, row.type);
        s3.setBucketCreationDate(row.name, new Date(row.created));
      }
      for (const row of statements.objects.iterate() as Iterable<{ bucket: string; meta: string }>) {
        const meta = JSON.parse(row.meta) as Record<string, unknown> & { lastModified: string };
        s3.restoreObject(row.bucket, { ...meta, lastModified: new Date(meta.lastModified), body: Buffer.alloc(0) });
      }
    },
  };
}
