import { createHash } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import { AwsError } from '../service.ts';
import type { PasswordHash, PasswordPolicy } from './password.ts';

/** What the template says of a pool. */
export interface PoolSettings {
  readonly passwordPolicy: PasswordPolicy;
  /** What users sign in with in place of a name: then Cognito names them itself. */
  readonly usernameAttributes: readonly string[];
  /** What users may sign in with besides their name, once it is verified. */
  readonly aliasAttributes: readonly string[];
  readonly caseSensitive: boolean;
}

export interface ClientSettings {
  readonly authFlows: readonly string[];
  readonly accessSeconds: number;
  readonly idSeconds: number;
  readonly refreshSeconds: number;
  readonly sessionSeconds: number;
  /** Says the same of a wrong password and of a user that doesn't exist. */
  readonly hidesUsers: boolean;
}

export interface Client extends ClientSettings {
  readonly id: string;
  readonly pool: string;
  readonly secret: string | undefined;
}

export interface Group {
  readonly name: string;
  readonly precedence: number | undefined;
  readonly created: number;
}

export interface User {
  readonly username: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly status: 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD';
  readonly password: PasswordHash;
  /** When a temporary password ends. Milliseconds since 1970, as the others. */
  readonly temporaryUntil: number | undefined;
  /** It may neither sign in nor refresh. */
  readonly disabled?: boolean;
  readonly created: number;
  readonly modified: number;
}

/** Refresh tokens and sessions of challenges: known by their hash only. */
interface Grant {
  readonly kind: 'refresh' | 'session';
  readonly pool: string;
  readonly client: string;
  readonly username: string;
  readonly originJti: string;
  readonly authTime: number;
  readonly expires: number;
  readonly revoked: number;
}

