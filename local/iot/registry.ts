import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { CloudContext } from '../context.ts';
import { parsePolicy, type Statement } from '../policy/policyDocument.ts';
import { AwsError } from '../service.ts';
import { certificateId } from './certificates.ts';

export type CertificateStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED';
const settableStatuses: readonly string[] = ['ACTIVE', 'INACTIVE', 'REVOKED'];

export interface Thing {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly version: number;
}

export interface CertificateRecord {
  readonly id: string;
  readonly arn: string;
  readonly pem: string;
  readonly status: CertificateStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_thing (name TEXT PRIMARY KEY, id TEXT NOT NULL, type TEXT, attributes TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_thing_type (name TEXT PRIMARY KEY, id TEXT NOT NULL, properties TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_certificate (id TEXT PRIMARY KEY, pem TEXT NOT NULL, status TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_policy (name TEXT PRIMARY KEY, document TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_attached_policy (target TEXT NOT NULL, policy TEXT NOT NULL, PRIMARY KEY (target, policy)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_thing_principal (thing TEXT NOT NULL, principal TEXT NOT NULL, PRIMARY KEY (thing, principal)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_presence (client TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
`;

export type Registry = ReturnType<typeof openRegistry>;

/**
 * Things, certificates, policies and what is attached to what. Emits `changed` whenever a decision about a connection may have
 * changed, with the certificate id where only one is concerned.
 */
export function openRegistry(context: CloudContext) {
  const { store } = context;
  store.db.exec(schema);
  const get = (sql: string) => {
    const statement = store.db.prepare(sql);
    return (...values: (string | number)[]) =>
      statement.get(...values) as Record<string, string | number | null> | undefined;
  };
  const all = (sql: string) => {
    const statement = store.db.prepare(sql);
    return (...values: (string | number)[]) => statement.all(...values) as Record<string, string | number | null>[];
  };
  const run = (sql: string) => {
    const statement = store.db.prepare(sql);
    return (...values: (string | number | null)[]) => store.write(() => Number(statement.run(...values).changes));
  };
  const q = {
    thing: get('SELECT * FROM iot_thing WHERE name = ?'),
    things: all('SELECT * FROM iot_thing ORDER BY name'),
    putThing: run('INSERT OR REPLACE INTO iot_thing VALUES (?, ?, ?, ?, ?)'),
    dropThing: run('DELETE FROM iot_thing WHERE name = ?'),
    thingType: get('SELECT * FROM iot_thing_type WHERE name = ?'),
    putThingType: run('INSERT OR REPLACE INTO iot_thing_type VALUES (?, ?, ?, ?)'),
    certificate: get('SELECT * FROM iot_certificate WHERE id = ?'),
    certificates: all('SELECT * FROM iot_certificate ORDER BY created DESC, id'),
    addCertificate: run('INSERT INTO iot_certificate VALUES (?, ?, ?, ?)'),
    setStatus: run('UPDATE iot_certificate SET status = ? WHERE id = ?'),
    dropCertificate: run('DELETE FROM iot_certificate WHERE id = ?'),
    policy: get('SELECT * FROM iot_policy WHERE name = ?'),
    policies: all('SELECT * FROM iot_policy ORDER BY name'),
    putPolicy: run('INSERT OR REPLACE INTO iot_policy VALUES (?, ?, ?)'),
    attach: run('INSERT OR IGNORE INTO iot_attached_policy VALUES (?, ?)'),
    detach: run('DELETE FROM iot_attached_policy WHERE target = ? AND policy = ?'),
    attached: all('SELECT policy FROM iot_attached_policy WHERE target = ? ORDER BY policy'),
    addPrincipal: run('INSERT OR IGNORE INTO iot_thing_principal VALUES (?, ?)'),
    dropPrincipal: run('DELETE FROM iot_thing_principal WHERE thing = ? AND principal = ?'),
    principalsOf: all('SELECT principal FROM iot_thing_principal WHERE thing = ? ORDER BY principal'),
    thingsOf: all('SELECT thing FROM iot_thing_principal WHERE principal = ? ORDER BY thing'),
    presence: get('SELECT version FROM iot_presence WHERE client = ?'),
    setPresence: run('INSERT OR REPLACE INTO iot_presence VALUES (?, ?)'),
  };

  const changes = new EventEmitter<{ changed: [certificateId: string | undefined] }>();
  const arn = (kind: string, name: string) => `arn:aws:iot:${context.region}:${context.accountId}:${kind}/${name}`;
  const idOf = (target: string) => target.split('/').pop() ?? '';
  const missing = (what: string) => new AwsError('ResourceNotFoundException', `${what} does not exist.`, 404);

  const thing = (name: string): Thing => {
    const row = q.thing(name);
    if (!row) throw missing(`Thing ${name}`);
    return {
      thingName: String(row['name']),
      thingId: String(row['id']),
      thingTypeName: row['type'] === null ? undefined : String(row['type']),
      attributes: JSON.parse(String(row['attributes'])) as Record<string, string>,
      version: Number(row['version']),
    };
  };
  const toCertificate = (row: Record<string, string | number | null>): CertificateRecord => ({
    id: String(row['id']),
    arn: arn('cert', String(row['id'])),
    pem: String(row['pem']),
    status: String(row['status']) as CertificateStatus,
    createdAt: Number(row['created']),
  });
  const certificate = (id: string): CertificateRecord => {
    const row = q.certificate(id);
    if (!row) throw missing(`Certificate ${id}`);
    return toCertificate(row);
  };
  const policy = (name: string) => {
    const row = q.policy(name);
    if (!row) throw missing(`Policy ${name}`);
    return { name, arn: arn('policy', name), document: String(row['document']), version: Number(row['version']) };
  };
  const policiesOf = (target: string) => q.attached(target).map((row) => policy(String(row['policy'])));

  return {
    arn,
    changes,
    thing,
    things: () => q.things().map((row) => thing(String(row['name']))),
    createThing(name: string, type: string | undefined, attributes: Record<string, string>): Thing {
      if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(name))
        throw new AwsError('InvalidRequestException', `Thing name '${name}' must match [a-zA-Z0-9:_-]{1,128}.`);
      if (type !== undefined && !q.thingType(type)) throw missing(`Thing type ${type}`);
      const existing = q.thing(name) ? thing(name) : undefined;
      if (existing) {
        // AWS answers the same request again; another one under the same name is refused.
        if (existing.thingTypeName === type && JSON.stringify(existing.attributes) === JSON.stringify(attributes))
          return existing;
        throw new AwsError(
          'ResourceAlreadyExistsException',
          `Thing ${name} already exists in account with different attributes.`,
          409,
          { resourceId: name, resourceArn: arn('thing', name) },
        );
      }
      q.putThing(name, randomUUID(), type ?? null, JSON.stringify(attributes), 1);
      return thing(name);
    },
    updateThing(name: string, type: string | undefined, attributes: Record<string, string> | undefined): void {
      const current = thing(name);
      q.putThing(
        name,
        current.thingId,
        type ?? current.thingTypeName ?? null,
        JSON.stringify(attributes ?? current.attributes),
        current.version + 1,
      );
      changes.emit('changed', undefined);
    },
    deleteThing(name: string): void {
      if (q.principalsOf(name).length > 0)
        throw new AwsError(
          'InvalidRequestException',
          `Thing ${name} still has principals attached; detach them first.`,
        );
      q.dropThing(name);
    },
    putThingType(name: string, properties: unknown): { id: string } {
      const id = String(q.thingType(name)?.['id'] ?? randomUUID());
      q.putThingType(name, id, JSON.stringify(properties), Date.now());
      return { id };
    },
    thingType(name: string) {
      const row = q.thingType(name);
      if (!row) throw missing(`Thing type ${name}`);
      return {
        name,
        id: String(row['id']),
        properties: JSON.parse(String(row['properties'])) as unknown,
        createdAt: Number(row['created']),
      };
    },
    certificate,
    findCertificate: (id: string) => (q.certificate(id) ? certificate(id) : undefined),
    certificates: () => q.certificates().map(toCertificate),
    addCertificate(pem: string, status: CertificateStatus): CertificateRecord {
      const id = certificateId(pem);
      if (q.certificate(id))
        throw new AwsError('ResourceAlreadyExistsException', 'The certificate is already registered.', 409, {
          resourceId: id,
          resourceArn: arn('cert', id),
        });
      q.addCertificate(id, pem, status, Date.now());
      return certificate(id);
    },
    setStatus(id: string, status: string): void {
      certificate(id);
      if (!settableStatuses.includes(status))
        throw new AwsError(
          'InvalidRequestException',
          `Certificate status ${status} can't be set; use ACTIVE, INACTIVE or REVOKED.`,
        );
      q.setStatus(status, id);
      changes.emit('changed', id);
    },
    deleteCertificate(id: string): void {
      const { status, arn: target } = certificate(id);
      if (status === 'ACTIVE')
        throw new AwsError(
          'CertificateStateException',
          'The certificate must be deactivated (not ACTIVE) before deletion.',
          406,
        );
      if (policiesOf(target).length > 0 || q.thingsOf(target).length > 0) {
        throw new AwsError(
          'DeleteConflictException',
          "The certificate's policies and things must be detached before deletion.",
          409,
        );
      }
      q.dropCertificate(id);
      changes.emit('changed', id);
    },
    policy,
    policies: () => q.policies().map((row) => policy(String(row['name']))),
    /** Makes or replaces a policy. @throws Error when the document isn't one. */
    putPolicy(name: string, document: string): void {
      parsePolicy(document);
      q.putPolicy(name, document, Number(q.policy(name)?.['version'] ?? 0) + 1);
      changes.emit('changed', undefined);
    },
    hasPolicy: (name: string) => q.policy(name) !== undefined,
    attachPolicy(name: string, target: string): void {
      policy(name);
      certificate(idOf(target));
      q.attach(target, name);
      changes.emit('changed', idOf(target));
    },
    detachPolicy(name: string, target: string): void {
      policy(name);
      q.detach(target, name);
      changes.emit('changed', idOf(target));
    },
    policiesOf,
    statementsOf: (certificateArn: string): Statement[] =>
      policiesOf(certificateArn).flatMap(({ document }) => parsePolicy(document)),
    attachPrincipal(name: string, principal: string): void {
      thing(name);
      certificate(idOf(principal));
      q.addPrincipal(name, principal);
      changes.emit('changed', idOf(principal));
    },
    detachPrincipal(name: string, principal: string): void {
      thing(name);
      q.dropPrincipal(name, principal);
      changes.emit('changed', idOf(principal));
    },
    principalsOf(name: string): string[] {
      thing(name);
      return q.principalsOf(name).map((row) => String(row['principal']));
    },
    thingsOf: (principal: string) => q.thingsOf(principal).map((row) => String(row['thing'])),
    /** Counts connects of a client id: the `versionNumber` of lifecycle events. */
    nextPresenceVersion(clientId: string): number {
      const version = Number(q.presence(clientId)?.['version'] ?? -1) + 1;
      q.setPresence(clientId, version);
      return version;
    },
  };
}
