import { randomUUID } from 'node:crypto';
import { type Row, statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';

/** One connection of a client, as lifecycle events tell of it (AWS: "Lifecycle events"). */
export interface Presence {
  readonly clientId: string;
  readonly principal: string;
  readonly thingName: string | undefined;
  readonly sessionIdentifier: string;
  readonly versionNumber: number;
}

export type DisconnectReason =
  | 'AUTH_ERROR'
  | 'CLIENT_INITIATED_DISCONNECT'
  | 'CLIENT_ERROR'
  | 'CONNECTION_LOST'
  | 'DUPLICATE_CLIENTID'
  | 'MQTT_KEEP_ALIVE_TIMEOUT'
  | 'SERVER_ERROR'
  | 'SERVER_INITIATED_DISCONNECT';

const schema = `
CREATE TABLE IF NOT EXISTS iot_presence (client TEXT PRIMARY KEY, version INTEGER NOT NULL, principal TEXT NOT NULL, thing TEXT, session TEXT NOT NULL, away INTEGER) WITHOUT ROWID;
`;

/** After this long without a connection the version number starts anew. Milliseconds. */
const forgottenAfter = 3600_000;

/** Numbers the connections of each client. `away` is when the client went; it has no value while it is connected. */
export function openPresence(store: StateStore) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    get: one('SELECT * FROM iot_presence WHERE client = ?'),
    connected: all('SELECT * FROM iot_presence WHERE away IS NULL'),
    put: run('INSERT OR REPLACE INTO iot_presence VALUES (?, ?, ?, ?, ?, NULL)'),
    away: run('UPDATE iot_presence SET away = ? WHERE client = ? AND version = ?'),
  };
  const toPresence = (row: Row): Presence => ({
    clientId: String(row['client']),
    principal: String(row['principal']),
    thingName: row['thing'] === null ? undefined : String(row['thing']),
    sessionIdentifier: String(row['session']),
    versionNumber: Number(row['version']),
  });
  return {
    /** Whoever was connected when the process died. */
    leftBehind: () => q.connected().map(toPresence),
    /** @param resumed whether a persistent session goes on, and its identifier with it */
    connect(
      given: Pick<Presence, 'clientId' | 'principal' | 'thingName'>,
      resumed: boolean,
      now = Date.now(),
    ): Presence {
      const row = q.get(given.clientId);
      const known =
        row && !(row['away'] !== null && now - Number(row['away']) > forgottenAfter) ? toPresence(row) : undefined;
      const presence = {
        ...given,
        versionNumber: known ? known.versionNumber + 1 : 0,
        sessionIdentifier: known && resumed ? known.sessionIdentifier : randomUUID(),
      };
      q.put(
        given.clientId,
        presence.versionNumber,
        given.principal,
        given.thingName ?? null,
        presence.sessionIdentifier,
      );
      return presence;
    },
    /** Nothing when a later connection of the client has begun. */
    disconnect: ({ clientId, versionNumber }: Presence, now = Date.now()) => q.away(now, clientId, versionNumber),
  };
}