/** Pools, clients, groups, users and what they hold, in the state store. */
export function openPoolCatalog({ store, region, accountId, endpointUrl }: CloudContext) {
  const { db } = store;
  db.exec(`
    CREATE TABLE IF NOT EXISTS cognito_pool (id TEXT PRIMARY KEY, settings TEXT NOT NULL, keys TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cognito_client (id TEXT PRIMARY KEY, pool TEXT NOT NULL, secret TEXT, settings TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cognito_group (pool TEXT, name TEXT, precedence INTEGER, created INTEGER NOT NULL, PRIMARY KEY (pool, name)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cognito_user (pool TEXT, username TEXT, record TEXT NOT NULL, PRIMARY KEY (pool, username)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cognito_member (pool TEXT, username TEXT, name TEXT, PRIMARY KEY (pool, username, name)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS cognito_grant (hash TEXT PRIMARY KEY, kind TEXT NOT NULL, pool TEXT NOT NULL, client TEXT NOT NULL, username TEXT NOT NULL, originJti TEXT NOT NULL, authTime INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS cognito_grant_origin ON cognito_grant (originJti);
  `);
  type Value = string | number | null;
  const get = <T>(sql: string, ...values: Value[]) => db.prepare(sql).get(...values) as T | undefined;
  const all = <T>(sql: string, ...values: Value[]) => db.prepare(sql).all(...values) as T[];
  const run = (sql: string, ...values: Value[]) => store.write(() => db.prepare(sql).run(...values));
  const hash = (token: string) => createHash('sha256').update(token).digest('base64url');
  const users = (pool: string) =>
    all<{ record: string }>('SELECT record FROM cognito_user WHERE pool = ? ORDER BY username', pool).map(
      ({ record }) => JSON.parse(record) as User,
    );

  return {
    arn: (pool: string) => `arn:aws:cognito-idp:${region}:${accountId}:userpool/${pool}`,
    /** Tokens name it; the pool's keys are below it. */
    issuer: (pool: string) => `${endpointUrl}/${pool}`,
    /** Private keys of a pool as JSON; undefined when there is no such pool. */
    keys: (pool: string) => get<{ keys: string }>('SELECT keys FROM cognito_pool WHERE id = ?', pool)?.keys,
    /** Keeps the keys that a pool has already. */
    putPool(id: string, settings: PoolSettings, keys: string): void {
      run(
        'INSERT INTO cognito_pool VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET settings = excluded.settings',
        id,
        JSON.stringify(settings),
        keys,
      );
    },
    /** @throws AwsError ResourceNotFoundException */
    pool(id: string): PoolSettings {
      const row = get<{ settings: string }>('SELECT settings FROM cognito_pool WHERE id = ?', id);
      if (!row) throw new AwsError('ResourceNotFoundException', `User pool ${id} does not exist.`);
      return JSON.parse(row.settings) as PoolSettings;
    },
    /** Keeps the secret that a client has already. Answers it. */
    putClient({ id, pool, secret, ...settings }: Client): string | undefined {
      run(
        `INSERT INTO cognito_client VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET settings = excluded.settings,
           secret = CASE WHEN excluded.secret IS NULL THEN NULL ELSE coalesce(secret, excluded.secret) END`,
        id,
        pool,
        secret ?? null,
        JSON.stringify(settings),
      );
      return this.client(id).secret;
    },
    /** @throws AwsError ResourceNotFoundException, also when it is another pool's. */
    client(id: string, pool?: string): Client {
      const row = get<{ pool: string; secret: string | null; settings: string }>(
        'SELECT * FROM cognito_client WHERE id = ?',
        id,
      );
      if (!row || (pool !== undefined && row.pool !== pool))
        throw new AwsError('ResourceNotFoundException', `User pool client ${id} does not exist.`);
      return { id, pool: row.pool, secret: row.secret ?? undefined, ...(JSON.parse(row.settings) as ClientSettings) };
    },
    putGroup(pool: string, name: string, precedence: number | undefined): void {
      run(
        'INSERT INTO cognito_group VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET precedence = excluded.precedence',
        pool,
        name,
        precedence ?? null,
        Date.now(),
      );
    },
    /** @throws AwsError ResourceNotFoundException */
    setMember(pool: string, username: string, name: string, member: boolean): void {
      if (!get('SELECT 1 FROM cognito_group WHERE pool = ? AND name = ?', pool, name))
        throw new AwsError('ResourceNotFoundException', 'Group not found.');
      run(
        member
          ? 'INSERT OR IGNORE INTO cognito_member VALUES (?, ?, ?)'
          : 'DELETE FROM cognito_member WHERE pool = ? AND username = ? AND name = ?',
        pool,
        username,
        name,
      );
    },
    /** The most important first. */
    groupsOf: (pool: string, username: string): Group[] =>
      all<{ name: string; precedence: number | null; created: number }>(
        `SELECT name, precedence, created FROM cognito_member JOIN cognito_group USING (pool, name)
         WHERE pool = ? AND username = ? ORDER BY precedence NULLS LAST, name`,
        pool,
        username,
      ).map(({ precedence, ...group }) => ({ ...group, precedence: precedence ?? undefined })),
    users,
    /** By name or by what the pool lets users sign in with. */
    findUser(pool: string, login: string): User | undefined {
      const { usernameAttributes, aliasAttributes, caseSensitive } = this.pool(pool);
      const fold = (text: string | undefined) => (caseSensitive ? text : text?.toLowerCase());
      const exact = get<{ record: string }>(
        'SELECT record FROM cognito_user WHERE pool = ? AND username = ?',
        pool,
        login,
      );
      if (exact) return JSON.parse(exact.record) as User;
      return users(pool).find(
        ({ username, attributes }) =>
          fold(username) === fold(login) ||
          usernameAttributes.some((name) => fold(attributes[name]) === fold(login)) ||
          aliasAttributes.some(
            (name) =>
              fold(attributes[name]) === fold(login) &&
              (name === 'preferred_username' || attributes[`${name}_verified`] === 'true'),
          ),
      );
    },
    createUser(pool: string, user: User): void {
      run('INSERT INTO cognito_user VALUES (?, ?, ?)', pool, user.username, JSON.stringify(user));
    },
    /** Does nothing when the user was deleted meanwhile. */
    updateUser(pool: string, user: User): void {
      const record = JSON.stringify(user);
      run('UPDATE cognito_user SET record = ? WHERE pool = ? AND username = ?', record, pool, user.username);
    },
    deleteUser(pool: string, username: string): void {
      store.atomic(() => {
        for (const table of ['cognito_user', 'cognito_member', 'cognito_grant'])
          db.prepare(`DELETE FROM ${table} WHERE pool = ? AND username = ?`).run(pool, username);
      });
    },
    putGrant(token: string, grant: Omit<Grant, 'revoked'>): void {
      const { kind, pool, client, username, originJti, authTime, expires } = grant;
      // What ended stays for the longest life of an access token, which is held against it.
      run('DELETE FROM cognito_grant WHERE expires < ?', Date.now() - 24 * 3600_000);
      run(
        'INSERT INTO cognito_grant VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)',
        hash(token),
        kind,
        pool,
        client,
        username,
        originJti,
        authTime,
        expires,
      );
    },
    grant: (kind: Grant['kind'], token: string): Grant | undefined =>
      get<Grant>('SELECT * FROM cognito_grant WHERE hash = ? AND kind = ?', hash(token), kind),
    dropGrant(token: string): void {
      run('DELETE FROM cognito_grant WHERE hash = ?', hash(token));
    },
    /** Sessions of a challenge end with the password that they were opened with. */
    dropSessions(pool: string, username: string): void {
      run("DELETE FROM cognito_grant WHERE pool = ? AND username = ? AND kind = 'session'", pool, username);
    },
    isRevoked: (originJti: string) =>
      get<Grant>('SELECT * FROM cognito_grant WHERE originJti = ?', originJti)?.revoked !== 0,
    revoke(originJti: string): void {
      run('UPDATE cognito_grant SET revoked = 1 WHERE originJti = ?', originJti);
    },
    revokeAll(pool: string, username: string): void {
      run('UPDATE cognito_grant SET revoked = 1 WHERE pool = ? AND username = ?', pool, username);
    },
  };
}

export type PoolCatalog = ReturnType<typeof openPoolCatalog>;
