import { randomUUID } from 'node:crypto';
import { type Row, statements, textOf } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import type { IotArn } from './arns.ts';
import { type AttributePayload, type Attributes, checkAttributes, mergeAttributes } from './attributes.ts';
import type { RegistryChanges } from './changes.ts';
import { checkName, checkVersion, named } from './named.ts';
import { alreadyExists, invalid } from './registryErrors.ts';
import type { ThingTypes } from './thingTypes.ts';

export interface Thing {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName: string | undefined;
  readonly attributes: Attributes;
  readonly version: number;
}

export interface ThingUpdate {
  readonly thingTypeName?: string | undefined;
  readonly removeThingType?: boolean | undefined;
  readonly attributePayload?: AttributePayload | undefined;
  readonly expectedVersion?: number | undefined;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_thing (name TEXT PRIMARY KEY, id TEXT NOT NULL, type TEXT, attributes TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID;
`;

export type Things = ReturnType<typeof openThings>;

/** Things (AWS: "How to manage things with the registry"). */
export function openThings(store: StateStore, arn: IotArn, types: ThingTypes, changes: RegistryChanges) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    get: one('SELECT * FROM iot_thing WHERE name = ?'),
    list: all('SELECT * FROM iot_thing ORDER BY name'),
    put: run('INSERT OR REPLACE INTO iot_thing VALUES (?, ?, ?, ?, ?)'),
    drop: run('DELETE FROM iot_thing WHERE name = ?'),
  };
  const toThing = (row: Row): Thing => ({
    thingName: String(row['name']),
    thingId: String(row['id']),
    thingTypeName: textOf(row['type']),
    attributes: JSON.parse(String(row['attributes'])) as Attributes,
    version: Number(row['version']),
  });
  const { find, get, list } = named('Thing', q, toThing);
  const put = (thing: Thing) =>
    q.put(thing.thingName, thing.thingId, thing.thingTypeName ?? null, JSON.stringify(thing.attributes), thing.version);

  return {
    find,
    get,
    list,
    create(name: string, type: string | undefined, payload: AttributePayload | undefined): Thing {
      checkName('Thing', name);
      const attributes = mergeAttributes({}, payload);
      checkAttributes(attributes, type !== undefined);
      const existing = find(name);
      if (existing) {
        // The same request again gets the same answer; another one under the same name is refused.
        if (existing.thingTypeName === type && sameAttributes(existing.attributes, attributes)) return existing;
        throw alreadyExists(`Thing ${name} with different attributes`, name, arn('thing', name));
      }
      if (type !== undefined) types.checkUsable(type);
      const made = { thingName: name, thingId: randomUUID(), thingTypeName: type, attributes, version: 1 };
      put(made);
      return made;
    },
    update(name: string, update: ThingUpdate): void {
      const current = get(name);
      checkVersion(`thing ${name}`, current, update.expectedVersion);
      if (update.removeThingType && update.thingTypeName !== undefined)
        throw invalid('A thing type is either set or removed.');
      if (update.thingTypeName !== undefined) types.checkUsable(update.thingTypeName);
      const thingTypeName = update.removeThingType ? undefined : (update.thingTypeName ?? current.thingTypeName);
      const attributes = mergeAttributes(current.attributes, update.attributePayload);
      checkAttributes(attributes, thingTypeName !== undefined);
      put({ ...current, thingTypeName, attributes, version: current.version + 1 });
      changes.emit('changed', undefined);
    },
    /** The caller has looked that nothing is attached. */
    delete(name: string, expectedVersion: number | undefined): void {
      const current = find(name);
      if (current) checkVersion(`thing ${name}`, current, expectedVersion);
      q.drop(name);
      changes.emit('changed', undefined);
    },
  };
}

const sameAttributes = (a: Attributes, b: Attributes) =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);
