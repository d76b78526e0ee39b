import { randomUUID } from 'node:crypto';
import type { StateStore } from '../storage/stateStore.ts';

const schema = `
CREATE TABLE IF NOT EXISTS sns_deduplication (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sns_deduplication_id ON sns_deduplication (topic, id);
`;

/** Milliseconds (AWS: "Message deduplication for FIFO topics"). */
const interval = 5 * 60_000;

/** What FIFO topics took in the last five minutes. */
export function openSnsDeduplication(store: StateStore) {
  store.db.exec(schema);
  const statements = {
    forget: store.db.prepare('DELETE FROM sns_deduplication WHERE at <= ?'),
    find: store.db.prepare('SELECT sequence, message FROM sns_deduplication WHERE topic = ? AND id = ?'),
    add: store.db.prepare(
      'INSERT INTO sns_deduplication (topic, id, message, at) VALUES (?, ?, ?, ?) RETURNING sequence',
    ),
  };
  const number = (sequence: number) => `1${String(sequence).padStart(19, '0')}`;
  return {
    /** The message id and number of a new message, or of the one that it repeats. */
    take(topic: string, id: string, now: number): { messageId: string; sequenceNumber: string; duplicate: boolean } {
      return store.write(() => {
        statements.forget.run(now - interval);
        const known = statements.find.get(topic, id) as { sequence: number; message: string } | undefined;
        if (known) return { messageId: known.message, sequenceNumber: number(known.sequence), duplicate: true };
        const messageId = randomUUID();
        const { sequence } = statements.add.get(topic, id, messageId, now) as { sequence: number };
        return { messageId, sequenceNumber: number(sequence), duplicate: false };
      });
    },
  };
}
