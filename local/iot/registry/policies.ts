import { parsePolicy, type Statement } from '../../policy/policyDocument.ts';
import { AwsError } from '../../service.ts';
import { type Row, statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import { type IotArn, kindOfArn } from './arns.ts';
import type { RegistryChanges } from './changes.ts';
import { named } from './named.ts';
import { alreadyExists, deleteConflict, invalid, limitExceeded, notFound } from './registryErrors.ts';

export interface PolicyVersion {
  readonly policyName: string;
  readonly versionId: string;
  readonly document: string;
  readonly isDefault: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_policy_version (policy TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, is_default INTEGER NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (policy, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_attached_policy (target TEXT NOT NULL, policy TEXT NOT NULL, PRIMARY KEY (target, policy)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS iot_targets_of_policy ON iot_attached_policy (policy, target);
`;

/** AWS: "AWS IoT Core endpoints and quotas", policy limits. White space does not count. */
const limits = { versions: 5, perTarget: 10, documentCharacters: 2048 } as const;

/** AWS IoT policies with their versions, and what they are attached to (AWS: "AWS IoT Core policies"). */
export function openPolicies(store: StateStore, arn: IotArn, changes: RegistryChanges) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    versions: all('SELECT * FROM iot_policy_version WHERE policy = ? ORDER BY version'),
    get: one('SELECT * FROM iot_policy_version WHERE policy = ? AND is_default = 1'),
    list: all('SELECT * FROM iot_policy_version WHERE is_default = 1 ORDER BY policy'),
    version: one('SELECT * FROM iot_policy_version WHERE policy = ? AND version = ?'),
    add: run('INSERT INTO iot_policy_version VALUES (?, ?, ?, ?, ?)'),
    makeDefault: run('UPDATE iot_policy_version SET is_default = (version = ?) WHERE policy = ?'),
    dropVersion: run('DELETE FROM iot_policy_version WHERE policy = ? AND version = ?'),
    drop: run('DELETE FROM iot_policy_version WHERE policy = ?'),
    attach: run('INSERT OR IGNORE INTO iot_attached_policy VALUES (?, ?)'),
    detach: run('DELETE FROM iot_attached_policy WHERE target = ? AND policy = ?'),
    attached: all('SELECT policy FROM iot_attached_policy WHERE target = ? ORDER BY policy'),
    targets: all('SELECT target FROM iot_attached_policy WHERE policy = ? ORDER BY target'),
  };
  const toVersion = (row: Row): PolicyVersion => ({
    policyName: String(row['policy']),
    versionId: String(row['version']),
    document: String(row['document']),
    isDefault: row['is_default'] === 1,
    createdAt: Number(row['created']),
  });
  const { find, get, list } = named('Policy', q, toVersion);
  const versions = (name: string) => q.versions(get(name).policyName).map(toVersion);
  const version = (name: string, id: string): PolicyVersion => {
    const row = q.version(name, Number(id));
    if (!row) throw notFound(`Version ${id} of policy ${name}`);
    return toVersion(row);
  };
  const parse = (document: string): Statement[] => {
    try {
      return parsePolicy(document);
    } catch (error) {
      throw new AwsError('MalformedPolicyException', error instanceof Error ? error.message : String(error), 400);
    }
  };
  const check = (document: string) => {
    parse(document);
    if (document.replaceAll(/\s/g, '').length > limits.documentCharacters) {
      throw new AwsError(
        'MalformedPolicyException',
        `A policy has at most ${limits.documentCharacters} characters.`,
        400,
      );
    }
  };
  const attachedTo = (target: string) => q.attached(target).map((row) => String(row['policy']));
  const addVersion = (name: string, document: string, makeDefault: boolean): PolicyVersion => {
    const last = Math.max(0, ...q.versions(name).map((row) => Number(row['version'])));
    q.add(name, last + 1, document, 0, Date.now());
    if (makeDefault) q.makeDefault(last + 1, name);
    changes.emit('changed', undefined);
    return version(name, String(last + 1));
  };
  const checkTarget = (target: string) => {
    if (!['cert', 'thinggroup'].includes(kindOfArn(target) ?? '')) {
      throw invalid(
        `A policy is attached to a certificate or a thing group, not to '${target}'; Cognito identities are not honoured by the local cloud.`,
      );
    }
  };

  return {
    find,
    get,
    versions,
    version,
    list: () => list().map(({ policyName }) => policyName),
    create(name: string, document: string): PolicyVersion {
      if (!/^[\w+=,.@-]{1,128}$/.test(name)) throw invalid(`Policy name '${name}' must match [\\w+=,.@-]{1,128}.`);
      check(document);
      if (find(name)) throw alreadyExists(`Policy ${name}`, name, arn('policy', name));
      return addVersion(name, document, true);
    },
    createVersion(name: string, document: string, makeDefault: boolean): PolicyVersion {
      check(document);
      if (versions(name).length >= limits.versions) {
        throw new AwsError(
          'VersionsLimitExceededException',
          `Policy ${name} has ${limits.versions} versions already.`,
          409,
        );
      }
      return addVersion(name, document, makeDefault);
    },
    /** Brings a policy up to a template; the oldest version makes room for a sixth, as CloudFormation does. */
    provision(name: string, document: string): void {
      check(document);
      const current = find(name);
      if (current?.document === document) return;
      const known = current ? versions(name) : [];
      const oldest = known.find(({ isDefault }) => !isDefault);
      if (known.length >= limits.versions && oldest) q.dropVersion(name, Number(oldest.versionId));
      addVersion(name, document, true);
    },
    setDefaultVersion(name: string, id: string): void {
      q.makeDefault(Number(version(name, id).versionId), name);
      changes.emit('changed', undefined);
    },
    deleteVersion(name: string, id: string): void {
      if (version(name, id).isDefault) throw deleteConflict(`Version ${id} is the default version of policy ${name}.`);
      q.dropVersion(name, Number(id));
    },
    delete(name: string): void {
      if (versions(name).length > 1)
        throw deleteConflict(`Policy ${name} has versions other than the default; delete them first.`);
      if (q.targets(name).length > 0) throw deleteConflict(`Policy ${name} is attached; detach it first.`);
      q.drop(name);
    },
    /** The caller has looked that the target is there. */
    attach(name: string, target: string): void {
      get(name);
      checkTarget(target);
      const attached = attachedTo(target);
      if (!attached.includes(name) && attached.length >= limits.perTarget)
        throw limitExceeded(`${target} has ${limits.perTarget} policies already.`);
      q.attach(target, name);
      changes.emit('changed', undefined);
    },
    detach(name: string, target: string): void {
      get(name);
      q.detach(target, name);
      changes.emit('changed', undefined);
    },
    attachedTo,
    targetsOf: (name: string) => q.targets(get(name).policyName).map((row) => String(row['target'])),
    statementsOf: (target: string): Statement[] => attachedTo(target).flatMap((name) => parse(get(name).document)),
  };
}
