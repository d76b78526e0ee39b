import type { CertificateAuthority } from '../certificates.ts';
import { provision } from '../provisioning/provision.ts';
import type { Plan } from '../provisioning/templateBody.ts';
import { parseTemplate, planOf, TemplateError } from '../provisioning/templateBody.ts';
import type { AttributePayload } from '../registry/attributes.ts';
import type { ThingPrincipalType } from '../registry/principals.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid } from '../registry/registryErrors.ts';
import type { Thing } from '../registry/things.ts';
import type { ThingType, ThingTypeProperties } from '../registry/thingTypes.ts';
import { integer, page, type Route, route, seconds } from './route.ts';

/** Things, their types and principals (AWS IoT API Reference). */
export function thingRoutes(registry: Registry, authority: CertificateAuthority): Route[] {
  const { things, types, principals } = registry;
  const thingArn: Route['resource'] = ({ parameters: [name = ''] }) => registry.arn('thing', name);
  const typeArn: Route['resource'] = ({ parameters: [name = ''] }) => registry.arn('thingtype', name);
  const summary = ({ thingName, thingTypeName, attributes, version }: Thing) => ({
    thingName,
    thingTypeName,
    thingArn: registry.arn('thing', thingName),
    attributes,
    version,
  });
  const typeSummary = (type: ThingType) => ({
    thingTypeName: type.name,
    thingTypeArn: registry.arn('thingtype', type.name),
    thingTypeProperties: type.properties,
    thingTypeMetadata: {
      deprecated: type.deprecatedAt !== undefined,
      creationDate: seconds(type.createdAt),
      ...(type.deprecatedAt !== undefined && { deprecationDate: seconds(type.deprecatedAt) }),
    },
  });

  return [
    route(
      'POST /things/{thingName}',
      'CreateThing',
      ({ parameters: [name = ''], body }) => {
        if (body['billingGroupName'] !== undefined)
          throw invalid('billingGroupName is not honoured by the local cloud.');
        const thing = things.create(
          name,
          body['thingTypeName'] as string | undefined,
          body['attributePayload'] as AttributePayload | undefined,
        );
        return { thingName: name, thingArn: registry.arn('thing', name), thingId: thing.thingId };
      },
      thingArn,
    ),
    route(
      'GET /things/{thingName}',
      'DescribeThing',
      ({ parameters: [name = ''] }) => {
        const thing = things.get(name);
        return { ...summary(thing), thingId: thing.thingId, defaultClientId: name };
      },
      thingArn,
    ),
    route(
      'PATCH /things/{thingName}',
      'UpdateThing',
      ({ parameters: [name = ''], body }) => things.update(name, body),
      thingArn,
    ),
    route(
      'DELETE /things/{thingName}',
      'DeleteThing',
      ({ parameters: [name = ''], query }) => registry.deleteThing(name, integer(query, 'expectedVersion')),
      thingArn,
    ),
    route('GET /things', 'ListThings', ({ query }) => {
      const [attribute, value, type] = ['attributeName', 'attributeValue', 'thingTypeName'].map((name) =>
        query.get(name),
      );
      const wanted = things
        .list()
        .filter(
          (thing) =>
            (type === null || thing.thingTypeName === type) &&
            (attribute === null ||
              attribute === undefined ||
              (value === null ? attribute in thing.attributes : thing.attributes[attribute] === value)),
        );
      const { items, nextToken } = page(query, wanted, ({ thingName }) => thingName);
      return { things: items.map(summary), nextToken };
    }),
    route('POST /things', 'RegisterThing', async ({ body }) => {
      const plan = planFrom(String(body['templateBody'] ?? ''), (body['parameters'] ?? {}) as Record<string, string>);
      const { certificate, resourceArns } = await provision(registry, authority, plan);
      return { certificatePem: certificate?.pem, resourceArns };
    }),

    route(
      'PUT /things/{thingName}/principals',
      'AttachThingPrincipal',
      ({ parameters: [name = ''], request, query }) =>
        registry.attachPrincipal(
          name,
          principalOf(request.headers),
          (query.get('thingPrincipalType') ?? 'NON_EXCLUSIVE_THING') as ThingPrincipalType,
        ),
      principalArn,
    ),
    route(
      'DELETE /things/{thingName}/principals',
      'DetachThingPrincipal',
      ({ parameters: [name = ''], request }) => registry.detachPrincipal(name, principalOf(request.headers)),
      principalArn,
    ),
    route(
      'GET /things/{thingName}/principals',
      'ListThingPrincipals',
      ({ parameters: [name = ''], query }) => {
        things.get(name);
        const { items, nextToken } = page(query, principals.ofThing(name), ({ principal }) => principal);
        return { principals: items.map(({ principal }) => principal), nextToken };
      },
      thingArn,
    ),
    route(
      'GET /things/{thingName}/principals-v2',
      'ListThingPrincipalsV2',
      ({ parameters: [name = ''], query }) => {
        things.get(name);
        const type = query.get('thingPrincipalType');
        const { items, nextToken } = page(
          query,
          principals.ofThing(name).filter((each) => type === null || each.type === type),
          ({ principal }) => principal,
        );
        return {
          thingPrincipalObjects: items.map(({ principal, type: thingPrincipalType }) => ({
            principal,
            thingPrincipalType,
          })),
          nextToken,
        };
      },
      thingArn,
    ),
    route('GET /principals/things', 'ListPrincipalThings', ({ request, query }) => {
      const { items, nextToken } = page(
        query,
        principals.ofPrincipal(principalOf(request.headers)),
        ({ thing }) => thing,
      );
      return { things: items.map(({ thing }) => thing), nextToken };
    }),
    route('GET /principals/things-v2', 'ListPrincipalThingsV2', ({ request, query }) => {
      const type = query.get('thingPrincipalType');
      const attached = principals
        .ofPrincipal(principalOf(request.headers))
        .filter((each) => type === null || each.type === type);
      const { items, nextToken } = page(query, attached, ({ thing }) => thing);
      return {
        principalThingObjects: items.map(({ thing, type: thingPrincipalType }) => ({
          thingName: thing,
          thingPrincipalType,
        })),
        nextToken,
      };
    }),

    route(
      'POST /thing-types/{thingTypeName}',
      'CreateThingType',
      ({ parameters: [name = ''], body }) => {
        const type = types.create(name, (body['thingTypeProperties'] ?? {}) as ThingTypeProperties);
        return { thingTypeName: name, thingTypeArn: registry.arn('thingtype', name), thingTypeId: type.id };
      },
      typeArn,
    ),
    route(
      'GET /thing-types/{thingTypeName}',
      'DescribeThingType',
      ({ parameters: [name = ''] }) => ({ ...typeSummary(types.get(name)), thingTypeId: types.get(name).id }),
      typeArn,
    ),
    route('GET /thing-types', 'ListThingTypes', ({ query }) => {
      const name = query.get('thingTypeName');
      const { items, nextToken } = page(
        query,
        types.list().filter((type) => name === null || type.name === name),
        (type) => type.name,
      );
      return { thingTypes: items.map(typeSummary), nextToken };
    }),
    route(
      'POST /thing-types/{thingTypeName}/deprecate',
      'DeprecateThingType',
      ({ parameters: [name = ''], body }) => types.deprecate(name, body['undoDeprecate'] === true),
      typeArn,
    ),
    route(
      'DELETE /thing-types/{thingTypeName}',
      'DeleteThingType',
      ({ parameters: [name = ''] }) => {
        if (things.list().some((thing) => thing.thingTypeName === name))
          throw invalid(`Things of the type ${name} exist.`);
        types.delete(name);
      },
      typeArn,
    ),
  ];
}

/** Attaching a principal is about the principal (AWS Service Authorization Reference: "AWS IoT"). */
export const principalArn: Route['resource'] = ({ request }) => principalOf(request.headers);

/** The header in which several operations name a certificate. */
export function principalOf(headers: Readonly<Record<string, string>>): string {
  const principal = headers['x-amzn-principal'] ?? headers['x-amzn-iot-principal'];
  if (principal === undefined) throw invalid('The header x-amzn-principal is missing.');
  return principal;
}

function planFrom(body: string, parameters: Record<string, string>): Plan {
  try {
    return planOf(parseTemplate(body), parameters);
  } catch (error) {
    if (error instanceof TemplateError) throw invalid(error.message);
    throw error;
  }
}
