/** Provisioning templates: their language (AWS: "Provisioning templates"). */

export type Parameters = Readonly<Record<string, string>>;
type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Settings = Readonly<Record<string, string>>;

export interface TemplateBody {
  readonly Parameters?: Readonly<Record<string, { readonly Type?: string; readonly Default?: string }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Json; readonly OverrideSettings?: Settings }>
  >;
  readonly DeviceConfiguration?: Json;
}

/** The resources of a template with every intrinsic resolved. */
export interface Plan {
  readonly thing: { readonly properties: ThingProperties; readonly overrides: Settings } | undefined;
  readonly certificate: { readonly properties: CertificateProperties; readonly overrides: Settings } | undefined;
  readonly policies: ReadonlyArray<{ readonly PolicyName?: string; readonly PolicyDocument?: unknown }>;
  readonly deviceConfiguration: Readonly<Record<string, string>>;
}

interface ThingProperties {
  readonly ThingName: string;
  readonly AttributePayload?: Record<string, string>;
  readonly ThingTypeName?: string;
  readonly ThingGroups?: readonly string[];
}

export interface CertificateProperties {
  readonly CertificateId?: string;
  readonly CertificateSigningRequest?: string;
  readonly CertificatePem?: string;
  readonly Status?: string;
  readonly ThingPrincipalType?: string;
}

/** A template, or parameters for it, that can't be provisioned. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

const sections = ['Parameters', 'Mappings', 'Resources', 'DeviceConfiguration'];
const properties: Readonly<Record<string, readonly string[]>> = {
  'AWS::IoT::Thing': ['ThingName', 'AttributePayload', 'ThingTypeName', 'ThingGroups'],
  'AWS::IoT::Certificate': [
    'CertificateId',
    'CertificateSigningRequest',
    'CertificatePem',
    'Status',
    'ThingPrincipalType',
  ],
  'AWS::IoT::Policy': ['PolicyName', 'PolicyDocument'],
};

/** @throws TemplateError naming what isn't understood. */
export function parseTemplate(body: string): TemplateBody {
  let template: Record<string, unknown>;
  try {
    template = JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new TemplateError('The template body is not JSON.');
  }
  for (const name of Object.keys(template))
    if (!sections.includes(name)) throw new TemplateError(`Section '${name}' is not understood.`);
  const resources = Object.entries((template['Resources'] ?? {}) as TemplateBody['Resources']);
  if (resources.length === 0) throw new TemplateError('The template has no Resources.');
  for (const [logicalName, resource] of resources) {
    const known = properties[resource.Type];
    if (!known) throw new TemplateError(`${logicalName}: resource type '${resource.Type}' is not understood.`);
    for (const name of Object.keys((resource.Properties ?? {}) as object)) {
      if (!known.includes(name)) throw new TemplateError(`${logicalName}: property '${name}' is not honoured.`);
    }
  }
  return template as unknown as TemplateBody;
}

/** @throws TemplateError when a parameter has no value or an intrinsic can't be resolved. */
export function planOf(template: TemplateBody, given: Parameters): Plan {
  const defaults = Object.entries(template.Parameters ?? {}).flatMap(([name, { Default }]) =>
    Default === undefined ? [] : [[name, Default] as const],
  );
  const parameters = { ...Object.fromEntries(defaults), ...given };
  for (const name of Object.keys(template.Parameters ?? {})) {
    if (parameters[name] === undefined) throw new TemplateError(`Parameter '${name}' has no value.`);
  }
  const resolve = (value: Json): Json => resolveValue(value, parameters, template.Mappings ?? {});
  const resources = Object.values(template.Resources).map(({ Type, Properties = {}, OverrideSettings = {} }) => ({
    type: Type,
    // Only a policy document given as an object holds `${…}` and Ref-like text that isn't the template's own.
    properties: Type === 'AWS::IoT::Policy' ? resolvePolicy(Properties, resolve) : resolve(Properties),
    overrides: OverrideSettings,
  }));
  const of = <Properties>(type: string) =>
    resources.filter((resource) => resource.type === type) as unknown as Array<{
      properties: Properties;
      overrides: Settings;
    }>;
  const thing = of<ThingProperties>('AWS::IoT::Thing')[0];
  if (thing && typeof thing.properties.ThingName !== 'string') throw new TemplateError('The thing has no ThingName.');
  return {
    thing,
    certificate: of<CertificateProperties>('AWS::IoT::Certificate')[0],
    policies: of<Plan['policies'][number]>('AWS::IoT::Policy').map((policy) => policy.properties),
    deviceConfiguration: resolve(template.DeviceConfiguration ?? {}) as Record<string, string>,
  };
}

function resolvePolicy(value: Json, resolve: (value: Json) => Json): Json {
  const { PolicyDocument: document, ...rest } = value as { [name: string]: Json };
  const resolved = resolve(rest) as { [name: string]: Json };
  if (document === undefined) return resolved;
  return { ...resolved, PolicyDocument: isIntrinsic(document) ? resolve(document) : document };
}

const isIntrinsic = (value: Json) =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 1 &&
  /^(Ref$|Fn::)/.test(Object.keys(value)[0] ?? '');

function resolveValue(value: Json, parameters: Parameters, mappings: NonNullable<TemplateBody['Mappings']>): Json {
  const resolve = (inner: Json): Json => resolveValue(inner, parameters, mappings);
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  if (!isIntrinsic(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
  const [name = '', argument = null] = Object.entries(value)[0] ?? [];
  const list = (): Json[] => {
    const resolved = resolve(argument);
    if (!Array.isArray(resolved)) throw new TemplateError(`${name} takes a list.`);
    return resolved;
  };
  switch (name) {
    case 'Ref':
      return parameter(parameters, String(argument));
    case 'Fn::Join': {
      const [delimiter, parts] = list();
      return (parts as Json[]).map(String).join(String(delimiter));
    }
    case 'Fn::Select': {
      const [index, items] = list();
      const chosen = (items as Json[])[Number(index)];
      if (chosen === undefined || chosen === null) throw new TemplateError(`Fn::Select has no item ${String(index)}.`);
      return chosen;
    }
    case 'Fn::FindInMap': {
      const [map, first, second] = list().map(String);
      const found = mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
      if (found === undefined) throw new TemplateError(`Fn::FindInMap finds nothing at ${map}.${first}.${second}.`);
      return found;
    }
    case 'Fn::Split': {
      const [delimiter, text] = list().map(String);
      return (text ?? '').split(delimiter ?? '');
    }
    case 'Fn::Sub': {
      const [text, variables] = Array.isArray(argument)
        ? (resolve(argument) as [string, { [name: string]: Json }])
        : [String(argument), {}];
      const known = {
        ...parameters,
        ...Object.fromEntries(Object.entries(variables).map(([key, inner]) => [key, String(inner)])),
      };
      return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, key: string) =>
        literal ? `\${${key}}` : parameter(known, key),
      );
    }
    default:
      throw new TemplateError(`The intrinsic function '${name}' is not understood.`);
  }
}

function parameter(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value === undefined) throw new TemplateError(`Parameter '${name}' has no value.`);
  return value;
}
