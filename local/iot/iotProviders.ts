import type { CloudContext } from '../context.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import type { Registry } from './registry.ts';
import type { RulesEngine } from './rules/engine.ts';
import { topicRuleProvider } from './rules/topicRuleProvider.ts';

/** CloudFormation resources of AWS IoT Core. */
export function iotProviders(context: CloudContext, registry: Registry, rules: RulesEngine): ResourceProvider[] {
  return [policyProvider(registry), thingTypeProvider(registry), topicRuleProvider(context, rules)];
}

function policyProvider(registry: Registry): ResourceProvider {
  return {
    type: 'AWS::IoT::Policy',
    honoured: ['PolicyName', 'PolicyDocument'],
    noEffect: { Tags: 'nothing reads them' },
    provision({ properties, generatedName }) {
      const name = String(properties['PolicyName'] ?? generatedName);
      const document = JSON.stringify(properties['PolicyDocument']);
      if (!registry.hasPolicy(name) || registry.policy(name).document !== document) registry.putPolicy(name, document);
      return { ref: name, attributes: { Arn: registry.arn('policy', name), Id: name } };
    },
  };
}

function thingTypeProvider(registry: Registry): ResourceProvider {
  return {
    type: 'AWS::IoT::ThingType',
    honoured: ['ThingTypeName', 'ThingTypeProperties.ThingTypeDescription', 'ThingTypeProperties.SearchableAttributes'],
    noEffect: { Tags: 'nothing reads them' },
    provision({ properties, generatedName }) {
      const name = String(properties['ThingTypeName'] ?? generatedName);
      const given = (properties['ThingTypeProperties'] ?? {}) as {
        ThingTypeDescription?: string;
        SearchableAttributes?: string[];
      };
      const { id } = registry.putThingType(name, {
        thingTypeDescription: given.ThingTypeDescription,
        searchableAttributes: given.SearchableAttributes,
      });
      return { ref: name, attributes: { Arn: registry.arn('thingtype', name), Id: id } };
    },
  };
}
