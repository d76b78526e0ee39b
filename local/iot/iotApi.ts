import type { CloudContext } from '../context.ts';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Permission,
  restJsonError,
} from '../service.ts';
import type { CertificateAuthority } from './certificates.ts';
import type { CertificateRecord, Registry } from './registry.ts';
import type { RulesEngine } from './rules/engine.ts';

interface Parts {
  readonly registry: Registry;
  readonly authority: CertificateAuthority;
  readonly rules: RulesEngine;
  readonly endpoint: { readonly host: string; readonly port: number };
}

interface Call {
  readonly request: AwsRequest;
  /** Path parameters in order, decoded. */
  readonly parameters: readonly string[];
  readonly body: Record<string, unknown>;
}

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly action: string;
  readonly handle: (call: Call) => unknown;
}

/** The control plane of AWS IoT Core (REST JSON): registry, certificates, policies, rules. */
export function createIotApi(parts: Parts): AwsService {
  const routes = [...thingRoutes(parts), ...certificateRoutes(parts), ...policyRoutes(parts), ...ruleRoutes(parts)];
  const find = (request: AwsRequest): { route: Route; parameters: string[] } => {
    for (const route of routes) {
      const match = route.method === request.method ? route.pattern.exec(request.path) : null;
      if (match) return { route, parameters: match.slice(1).map(decodeURIComponent) };
    }
    throw new AwsError(
      'UnknownOperationException',
      `iot: ${request.method} ${request.path} is not honoured by the local cloud.`,
      404,
    );
  };
  return {
    signingNames: ['iot'],
    permissions: (request): Permission[] => [{ action: `iot:${find(request).route.action}`, resource: '*' }],
    async handle(request): Promise<AwsResponse> {
      const { route, parameters } = find(request);
      const body = request.body.length > 0 ? (JSON.parse(request.body.toString()) as Record<string, unknown>) : {};
      const answer = await route.handle({ request, parameters, body });
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer ?? {}) };
    },
    error: restJsonError,
  };

  function route(method: string, pattern: RegExp, action: string, handle: Route['handle']): Route {
    return { method, pattern, action, handle };
  }

  function thingRoutes({ registry, endpoint }: Parts): Route[] {
    const payload = (body: Record<string, unknown>) =>
      (body['attributePayload'] as { attributes?: Record<string, string> } | undefined)?.attributes;
    return [
      route('POST', /^\/things\/([^/]+)$/, 'CreateThing', ({ parameters: [name = ''], body }) => {
        const thing = registry.createThing(name, body['thingTypeName'] as string | undefined, payload(body) ?? {});
        return { thingName: name, thingArn: registry.arn('thing', name), thingId: thing.thingId };
      }),
      route('GET', /^\/things\/([^/]+)$/, 'DescribeThing', ({ parameters: [name = ''] }) => ({
        ...registry.thing(name),
        thingArn: registry.arn('thing', name),
        defaultClientId: name,
      })),
      route('PATCH', /^\/things\/([^/]+)$/, 'UpdateThing', ({ parameters: [name = ''], body }) =>
        registry.updateThing(name, body['thingTypeName'] as string | undefined, payload(body)),
      ),
      route('DELETE', /^\/things\/([^/]+)$/, 'DeleteThing', ({ parameters: [name = ''] }) =>
        registry.deleteThing(name),
      ),
      route('GET', /^\/things$/, 'ListThings', ({ request }) =>
        page(request, registry.things(), 'things', (thing) => ({
          ...thing,
          thingArn: registry.arn('thing', thing.thingName),
        })),
      ),
      route('PUT', /^\/things\/([^/]+)\/principals$/, 'AttachThingPrincipal', ({ parameters: [name = ''], request }) =>
        registry.attachPrincipal(name, principalOf(request)),
      ),
      route(
        'DELETE',
        /^\/things\/([^/]+)\/principals$/,
        'DetachThingPrincipal',
        ({ parameters: [name = ''], request }) => registry.detachPrincipal(name, principalOf(request)),
      ),
      route('GET', /^\/things\/([^/]+)\/principals$/, 'ListThingPrincipals', ({ parameters: [name = ''] }) => ({
        principals: registry.principalsOf(name),
      })),
      route('GET', /^\/principals\/things$/, 'ListPrincipalThings', ({ request }) => ({
        things: registry.thingsOf(principalOf(request)),
      })),
      route('POST', /^\/thing-types\/([^/]+)$/, 'CreateThingType', ({ parameters: [name = ''], body }) => ({
        thingTypeName: name,
        thingTypeArn: registry.arn('thingtype', name),
        thingTypeId: registry.putThingType(name, body['thingTypeProperties'] ?? {}).id,
      })),
      route('GET', /^\/thing-types\/([^/]+)$/, 'DescribeThingType', ({ parameters: [name = ''] }) => {
        const type = registry.thingType(name);
        return {
          thingTypeName: name,
          thingTypeArn: registry.arn('thingtype', name),
          thingTypeId: type.id,
          thingTypeProperties: type.properties,
          thingTypeMetadata: { deprecated: false, creationDate: type.createdAt / 1000 },
        };
      }),
      // The port is part of the address here: one machine has no 8883 of its own for every cloud that runs on it.
      route('GET', /^\/endpoint$/, 'DescribeEndpoint', ({ request }) => {
        const type = request.query.get('endpointType') ?? 'iot:Data';
        if (!/^iot:Data(-ATS)?$/.test(type))
          throw new AwsError('InvalidRequestException', `Endpoint type ${type} is not honoured by the local cloud.`);
        return { endpointAddress: `${endpoint.host}:${endpoint.port}` };
      }),
    ];
  }

  function certificateRoutes({ registry, authority }: Parts): Route[] {
    const status = (request: AwsRequest) => (request.query.get('setAsActive') === 'true' ? 'ACTIVE' : 'INACTIVE');
    const describe = (certificate: CertificateRecord) => ({
      certificateArn: certificate.arn,
      certificateId: certificate.id,
      status: certificate.status,
      creationDate: certificate.createdAt / 1000,
    });
    return [
      route('POST', /^\/keys-and-certificate$/, 'CreateKeysAndCertificate', async ({ request }) => {
        const issued = await authority.issue();
        const certificate = registry.addCertificate(issued.pem, status(request));
        return {
          certificateArn: certificate.arn,
          certificateId: certificate.id,
          certificatePem: issued.pem,
          keyPair: { PublicKey: issued.publicKey, PrivateKey: issued.privateKey },
        };
      }),
      route('POST', /^\/certificates$/, 'CreateCertificateFromCsr', async ({ request, body }) => {
        const issued = await authority.sign(String(body['certificateSigningRequest'] ?? '')).catch((error: unknown) => {
          throw new AwsError(
            'InvalidRequestException',
            `The certificate signing request can't be used: ${error instanceof Error ? error.message : String(error)}`,
          );
        });
        const certificate = registry.addCertificate(issued.pem, status(request));
        return { certificateArn: certificate.arn, certificateId: certificate.id, certificatePem: issued.pem };
      }),
      route('POST', /^\/certificate\/register-no-ca$/, 'RegisterCertificateWithoutCA', ({ body }) => {
        const wanted = body['status'] === 'ACTIVE' ? 'ACTIVE' : 'INACTIVE';
        const certificate = addGivenCertificate(registry, String(body['certificatePem'] ?? ''), wanted);
        return { certificateArn: certificate.arn, certificateId: certificate.id };
      }),
      route('GET', /^\/certificates\/([^/]+)$/, 'DescribeCertificate', ({ parameters: [id = ''] }) => {
        const certificate = registry.certificate(id);
        return {
          certificateDescription: {
            ...describe(certificate),
            certificatePem: certificate.pem,
            lastModifiedDate: certificate.createdAt / 1000,
          },
        };
      }),
      route('GET', /^\/certificates$/, 'ListCertificates', ({ request }) =>
        page(request, registry.certificates(), 'certificates', describe),
      ),
      route('PUT', /^\/certificates\/([^/]+)$/, 'UpdateCertificate', ({ parameters: [id = ''], request }) =>
        registry.setStatus(id, request.query.get('newStatus') ?? ''),
      ),
      route('DELETE', /^\/certificates\/([^/]+)$/, 'DeleteCertificate', ({ parameters: [id = ''] }) =>
        registry.deleteCertificate(id),
      ),
    ];
  }

  function policyRoutes({ registry }: Parts): Route[] {
    const summary = (policy: { name: string; arn: string }) => ({ policyName: policy.name, policyArn: policy.arn });
    return [
      route('POST', /^\/policies\/([^/]+)$/, 'CreatePolicy', ({ parameters: [name = ''], body }) => {
        if (registry.hasPolicy(name))
          throw new AwsError('ResourceAlreadyExistsException', `Policy ${name} already exists.`, 409);
        const document = String(body['policyDocument'] ?? '');
        try {
          registry.putPolicy(name, document);
        } catch (error) {
          throw new AwsError('MalformedPolicyException', error instanceof Error ? error.message : String(error));
        }
        return { ...summary(registry.policy(name)), policyDocument: document, policyVersionId: '1' };
      }),
      route('GET', /^\/policies\/([^/]+)$/, 'GetPolicy', ({ parameters: [name = ''] }) => {
        const policy = registry.policy(name);
        return { ...summary(policy), policyDocument: policy.document, defaultVersionId: String(policy.version) };
      }),
      route('GET', /^\/policies$/, 'ListPolicies', ({ request }) =>
        page(request, registry.policies(), 'policies', summary),
      ),
      route('PUT', /^\/target-policies\/([^/]+)$/, 'AttachPolicy', ({ parameters: [name = ''], body }) =>
        registry.attachPolicy(name, String(body['target'])),
      ),
      route('POST', /^\/target-policies\/([^/]+)$/, 'DetachPolicy', ({ parameters: [name = ''], body }) =>
        registry.detachPolicy(name, String(body['target'])),
      ),
      route('POST', /^\/attached-policies\/(.+)$/, 'ListAttachedPolicies', ({ parameters: [target = ''] }) => ({
        policies: registry.policiesOf(target).map(summary),
      })),
    ];
  }

  function ruleRoutes({ rules }: Parts): Route[] {
    return [
      route('GET', /^\/rules$/, 'ListTopicRules', () => ({
        rules: [...rules.rules.values()].map((rule) => ({
          ruleName: rule.name,
          ruleArn: rule.arn,
          ruleDisabled: !rule.enabled,
        })),
      })),
      route('GET', /^\/rules\/([^/]+)$/, 'GetTopicRule', ({ parameters: [name = ''] }) => {
        const rule = rules.rules.get(name);
        if (!rule) throw new AwsError('UnauthorizedException', `Access to topic rule '${name}' was denied.`, 401);
        return {
          ruleArn: rule.arn,
          rule: {
            ruleName: name,
            sql: rule.sql,
            awsIotSqlVersion: '2016-03-23',
            ruleDisabled: !rule.enabled,
            actions: rule.actions,
            errorAction: rule.errorAction,
          },
        };
      }),
    ];
  }
}

