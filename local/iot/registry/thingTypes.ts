import { randomUUID } from 'node:crypto';
import { AwsError } from '../../service.ts';
import { type Row, statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import type { IotArn } from './arns.ts';
import { checkName, named } from './named.ts';
import { alreadyExists, invalid } from './registryErrors.ts';

export interface ThingTypeProperties {
  readonly thingTypeDescription?: string | undefined;
  readonly searchableAttributes?: readonly string[] | undefined;
}

export interface ThingType {
  readonly name: string;
  readonly id: string;
  readonly properties: ThingTypeProperties;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly deprecatedAt: number | undefined;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_type (name TEXT PRIMARY KEY, id TEXT NOT NULL, properties TEXT NOT NULL, created INTEGER NOT NULL, deprecated INTEGER) WITHOUT ROWID;
`;

/** A type can be deleted this long after it was deprecated (AWS IoT API Reference: "DeleteThingType"). Milliseconds. */
const waitAfterDeprecation = 5 * 60_000;

export type ThingTypes = ReturnType<typeof openThingTypes>;

/** Thing types (AWS: "Thing types"). */
export function openThingTypes(store: StateStore, arn: IotArn) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    get: one('SELECT * FROM iot_type WHERE name = ?'),
    list: all('SELECT * FROM iot_type ORDER BY name'),
    put: run('INSERT OR REPLACE INTO iot_type VALUES (?, ?, ?, ?, ?)'),
    drop: run('DELETE FROM iot_type WHERE name = ?'),
  };
  const toType = (row: Row): ThingType => ({
    name: String(row['name']),
    id: String(row['id']),
    properties: JSON.parse(String(row['properties'])) as ThingTypeProperties,
    createdAt: Number(row['created']),
    deprecatedAt: row['deprecated'] === null ? undefined : Number(row['deprecated']),
  });
  const { find, get, list } = named('Thing type', q, toType);
  const put = (type: ThingType) =>
    q.put(type.name, type.id, JSON.stringify(type.properties), type.createdAt, type.deprecatedAt ?? null);

  return {
    find,
    get,
    list,
    create(name: string, properties: ThingTypeProperties): ThingType {
      checkName('Thing type', name);
      if ((properties.searchableAttributes?.length ?? 0) > 3)
        throw invalid('A thing type has at most 3 searchable attributes.');
      const existing = find(name);
      if (existing) {
        if (JSON.stringify(existing.properties) === JSON.stringify(properties)) return existing;
        throw alreadyExists(`Thing type ${name}`, name, arn('thingtype', name));
      }
      put({ name, id: randomUUID(), properties, createdAt: Date.now(), deprecatedAt: undefined });
      return get(name);
    },
    /** Brings a type up to a template: makes it or changes its properties. */
    provision(name: string, properties: ThingTypeProperties): ThingType {
      put({
        ...(find(name) ?? { name, id: randomUUID(), createdAt: Date.now(), deprecatedAt: undefined }),
        properties,
      });
      return get(name);
    },
    deprecate(name: string, undo: boolean): void {
      put({ ...get(name), deprecatedAt: undo ? undefined : Date.now() });
    },
    delete(name: string): void {
      const { deprecatedAt } = get(name);
      if (deprecatedAt === undefined || Date.now() - deprecatedAt < waitAfterDeprecation) {
        throw invalid(`Thing type ${name} must be deprecated for five minutes before it can be deleted.`);
      }
      q.drop(name);
    },
    /** @throws AwsError when a thing can't be given this type. */
    checkUsable(name: string): void {
      if (get(name).deprecatedAt !== undefined) {
        throw new AwsError(
          'InvalidRequestException',
          `Thing type ${name} is deprecated: no thing can be given it.`,
          400,
        );
      }
    },
  };
}
