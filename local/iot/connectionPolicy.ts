import { evaluate } from '../policy/evaluate.ts';
import type { Registry } from './registry.ts';

/** What one connection may do: the policies of its certificate with the policy variables of this connection. */
export interface ConnectionPolicy {
  allows(
    action: 'iot:Connect' | 'iot:Publish' | 'iot:Subscribe' | 'iot:Receive' | 'iot:RetainPublish',
    name: string,
  ): boolean;
}

const resourceKinds = {
  'iot:Connect': 'client',
  'iot:Publish': 'topic',
  'iot:RetainPublish': 'topic',
  'iot:Receive': 'topic',
  'iot:Subscribe': 'topicfilter',
} as const;

/** A connection's decisions are few and repeated; more than this and somebody is making up topics. */
const rememberedDecisions = 10_000;

/**
 * Evaluates IoT policies as documented in "AWS IoT Core policies", "policy variables" and "thing policy variables": the thing of
 * a connection is the one that is named as the client id and has the certificate attached.
 */
export function connectionPolicy(registry: Registry, certificateArn: string, clientId: string): ConnectionPolicy {
  const statements = registry.statementsOf(certificateArn);
  const context = variables(registry, certificateArn, clientId);
  const decisions = new Map<string, boolean>();
  return {
    allows(action, name) {
      const key = `${action} ${name}`;
      let allowed = decisions.get(key);
      if (allowed === undefined) {
        allowed =
          evaluate(statements, { action, resource: registry.arn(resourceKinds[action], name), context }) === 'allowed';
        if (decisions.size >= rememberedDecisions) decisions.clear();
        decisions.set(key, allowed);
      }
      return allowed;
    },
  };
}

function variables(registry: Registry, certificateArn: string, clientId: string): Record<string, string> {
  const context: Record<string, string> = { 'iot:ClientId': clientId };
  const attached = registry.thingsOf(certificateArn).includes(clientId);
  context['iot:Connection.Thing.IsAttached'] = String(attached);
  if (!attached) return context;
  const thing = registry.thing(clientId);
  context['iot:Connection.Thing.ThingName'] = thing.thingName;
  if (thing.thingTypeName !== undefined) context['iot:Connection.Thing.ThingTypeName'] = thing.thingTypeName;
  for (const [name, value] of Object.entries(thing.attributes))
    context[`iot:Connection.Thing.Attributes[${name}]`] = value;
  return context;
}
