import { deserialize, serialize } from 'node:v8';
import { type Row, statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';

export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly properties: Record<string, unknown> | undefined;
  /** Epoch milliseconds, both. */
  readonly modifiedAt: number;
  readonly expiresAt: number | undefined;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_retained (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, qos INTEGER NOT NULL, properties BLOB, modified INTEGER NOT NULL, expires INTEGER) WITHOUT ROWID;
`;

export type RetainedMessages = ReturnType<typeof openRetainedMessages>;

/** Retained messages, one for a topic (AWS: "MQTT", retained messages). */
export function openRetainedMessages(store: StateStore) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    get: one('SELECT * FROM iot_retained WHERE topic = ?'),
    list: all('SELECT * FROM iot_retained ORDER BY topic'),
    put: run('INSERT OR REPLACE INTO iot_retained VALUES (?, ?, ?, ?, ?, ?)'),
    drop: run('DELETE FROM iot_retained WHERE topic = ?'),
  };
  const toMessage = (row: Row): RetainedMessage => ({
    topic: String(row['topic']),
    payload: Buffer.from(row['payload'] as Uint8Array),
    qos: row['qos'] === 1 ? 1 : 0,
    properties: row['properties']
      ? (deserialize(row['properties'] as Uint8Array) as Record<string, unknown>)
      : undefined,
    modifiedAt: Number(row['modified']),
    expiresAt: row['expires'] === null ? undefined : Number(row['expires']),
  });
  const current = (message: RetainedMessage) => message.expiresAt === undefined || message.expiresAt > Date.now();

  return {
    find(topic: string): RetainedMessage | undefined {
      const row = q.get(topic);
      const message = row && toMessage(row);
      return message && current(message) ? message : undefined;
    },
    list: () => q.list().map(toMessage).filter(current),
    /** An empty payload takes the message away. */
    put(message: Omit<RetainedMessage, 'modifiedAt'>): void {
      if (message.payload.length === 0) q.drop(message.topic);
      else
        q.put(
          message.topic,
          message.payload,
          message.qos,
          message.properties ? serialize(message.properties) : null,
          Date.now(),
          message.expiresAt ?? null,
        );
    },
  };
}
