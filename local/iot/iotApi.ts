import type { AwsService } from '../service.ts';
import { certificateRoutes } from './api/certificateRoutes.ts';
import { policyRoutes } from './api/policyRoutes.ts';
import { type Route, restService, route } from './api/route.ts';
import { ruleRoutes } from './api/ruleRoutes.ts';
import type { RulesByApi } from './api/rulesByApi.ts';
import { templateRoutes } from './api/templateRoutes.ts';
import { thingGroupRoutes } from './api/thingGroupRoutes.ts';
import { thingRoutes } from './api/thingRoutes.ts';
import type { CertificateAuthority } from './certificates.ts';
import type { Templates } from './provisioning/templates.ts';
import type { Registry } from './registry/registry.ts';
import { invalid } from './registry/registryErrors.ts';

interface Parts {
  readonly accountId: string;
  readonly registry: Registry;
  readonly authority: CertificateAuthority;
  readonly templates: Templates;
  readonly rules: RulesByApi;
  readonly endpoint: { readonly host: string; readonly port: number };
}

/** The control plane of AWS IoT Core (REST JSON): registry, certificates, policies, provisioning templates, rules. */
export function createIotApi(parts: Parts): AwsService {
  const { registry, authority, templates } = parts;
  return restService(
    ['iot'],
    [
      ...thingRoutes(registry, authority),
      ...thingGroupRoutes(registry),
      ...certificateRoutes(registry, authority, parts.accountId),
      ...policyRoutes(registry),
      ...templateRoutes(registry, templates),
      ...ruleRoutes(registry, parts.rules),
      endpointRoute(parts),
    ],
  );
}

/** The port is part of the address here: one machine has no 8883 of its own for every cloud that runs on it. */
function endpointRoute({ endpoint }: Parts): Route {
  return route('GET /endpoint', 'DescribeEndpoint', ({ query }) => {
    const type = query.get('endpointType') ?? 'iot:Data';
    if (!/^iot:Data(-ATS)?$/.test(type)) throw invalid(`Endpoint type ${type} is not honoured by the local cloud.`);
    return { endpointAddress: `${endpoint.host}:${endpoint.port}` };
  });
}
