import { AwsError } from '../../service.ts';
import { type Row, statements, textOf } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import type { IotArn } from '../registry/arns.ts';
import { named } from '../registry/named.ts';
import { alreadyExists, deleteConflict, invalid, notFound } from '../registry/registryErrors.ts';
import { parseTemplate, TemplateError } from './templateBody.ts';

export interface ProvisioningTemplate {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly enabled: boolean;
  readonly roleArn: string;
  readonly hookArn: string | undefined;
  readonly type: 'FLEET_PROVISIONING';
  readonly defaultVersion: number;
  /** Of the default version. */
  readonly body: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface TemplateVersion {
  readonly id: number;
  readonly body: string;
  readonly isDefault: boolean;
  readonly createdAt: number;
}

/** What a template is made of. */
export type TemplateDefinition = Pick<
  ProvisioningTemplate,
  'name' | 'description' | 'enabled' | 'roleArn' | 'hookArn' | 'body'
>;

export interface TemplateChange
  extends Partial<Pick<ProvisioningTemplate, 'description' | 'enabled' | 'roleArn' | 'defaultVersion'>> {
  /** null takes the hook away. */
  readonly hookArn?: string | null;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_template (name TEXT PRIMARY KEY, description TEXT, enabled INTEGER NOT NULL, role TEXT NOT NULL, hook TEXT, version INTEGER NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_template_version (template TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (template, version)) WITHOUT ROWID;
`;

/** AWS: "AWS IoT Core endpoints and quotas", fleet provisioning limits. */
const limits = { versions: 5, bodyBytes: 10 * 1024 } as const;

export type Templates = ReturnType<typeof openTemplates>;

/** Provisioning templates and their versions (AWS: "Provisioning devices that don't have device certificates using fleet provisioning"). */
export function openTemplates(store: StateStore, arn: IotArn) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const select =
    'SELECT * FROM iot_template JOIN iot_template_version AS v ON v.template = name AND v.version = iot_template.version';
  const q = {
    get: one(`${select} WHERE name = ?`),
    list: all(`${select} ORDER BY name`),
    put: run('INSERT OR REPLACE INTO iot_template VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    drop: run('DELETE FROM iot_template WHERE name = ?'),
    versions: all('SELECT * FROM iot_template_version WHERE template = ? ORDER BY version'),
    addVersion: run('INSERT INTO iot_template_version VALUES (?, ?, ?, ?)'),
    dropVersion: run('DELETE FROM iot_template_version WHERE template = ? AND version = ?'),
    dropVersions: run('DELETE FROM iot_template_version WHERE template = ?'),
  };
  const toTemplate = (row: Row): ProvisioningTemplate => ({
    name: String(row['name']),
    arn: arn('provisioningtemplate', String(row['name'])),
    description: textOf(row['description']),
    enabled: row['enabled'] === 1,
    roleArn: String(row['role']),
    hookArn: textOf(row['hook']),
    type: 'FLEET_PROVISIONING',
    defaultVersion: Number(row['version']),
    body: String(row['body']),
    createdAt: Number(row['created']),
    modifiedAt: Number(row['modified']),
  });
  const { find, get, list } = named('Provisioning template', q, toTemplate);
  const put = (template: Omit<ProvisioningTemplate, 'arn' | 'type' | 'body'>) =>
    q.put(
      template.name,
      template.description ?? null,
      template.enabled ? 1 : 0,
      template.roleArn,
      template.hookArn ?? null,
      template.defaultVersion,
      template.createdAt,
      template.modifiedAt,
    );
  const versions = (name: string): TemplateVersion[] => {
    const { defaultVersion } = get(name);
    return q.versions(name).map((row) => ({
      id: Number(row['version']),
      body: String(row['body']),
      isDefault: Number(row['version']) === defaultVersion,
      createdAt: Number(row['created']),
    }));
  };
  const version = (name: string, id: number): TemplateVersion => {
    const found = versions(name).find((each) => each.id === id);
    if (!found) throw notFound(`Version ${id} of provisioning template ${name}`);
    return found;
  };
  const check = (body: string) => {
    if (Buffer.byteLength(body) > limits.bodyBytes)
      throw invalid(`A template body has at most ${limits.bodyBytes} bytes.`);
    try {
      parseTemplate(body);
    } catch (error) {
      if (error instanceof TemplateError) throw invalid(error.message);
      throw error;
    }
  };
  const addVersion = (name: string, body: string): number => {
    const id = Math.max(0, ...q.versions(name).map((row) => Number(row['version']))) + 1;
    q.addVersion(name, id, body, Date.now());
    return id;
  };

  const create = (given: TemplateDefinition): ProvisioningTemplate => {
    if (!/^[0-9A-Za-z_-]{1,36}$/.test(given.name))
      throw invalid(`Template name '${given.name}' must match [0-9A-Za-z_-]{1,36}.`);
    check(given.body);
    if (find(given.name))
      throw alreadyExists(`Provisioning template ${given.name}`, given.name, arn('provisioningtemplate', given.name));
    const now = Date.now();
    put({ ...given, defaultVersion: addVersion(given.name, given.body), createdAt: now, modifiedAt: now });
    return get(given.name);
  };
  const update = (name: string, { hookArn, ...change }: TemplateChange): void => {
    if (change.defaultVersion !== undefined) version(name, change.defaultVersion);
    const current = get(name);
    put({
      ...current,
      ...change,
      hookArn: hookArn === undefined ? current.hookArn : (hookArn ?? undefined),
      modifiedAt: Date.now(),
    });
  };
  const createVersion = (name: string, body: string, makeDefault: boolean): TemplateVersion => {
    check(body);
    if (versions(name).length >= limits.versions) {
      throw new AwsError(
        'VersionsLimitExceededException',
        `Template ${name} has ${limits.versions} versions already.`,
        409,
      );
    }
    const id = addVersion(name, body);
    if (makeDefault) put({ ...get(name), defaultVersion: id, modifiedAt: Date.now() });
    return version(name, id);
  };

  return {
    find,
    get,
    versions,
    version,
    create,
    update,
    createVersion,
    list,
    deleteVersion(name: string, id: number): void {
      if (version(name, id).isDefault)
        throw deleteConflict(`Version ${id} is the default version of template ${name}.`);
      q.dropVersion(name, id);
    },
    delete(name: string): void {
      if (versions(name).length > 1)
        throw deleteConflict(`Template ${name} has versions other than the default; delete them first.`);
      q.drop(name);
      q.dropVersions(name);
    },
    /** Brings a template up to a CloudFormation resource. */
    provision(given: TemplateDefinition): ProvisioningTemplate {
      const current = find(given.name);
      if (!current) return create(given);
      if (current.body !== given.body) {
        const oldest = versions(given.name).find(({ isDefault }) => !isDefault);
        if (versions(given.name).length >= limits.versions && oldest) q.dropVersion(given.name, oldest.id);
        createVersion(given.name, given.body, true);
      }
      update(given.name, {
        description: given.description,
        enabled: given.enabled,
        roleArn: given.roleArn,
        hookArn: given.hookArn ?? null,
      });
      return get(given.name);
    },
  };
}
