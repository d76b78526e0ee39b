import { createHash, randomBytes } from 'node:crypto';
import { statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';

const schema = `
CREATE TABLE IF NOT EXISTS iot_ownership (token TEXT PRIMARY KEY, certificate TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
`;

/** AWS: "Device provisioning MQTT API". Milliseconds. */
const lifetime = 3600_000;

/** Tokens that prove, for an hour, that a certificate was given to whoever shows them. Only their hashes are kept. */
export function openOwnershipTokens(store: StateStore) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    add: run('INSERT INTO iot_ownership VALUES (?, ?, ?)'),
    get: one('SELECT * FROM iot_ownership WHERE token = ?'),
    drop: run('DELETE FROM iot_ownership WHERE token = ?'),
    expired: all('SELECT token, certificate FROM iot_ownership WHERE expires <= ?'),
  };
  const hash = (token: string) => createHash('sha256').update(token).digest('hex');
  return {
    issue(certificateId: string, now = Date.now()): string {
      const token = randomBytes(64).toString('base64url');
      q.add(hash(token), certificateId, now + lifetime);
      return token;
    },
    /** The certificate that a token stands for, undefined when it is unknown or too old. */
    certificateOf(token: string, now = Date.now()): string | undefined {
      const row = q.get(hash(token));
      return row && Number(row['expires']) > now ? String(row['certificate']) : undefined;
    },
    spend: (token: string) => q.drop(hash(token)),
    /** Takes the tokens away that are too old, and answers their certificates. */
    expire: (now = Date.now()): string[] =>
      q.expired(now).map((row) => {
        q.drop(String(row['token']));
        return String(row['certificate']);
      }),
  };
}
