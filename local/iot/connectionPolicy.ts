import { evaluate } from '../policy/evaluate.ts';
import { certificateVariables } from './certificateVariables.ts';
import type { CertificateRecord } from './registry/registeredCertificates.ts';
import type { Registry } from './registry/registry.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

/** Actions of an MQTT connection, and the kind of resource that each is about (AWS: "AWS IoT Core policy actions"). */
const resourceKinds = {
  'iot:Connect': 'client',
  'iot:Publish': 'topic',
  'iot:RetainPublish': 'topic',
  'iot:Receive': 'topic',
  'iot:Subscribe': 'topicfilter',
} as const;
export type MqttAction = keyof typeof resourceKinds;

/** What one connection may do. */
export interface ConnectionPolicy {
  /** The thing that the connection speaks for. */
  readonly thing: { readonly name: string; readonly exclusive: boolean } | undefined;
  /** `connectAttributes` of a CONNECT: `PersistentConnect`, `LastWill`. */
  allowsConnect(clientId: string, connectAttributes: readonly string[]): boolean;
  allows(action: Exclude<MqttAction, 'iot:Connect'>, name: string): boolean;
  /** Any other action, of HTTPS requests, on a resource ARN. */
  allowsOn(action: string, resource: string): boolean;
}

/** Whatever decides about an action on a resource ARN: IoT policies, or the IAM policies of a role. */
export type Decide = (action: string, resource: string, context: Context) => boolean;

/** A connection's decisions are few and repeated; more than this and somebody is making up topics. */
const rememberedDecisions = 10_000;

/** Decisions for one connection, remembered. Made anew whenever a policy, thing or certificate changes. */
export function connectionPolicy(
  arn: Registry['arn'],
  decide: Decide,
  thing: ConnectionPolicy['thing'],
): ConnectionPolicy {
  const decisions = new Map<string, boolean>();
  return {
    thing,
    allowsConnect: (clientId, attributes) =>
      decide('iot:Connect', arn('client', clientId), { 'iot:ConnectAttributes': attributes }),
    allows(action, name) {
      const key = `${action} ${name}`;
      let allowed = decisions.get(key);
      if (allowed === undefined) {
        allowed = decide(action, arn(resourceKinds[action], name), {});
        if (decisions.size >= rememberedDecisions) decisions.clear();
        decisions.set(key, allowed);
      }
      return allowed;
    },
    allowsOn: (action, resource) => decide(action, resource, {}),
  };
}

/**
 * The policy of a connection with a certificate (AWS: "AWS IoT Core policies", "AWS IoT Core policy variables"). Without a client
 * id, over HTTPS, there are no thing variables unless the thing is attached exclusively.
 */
export function certificatePolicy(
  registry: Registry,
  certificate: CertificateRecord,
  connection: {
    readonly clientId: string | undefined;
    readonly sourceIp: string | undefined;
    readonly domainName: string;
  },
): ConnectionPolicy {
  const thing = registry.thingOfConnection(certificate.arn, connection.clientId);
  const statements = registry.statementsFor(certificate.arn, thing?.name);
  const variables: Context = {
    ...certificateVariables(certificate.pem),
    'iot:CertificateId': certificate.id,
    'iot:DomainName': connection.domainName,
    'aws:SecureTransport': 'true',
    ...(connection.clientId !== undefined && { 'iot:ClientId': connection.clientId }),
    ...(connection.sourceIp !== undefined && { 'aws:SourceIp': connection.sourceIp }),
    ...thingVariables(registry, thing?.name),
  };
  const decide: Decide = (action, resource, context) =>
    evaluate(statements, { action, resource, context: { ...variables, ...context } }) === 'allowed';
  return connectionPolicy(registry.arn, decide, thing);
}

/** AWS: "Thing policy variables". */
function thingVariables(registry: Registry, name: string | undefined): Context {
  const thing = name === undefined ? undefined : registry.things.find(name);
  const context: Record<string, string> = { 'iot:Connection.Thing.IsAttached': String(thing !== undefined) };
  if (!thing) return context;
  context['iot:Connection.Thing.ThingName'] = thing.thingName;
  if (thing.thingTypeName !== undefined) context['iot:Connection.Thing.ThingTypeName'] = thing.thingTypeName;
  for (const [attribute, value] of Object.entries(thing.attributes))
    context[`iot:Connection.Thing.Attributes[${attribute}]`] = value;
  return context;
}