function addGivenCertificate(registry: Registry, pem: string, status: 'ACTIVE' | 'INACTIVE'): CertificateRecord {
  try {
    return registry.addCertificate(pem, status);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError('CertificateValidationException', 'The certificate is not a PEM encoded X.509 certificate.');
  }
}

function principalOf(request: AwsRequest): string {
  const principal = request.headers['x-amzn-principal'];
  if (principal === undefined) throw new AwsError('InvalidRequestException', 'The header x-amzn-principal is missing.');
  return principal;
}

/** Lists in pages of at most 250; the marker is the position. */
function page<Item>(
  request: AwsRequest,
  items: readonly Item[],
  name: string,
  show: (item: Item) => unknown,
): Record<string, unknown> {
  const from = Number(request.query.get('nextToken') ?? request.query.get('marker') ?? 0);
  const size = Number(request.query.get('maxResults') ?? request.query.get('pageSize') ?? 250);
  const next = from + size < items.length ? String(from + size) : undefined;
  return {
    [name]: items.slice(from, from + size).map(show),
    ...(next !== undefined && { nextToken: next, nextMarker: next }),
  };
}

/** The data plane over HTTP: Publish. */
export function createIotDataApi(
  context: CloudContext,
  publish: (topic: string, payload: Buffer, options: { qos: 0 | 1; retain: boolean }) => Promise<void>,
): AwsService {
  const topicOf = (request: AwsRequest) => {
    const match = request.method === 'POST' ? /^\/topics\/(.+)$/.exec(request.path) : null;
    if (!match)
      throw new AwsError(
        'UnknownOperationException',
        `iotdata: ${request.method} ${request.path} is not honoured by the local cloud.`,
        404,
      );
    return decodeURIComponent(match[1] ?? '');
  };
  return {
    signingNames: ['iotdata', 'iotdevicegateway'],
    permissions: (request) => [
      {
        action: 'iot:Publish',
        resource: `arn:aws:iot:${context.region}:${context.accountId}:topic/${topicOf(request)}`,
      },
    ],
    async handle(request) {
      await publish(topicOf(request), request.body, {
        qos: request.query.get('qos') === '1' ? 1 : 0,
        retain: request.query.get('retain') === 'true',
      });
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
    },
    error: restJsonError,
  };
}
