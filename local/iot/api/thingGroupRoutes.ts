import { nameOfArn } from '../registry/arns.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid } from '../registry/registryErrors.ts';
import type { ThingGroup, ThingGroupProperties } from '../registry/thingGroups.ts';
import { flag, integer, page, type Route, route, seconds } from './route.ts';

/** Static thing groups (AWS IoT API Reference). Dynamic ones, which need fleet indexing, are not honoured. */
export function thingGroupRoutes(registry: Registry): Route[] {
  const { groups } = registry;
  const groupArn: Route['resource'] = ({ parameters: [name = ''] }) => registry.arn('thinggroup', name);
  const named = (name: string) => ({ groupName: name, groupArn: registry.arn('thinggroup', name) });
  /** Operations name a group or thing by name or ARN, in body or path. */
  const pick = (body: Readonly<Record<string, unknown>>, kind: 'thingGroup' | 'thing'): string => {
    const name =
      body[`${kind}Name`] ??
      (typeof body[`${kind}Arn`] === 'string' ? nameOfArn(String(body[`${kind}Arn`])) : undefined);
    if (typeof name !== 'string') throw invalid(`${kind}Name is missing.`);
    return name;
  };
  const describe = (group: ThingGroup) => ({
    thingGroupName: group.name,
    thingGroupId: group.id,
    thingGroupArn: registry.arn('thinggroup', group.name),
    version: group.version,
    thingGroupProperties: {
      thingGroupDescription: group.description,
      attributePayload: { attributes: group.attributes },
    },
    thingGroupMetadata: {
      parentGroupName: group.parent,
      rootToParentThingGroups: groups.ancestors(group).map(({ name }) => named(name)),
      creationDate: seconds(group.createdAt),
    },
  });

  return [
    // Before the routes with a group's name in their place.
    route('PUT /thing-groups/addThingToThingGroup', 'AddThingToThingGroup', ({ body }) =>
      groups.addThing(pick(body, 'thingGroup'), pick(body, 'thing')),
    ),
    route('PUT /thing-groups/removeThingFromThingGroup', 'RemoveThingFromThingGroup', ({ body }) =>
      groups.removeThing(pick(body, 'thingGroup'), pick(body, 'thing')),
    ),
    route('PUT /thing-groups/updateThingGroupsForThing', 'UpdateThingGroupsForThing', ({ body }) => {
      for (const group of (body['thingGroupsToRemove'] ?? []) as string[])
        groups.removeThing(group, pick(body, 'thing'));
      for (const group of (body['thingGroupsToAdd'] ?? []) as string[]) groups.addThing(group, pick(body, 'thing'));
    }),
    route(
      'POST /thing-groups/{thingGroupName}',
      'CreateThingGroup',
      ({ parameters: [name = ''], body }) => {
        const group = groups.create(
          name,
          body['parentGroupName'] as string | undefined,
          (body['thingGroupProperties'] ?? {}) as ThingGroupProperties,
        );
        return { thingGroupName: name, thingGroupArn: registry.arn('thinggroup', name), thingGroupId: group.id };
      },
      groupArn,
    ),
    route(
      'GET /thing-groups/{thingGroupName}',
      'DescribeThingGroup',
      ({ parameters: [name = ''] }) => describe(groups.get(name)),
      groupArn,
    ),
    route(
      'PATCH /thing-groups/{thingGroupName}',
      'UpdateThingGroup',
      ({ parameters: [name = ''], body }) => ({
        version: groups.update(
          name,
          (body['thingGroupProperties'] ?? {}) as ThingGroupProperties,
          body['expectedVersion'] as number | undefined,
        ),
      }),
      groupArn,
    ),
    route(
      'DELETE /thing-groups/{thingGroupName}',
      'DeleteThingGroup',
      ({ parameters: [name = ''], query }) => groups.delete(name, integer(query, 'expectedVersion')),
      groupArn,
    ),
    route('GET /thing-groups', 'ListThingGroups', ({ query }) => {
      const [parent, prefix] = [query.get('parentGroup'), query.get('namePrefixFilter') ?? ''];
      const recursive = query.get('recursive') !== 'false';
      const all =
        parent !== null
          ? groups.children(parent, recursive)
          : groups.list().filter((group) => recursive || group.parent === undefined);
      const wanted = all
        .map(({ name }) => name)
        .filter((name) => name.startsWith(prefix))
        .sort();
      const { items, nextToken } = page(query, wanted, (name) => name);
      return { thingGroups: items.map(named), nextToken };
    }),
    route(
      'GET /thing-groups/{thingGroupName}/things',
      'ListThingsInThingGroup',
      ({ parameters: [name = ''], query }) => {
        const { items, nextToken } = page(query, groups.members(name, flag(query, 'recursive')), (thing) => thing);
        return { things: items, nextToken };
      },
      groupArn,
    ),
    route(
      'GET /things/{thingName}/thing-groups',
      'ListThingGroupsForThing',
      ({ parameters: [name = ''], query }) => {
        registry.things.get(name);
        const { items, nextToken } = page(query, groups.groupsOf(name), (group) => group);
        return { thingGroups: items.map(named), nextToken };
      },
      ({ parameters: [name = ''] }) => registry.arn('thing', name),
    ),
  ];
}
