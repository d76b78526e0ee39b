import { kindOfArn } from '../registry/arns.ts';
import type { PolicyVersion } from '../registry/policies.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid } from '../registry/registryErrors.ts';
import { flag, jsonBody, page, type Route, route, seconds } from './route.ts';
import { principalArn, principalOf } from './thingRoutes.ts';

/** AWS IoT policies, their versions and targets (AWS IoT API Reference). */
export function policyRoutes(registry: Registry): Route[] {
  const { policies } = registry;
  const policyArn: Route['resource'] = ({ parameters: [name = ''] }) => registry.arn('policy', name);
  const targetArn: Route['resource'] = ({ request }) => String(jsonBody(request.body)['target']);
  const summary = (name: string) => ({ policyName: name, policyArn: registry.arn('policy', name) });
  const made = ({ policyName, document, versionId }: PolicyVersion) => ({
    ...summary(policyName),
    policyDocument: document,
    policyVersionId: versionId,
  });
  const dates = ({ createdAt }: PolicyVersion) => ({
    creationDate: seconds(createdAt),
    lastModifiedDate: seconds(createdAt),
    generationId: '1',
  });
  const documentOf = (body: Readonly<Record<string, unknown>>) => String(body['policyDocument'] ?? '');

  return [
    route(
      'POST /policies/{policyName}',
      'CreatePolicy',
      ({ parameters: [name = ''], body }) => made(policies.create(name, documentOf(body))),
      policyArn,
    ),
    route(
      'GET /policies/{policyName}',
      'GetPolicy',
      ({ parameters: [name = ''] }) => {
        const policy = policies.get(name);
        return {
          ...summary(name),
          policyDocument: policy.document,
          defaultVersionId: policy.versionId,
          ...dates(policy),
        };
      },
      policyArn,
    ),
    route('GET /policies', 'ListPolicies', ({ query }) => {
      const names = policies.list();
      const { items, nextToken } = page(
        query,
        flag(query, 'isAscendingOrder') ? names.reverse() : names,
        (name) => name,
      );
      return { policies: items.map(summary), nextMarker: nextToken };
    }),
    route(
      'DELETE /policies/{policyName}',
      'DeletePolicy',
      ({ parameters: [name = ''] }) => policies.delete(name),
      policyArn,
    ),
    route(
      'POST /policies/{policyName}/version',
      'CreatePolicyVersion',
      ({ parameters: [name = ''], body, query }) => {
        const version = policies.createVersion(name, documentOf(body), flag(query, 'setAsDefault'));
        return {
          policyArn: registry.arn('policy', name),
          policyDocument: version.document,
          policyVersionId: version.versionId,
          isDefaultVersion: version.isDefault,
        };
      },
      policyArn,
    ),
    route(
      'GET /policies/{policyName}/version',
      'ListPolicyVersions',
      ({ parameters: [name = ''] }) => ({
        policyVersions: policies.versions(name).map((version) => ({
          versionId: version.versionId,
          isDefaultVersion: version.isDefault,
          createDate: seconds(version.createdAt),
        })),
      }),
      policyArn,
    ),
    route(
      'GET /policies/{policyName}/version/{policyVersionId}',
      'GetPolicyVersion',
      ({ parameters: [name = '', id = ''] }) => {
        const version = policies.version(name, id);
        return { ...made(version), isDefaultVersion: version.isDefault, ...dates(version) };
      },
      policyArn,
    ),
    route(
      'PATCH /policies/{policyName}/version/{policyVersionId}',
      'SetDefaultPolicyVersion',
      ({ parameters: [name = '', id = ''] }) => policies.setDefaultVersion(name, id),
      policyArn,
    ),
    route(
      'DELETE /policies/{policyName}/version/{policyVersionId}',
      'DeletePolicyVersion',
      ({ parameters: [name = '', id = ''] }) => policies.deleteVersion(name, id),
      policyArn,
    ),

    route(
      'PUT /target-policies/{policyName}',
      'AttachPolicy',
      ({ parameters: [name = ''], body }) => registry.attachPolicy(name, String(body['target'])),
      targetArn,
    ),
    route(
      'POST /target-policies/{policyName}',
      'DetachPolicy',
      ({ parameters: [name = ''], body }) => policies.detach(name, String(body['target'])),
      targetArn,
    ),
    route('POST /attached-policies/{target+}', 'ListAttachedPolicies', ({ parameters: [target = ''], query }) => {
      const inherited = flag(query, 'recursive') && kindOfArn(target) === 'thinggroup' ? groupsUpFrom(target) : [];
      const names = [...new Set([target, ...inherited].flatMap(policies.attachedTo))].sort();
      const { items, nextToken } = page(query, names, (name) => name);
      return { policies: items.map(summary), nextMarker: nextToken };
    }),
    route(
      'POST /policy-targets/{policyName}',
      'ListTargetsForPolicy',
      ({ parameters: [name = ''], query }) => {
        const { items, nextToken } = page(query, policies.targetsOf(name), (target) => target);
        return { targets: items, nextMarker: nextToken };
      },
      policyArn,
    ),
    // Older names of the same, which the AWS CLI still has.
    route(
      'PUT /principal-policies/{policyName}',
      'AttachPrincipalPolicy',
      ({ parameters: [name = ''], request }) => registry.attachPolicy(name, principalOf(request.headers)),
      principalArn,
    ),
    route(
      'DELETE /principal-policies/{policyName}',
      'DetachPrincipalPolicy',
      ({ parameters: [name = ''], request }) => policies.detach(name, principalOf(request.headers)),
      principalArn,
    ),
    route('GET /principal-policies', 'ListPrincipalPolicies', ({ request }) => ({
      policies: policies.attachedTo(principalOf(request.headers)).map(summary),
    })),
    route('POST /effective-policies', 'GetEffectivePolicies', ({ body, query }) => {
      const target = body['principal'];
      if (typeof target !== 'string')
        throw invalid('principal is missing; a Cognito identity pool is not honoured by the local cloud.');
      const names = registry.policiesFor(target, query.get('thingName') ?? undefined);
      return {
        effectivePolicies: names.map((name) => ({ ...summary(name), policyDocument: policies.get(name).document })),
      };
    }),
  ];

  function groupsUpFrom(target: string): string[] {
    const group = registry.groups.get(target.slice(target.indexOf('/') + 1));
    return registry.groups.ancestors(group).map(({ name }) => registry.arn('thinggroup', name));
  }
}
