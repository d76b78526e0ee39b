import { deserialize, serialize } from 'node:v8';
import { statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';

const schema = `
CREATE TABLE IF NOT EXISTS iot_will (client TEXT PRIMARY KEY, will BLOB NOT NULL) WITHOUT ROWID;
`;

export interface Will {
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

export type Wills = ReturnType<typeof openWills>;

/** Last wills of the clients that are connected. They outlive the process, so that a start after a crash can carry them out. */
export function openWills(store: StateStore) {
  store.db.exec(schema);
  const { all, run } = statements(store);
  const q = {
    list: all('SELECT client, will FROM iot_will'),
    put: run('INSERT OR REPLACE INTO iot_will VALUES (?, ?)'),
    drop: run('DELETE FROM iot_will WHERE client = ?'),
  };
  return {
    put: (client: string, will: object) => q.put(client, serialize(will)),
    drop: (client: string) => q.drop(client),
    list: (): Will[] =>
      q.list().map((row) => {
        const will = deserialize(row['will'] as Uint8Array) as Omit<Will, 'clientId' | 'payload'> & {
          payload: Uint8Array;
        };
        return { ...will, payload: Buffer.from(will.payload), clientId: String(row['client']) };
      }),
  };
}
