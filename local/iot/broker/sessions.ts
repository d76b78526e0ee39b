import { deserialize, serialize } from 'node:v8';
import { statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import { filterTakes } from '../topicFilter.ts';

export interface Subscription {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** MQTT 5: retain handling, retain as published, no local, subscription identifier. */
  readonly rh?: number | undefined;
  readonly rap?: boolean | undefined;
  readonly nl?: boolean | undefined;
  readonly subscriptionIdentifier?: number | undefined;
}

export interface QueuedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly properties: Record<string, unknown> | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_session (client TEXT PRIMARY KEY, expiry INTEGER NOT NULL, ends INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_subscription (client TEXT NOT NULL, filter TEXT NOT NULL, subscription TEXT NOT NULL, PRIMARY KEY (client, filter)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_queued (seq INTEGER PRIMARY KEY AUTOINCREMENT, client TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL, properties BLOB, expires INTEGER);
CREATE INDEX IF NOT EXISTS iot_queued_of_client ON iot_queued (client, seq);
`;

const rememberedTopics = 20_000;

export type Sessions = ReturnType<typeof openSessions>;

/**
 * Persistent sessions (AWS: "MQTT persistent sessions"): subscriptions, and QoS 1 messages that their client has not acknowledged.
 * A session ends when its client has been away for longer than its expiry.
 */
export function openSessions(store: StateStore) {
  store.db.exec(schema);
  const { all, run } = statements(store);
  const insert = store.db.prepare(
    'INSERT INTO iot_queued (client, topic, payload, properties, expires) VALUES (?, ?, ?, ?, ?)',
  );
  const q = {
    sessions: all('SELECT * FROM iot_session'),
    put: run('INSERT OR REPLACE INTO iot_session VALUES (?, ?, ?)'),
    drop: run('DELETE FROM iot_session WHERE client = ?'),
    subscriptions: all('SELECT client, subscription FROM iot_subscription'),
    subscribe: run('INSERT OR REPLACE INTO iot_subscription VALUES (?, ?, ?)'),
    unsubscribe: run('DELETE FROM iot_subscription WHERE client = ? AND filter = ?'),
    unsubscribeAll: run('DELETE FROM iot_subscription WHERE client = ?'),
    queued: all('SELECT * FROM iot_queued WHERE client = ? ORDER BY seq'),
    taken: run('DELETE FROM iot_queued WHERE seq = ?'),
    empty: run('DELETE FROM iot_queued WHERE client = ?'),
  };

  /** Client → its session; `ends` is set while the client is away. */
  const sessions = new Map<
    string,
    { expirySeconds: number; ends: number | undefined; subscriptions: Map<string, Subscription> }
  >();
  const remembered = new Map<string, readonly string[]>();
  for (const row of q.sessions()) {
    sessions.set(String(row['client']), {
      expirySeconds: Number(row['expiry']),
      ends: row['ends'] === null ? undefined : Number(row['ends']),
      subscriptions: new Map(),
    });
  }
  for (const row of q.subscriptions()) {
    const subscription = JSON.parse(String(row['subscription'])) as Subscription;
    sessions.get(String(row['client']))?.subscriptions.set(subscription.topic, subscription);
  }

  const end = (client: string): void => {
    if (!sessions.delete(client)) return;
    remembered.clear();
    q.drop(client);
    q.unsubscribeAll(client);
    q.empty(client);
  };
  const away = (client: string, now = Date.now()): void => {
    const session = sessions.get(client);
    if (!session) return;
    session.ends = now + session.expirySeconds * 1000;
    q.put(client, session.expirySeconds, session.ends);
  };
  // Who was connected when the process died is away from now on.
  for (const [client, { ends }] of sessions) if (ends === undefined) away(client);

  const isOver = (client: string, now: number) => {
    const ends = sessions.get(client)?.ends;
    return ends !== undefined && ends <= now;
  };

  return {
    /** A client with a persistent session has connected; its old session goes on unless it has expired. */
    resume(client: string, expirySeconds: number, now = Date.now()): void {
      if (isOver(client, now)) end(client);
      const current = sessions.get(client) ?? {
        expirySeconds,
        ends: undefined,
        subscriptions: new Map<string, Subscription>(),
      };
      sessions.set(client, Object.assign(current, { expirySeconds, ends: undefined }));
      q.put(client, expirySeconds, null);
    },
    has: (client: string) => sessions.has(client),
    /** The client is away: its session ends after its expiry. */
    away,
    setExpiry(client: string, expirySeconds: number): void {
      const session = sessions.get(client);
      if (session) session.expirySeconds = expirySeconds;
    },
    end,
    endIfOver(client: string, now = Date.now()): void {
      if (isOver(client, now)) end(client);
    },
    endAllOver(now = Date.now()): void {
      for (const client of [...sessions.keys()]) if (isOver(client, now)) end(client);
    },
    subscribe(client: string, subscription: Subscription): void {
      const session = sessions.get(client);
      if (!session) return;
      session.subscriptions.set(subscription.topic, subscription);
      remembered.clear();
      q.subscribe(client, subscription.topic, JSON.stringify(subscription));
    },
    unsubscribe(client: string, filter: string): void {
      if (!sessions.get(client)?.subscriptions.delete(filter)) return;
      remembered.clear();
      q.unsubscribe(client, filter);
    },
    subscriptions: (client: string): Subscription[] => [...(sessions.get(client)?.subscriptions.values() ?? [])],
    /** Clients whose persistent session is to keep a QoS 1 message on this topic. */
    interestedIn(topic: string): readonly string[] {
      if (sessions.size === 0) return [];
      let clients = remembered.get(topic);
      if (!clients) {
        clients = [...sessions]
          .filter(([, { subscriptions }]) =>
            [...subscriptions.values()].some((each) => each.qos > 0 && filterTakes(each.topic, topic)),
          )
          .map(([client]) => client);
        if (remembered.size >= rememberedTopics) remembered.clear();
        remembered.set(topic, clients);
      }
      return clients;
    },
    /** Keeps a message for a session; answers its place in the queue. */
    enqueue: (client: string, { topic, payload, properties, expiresAt }: QueuedMessage): number =>
      store.write(() =>
        Number(
          insert.run(client, topic, payload, properties ? serialize(properties) : null, expiresAt ?? null)
            .lastInsertRowid,
        ),
      ),
    acknowledge: (place: number) => q.taken(place),
    queued: (client: string): Array<QueuedMessage & { place: number }> =>
      q.queued(client).map((row) => ({
        place: Number(row['seq']),
        topic: String(row['topic']),
        payload: Buffer.from(row['payload'] as Uint8Array),
        properties: row['properties']
          ? (deserialize(row['properties'] as Uint8Array) as Record<string, unknown>)
          : undefined,
        expiresAt: row['expires'] === null ? undefined : Number(row['expires']),
      })),
  };
}
