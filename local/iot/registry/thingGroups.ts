import { randomUUID } from 'node:crypto';
import { type Row, statements, textOf } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import type { IotArn } from './arns.ts';
import { type AttributePayload, type Attributes, mergeAttributes } from './attributes.ts';
import type { RegistryChanges } from './changes.ts';
import { checkName, checkVersion, named } from './named.ts';
import { alreadyExists, invalid, limitExceeded } from './registryErrors.ts';
import type { Things } from './things.ts';

export interface ThingGroupProperties {
  readonly thingGroupDescription?: string | undefined;
  readonly attributePayload?: AttributePayload | undefined;
}

export interface ThingGroup {
  readonly name: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly description: string | undefined;
  readonly attributes: Attributes;
  readonly version: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_group (name TEXT PRIMARY KEY, id TEXT NOT NULL, parent TEXT, description TEXT, attributes TEXT NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS iot_group_thing (grp TEXT NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (grp, thing)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS iot_group_of_thing ON iot_group_thing (thing, grp);
`;

/** AWS: "Static thing groups" and "AWS IoT Core endpoints and quotas". */
const limits = { groupsOfThing: 10, depth: 7 } as const;

/** Static thing groups and who is in them. */
export function openThingGroups(store: StateStore, arn: IotArn, things: Things, changes: RegistryChanges) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    get: one('SELECT * FROM iot_group WHERE name = ?'),
    list: all('SELECT * FROM iot_group ORDER BY name'),
    children: all('SELECT * FROM iot_group WHERE parent = ? ORDER BY name'),
    put: run('INSERT OR REPLACE INTO iot_group VALUES (?, ?, ?, ?, ?, ?, ?)'),
    drop: run('DELETE FROM iot_group WHERE name = ?'),
    add: run('INSERT OR IGNORE INTO iot_group_thing VALUES (?, ?)'),
    remove: run('DELETE FROM iot_group_thing WHERE grp = ? AND thing = ?'),
    empty: run('DELETE FROM iot_group_thing WHERE grp = ?'),
    forget: run('DELETE FROM iot_group_thing WHERE thing = ?'),
    members: all('SELECT thing FROM iot_group_thing WHERE grp = ? ORDER BY thing'),
    groupsOf: all('SELECT grp FROM iot_group_thing WHERE thing = ? ORDER BY grp'),
  };
  const toGroup = (row: Row): ThingGroup => ({
    name: String(row['name']),
    id: String(row['id']),
    parent: textOf(row['parent']),
    description: textOf(row['description']),
    attributes: JSON.parse(String(row['attributes'])) as Attributes,
    version: Number(row['version']),
    createdAt: Number(row['created']),
  });
  const { find, get, list } = named('Thing group', q, toGroup);
  const put = (group: ThingGroup) =>
    q.put(
      group.name,
      group.id,
      group.parent ?? null,
      group.description ?? null,
      JSON.stringify(group.attributes),
      group.version,
      group.createdAt,
    );
  /** From the root down, without the group itself. */
  const ancestors = (group: ThingGroup): ThingGroup[] => {
    const parent = group.parent === undefined ? undefined : find(group.parent);
    return parent ? [...ancestors(parent), parent] : [];
  };
  const groupsOf = (thing: string) => q.groupsOf(thing).map((row) => String(row['grp']));
  const children = (name: string, recursive: boolean): ThingGroup[] =>
    q
      .children(name)
      .map(toGroup)
      .flatMap((child) => [child, ...(recursive ? children(child.name, true) : [])]);

  return {
    find,
    get,
    ancestors,
    groupsOf,
    children: (name: string, recursive: boolean) => children(get(name).name, recursive),
    list,
    create(name: string, parent: string | undefined, properties: ThingGroupProperties): ThingGroup {
      checkName('Thing group', name);
      if (parent !== undefined && ancestors(get(parent)).length + 2 > limits.depth)
        throw limitExceeded(`Thing groups nest at most ${limits.depth} deep.`);
      const wanted = {
        parent,
        description: properties.thingGroupDescription,
        attributes: mergeAttributes({}, properties.attributePayload),
      };
      const existing = find(name);
      if (existing) {
        const { parent: p, description, attributes } = existing;
        if (JSON.stringify({ parent: p, description, attributes }) === JSON.stringify(wanted)) return existing;
        throw alreadyExists(`Thing group ${name}`, name, arn('thinggroup', name));
      }
      put({ name, id: randomUUID(), ...wanted, version: 1, createdAt: Date.now() });
      return get(name);
    },
    update(name: string, properties: ThingGroupProperties, expectedVersion?: number): number {
      const current = get(name);
      checkVersion(`thing group ${name}`, current, expectedVersion);
      const version = current.version + 1;
      put({
        ...current,
        description: properties.thingGroupDescription ?? current.description,
        attributes: mergeAttributes(current.attributes, properties.attributePayload),
        version,
      });
      return version;
    },
    delete(name: string, expectedVersion: number | undefined): void {
      const current = find(name);
      // As AWS does: what isn't there is gone.
      if (!current) return;
      checkVersion(`thing group ${name}`, current, expectedVersion);
      if (q.children(name).length > 0) throw invalid(`Thing group ${name} has child groups; delete them first.`);
      q.empty(name);
      q.drop(name);
      changes.emit('changed', undefined);
    },
    addThing(name: string, thing: string): void {
      get(name);
      things.get(thing);
      const groups = groupsOf(thing);
      if (groups.includes(name)) return;
      if (groups.length >= limits.groupsOfThing)
        throw limitExceeded(`Thing ${thing} is in ${limits.groupsOfThing} groups already.`);
      const root = (group: ThingGroup) => ancestors(group)[0]?.name ?? group.name;
      const clash = groups.map(get).find((group) => group.parent !== undefined && root(group) === root(get(name)));
      if (clash) throw invalid(`Thing ${thing} is in ${clash.name} of the same hierarchy already.`);
      q.add(name, thing);
      changes.emit('changed', undefined);
    },
    removeThing(name: string, thing: string): void {
      get(name);
      q.remove(name, thing);
      changes.emit('changed', undefined);
    },
    /** Of a thing that is deleted. */
    forgetThing: (thing: string) => q.forget(thing),
    members(name: string, recursive: boolean): string[] {
      get(name);
      const groups = [name, ...(recursive ? children(name, true).map((child) => child.name) : [])];
      return [...new Set(groups.flatMap((group) => q.members(group).map((row) => String(row['thing']))))].sort();
    },
    /** The groups of a thing with all above them: where policies come from. */
    groupsAbove(thing: string): string[] {
      return [
        ...new Set(
          groupsOf(thing)
            .map(get)
            .flatMap((group) => [group.name, ...ancestors(group).map(({ name }) => name)]),
        ),
      ];
    },
  };
}
