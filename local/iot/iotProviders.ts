import type { CloudContext } from '../context.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import type { CertificateAuthority } from './certificates.ts';
import type { Templates } from './provisioning/templates.ts';
import type { Registry } from './registry/registry.ts';
import { registryProviders } from './registryProviders.ts';
import type { RulesEngine } from './rules/engine.ts';
import { topicRuleProvider } from './rules/topicRuleProvider.ts';

interface Parts {
  readonly registry: Registry;
  readonly authority: CertificateAuthority;
  readonly templates: Templates;
  readonly rules: RulesEngine;
}

/** CloudFormation resources of AWS IoT Core. */
export function iotProviders(
  context: CloudContext,
  { registry, authority, templates, rules }: Parts,
): ResourceProvider[] {
  return [...registryProviders(context, registry, authority, templates), topicRuleProvider(context, rules)];
}
