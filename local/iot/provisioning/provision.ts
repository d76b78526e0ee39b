import { createHash } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { CertificateAuthority } from '../certificates.ts';
import type { ThingPrincipalType } from '../registry/principals.ts';
import type { CertificateRecord } from '../registry/registeredCertificates.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid } from '../registry/registryErrors.ts';
import type { CertificateProperties, Plan } from './templateBody.ts';

/** What a plan made. */
export interface ProvisionedThing {
  readonly thingName: string | undefined;
  readonly certificate: CertificateRecord | undefined;
  readonly resourceArns: Readonly<Record<string, string>>;
}

/** Told of an IAM action and its resource before it is done; throws to stop it. */
export type OnAction = (action: string, resource: string) => void;

const conflict = (what: string) =>
  new AwsError(
    'ResourceConflictException',
    `${what} is different already, and the template's OverrideSettings say FAIL.`,
    409,
  );

/**
 * Makes the thing, certificate and policies of a plan and attaches them to each other (AWS: "Provisioning templates").
 */
export async function provision(
  registry: Registry,
  authority: CertificateAuthority,
  plan: Plan,
  onAction: OnAction = () => {},
): Promise<ProvisionedThing> {
  const resourceArns: Record<string, string> = {};
  const certificate = plan.certificate && (await provideCertificate(registry, authority, plan.certificate, onAction));
  if (certificate) resourceArns['certificate'] = certificate.arn;
  const thingName = plan.thing && provideThing(registry, plan.thing, onAction);
  if (thingName !== undefined) resourceArns['thing'] = registry.arn('thing', thingName);
  if (certificate && thingName !== undefined) {
    onAction('iot:AttachThingPrincipal', certificate.arn);
    registry.attachPrincipal(thingName, certificate.arn, principalTypeOf(plan.certificate?.properties));
  }
  for (const policy of plan.policies) {
    const name = providePolicy(registry, policy, onAction);
    resourceArns['policy'] = registry.arn('policy', name);
    if (!certificate) continue;
    onAction('iot:AttachPolicy', certificate.arn);
    registry.attachPolicy(name, certificate.arn);
  }
  return { thingName, certificate: certificate && registry.certificates.get(certificate.id), resourceArns };
}

/** AWS: "Provisioning templates", ThingPrincipalType of a certificate resource. */
function principalTypeOf({
  ThingPrincipalType: type = 'NON_EXCLUSIVE_THING',
}: CertificateProperties = {}): ThingPrincipalType {
  if (type !== 'EXCLUSIVE_THING' && type !== 'NON_EXCLUSIVE_THING')
    throw invalid(`The certificate's ThingPrincipalType '${type}' is neither EXCLUSIVE_THING nor NON_EXCLUSIVE_THING.`);
  return type;
}

async function provideCertificate(
  registry: Registry,
  authority: CertificateAuthority,
  { properties, overrides }: NonNullable<Plan['certificate']>,
  onAction: OnAction,
): Promise<CertificateRecord> {
  const status = (properties.Status ?? 'ACTIVE').toUpperCase();
  if (status !== 'ACTIVE' && status !== 'INACTIVE')
    throw invalid(`The certificate's Status '${status}' is neither ACTIVE nor INACTIVE.`);
  if (properties.CertificateId !== undefined) {
    onAction('iot:DescribeCertificate', registry.arn('cert', properties.CertificateId));
    const known = registry.certificates.get(properties.CertificateId);
    if (known.status !== status && !(known.status !== 'PENDING_ACTIVATION' && overrides['Status'] === 'DO_NOTHING')) {
      if (known.status !== 'PENDING_ACTIVATION' && overrides['Status'] === 'FAIL')
        throw conflict(`Certificate ${known.id}`);
      onAction('iot:UpdateCertificate', known.arn);
      registry.certificates.setStatus(known.id, status);
    }
    return registry.certificates.get(known.id);
  }
  if (properties.CertificateSigningRequest !== undefined) {
    onAction('iot:CreateCertificateFromCsr', '*');
    const issued = await authority.sign(properties.CertificateSigningRequest).catch((error: unknown) => {
      throw invalid(
        `The certificate signing request can't be used: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    return registry.certificates.add(issued.pem, status);
  }
  throw invalid(
    'The certificate has neither CertificateId nor CertificateSigningRequest; CertificatePem needs a registered CA, which the local cloud does not honour.',
  );
}

function provideThing(
  registry: Registry,
  { properties, overrides }: NonNullable<Plan['thing']>,
  onAction: OnAction,
): string {
  const {
    ThingName: name,
    AttributePayload: attributes = {},
    ThingTypeName: type,
    ThingGroups: groups = [],
  } = properties;
  const arn = registry.arn('thing', name);
  /** AWS: "Actions, resources, and condition keys for AWS IoT": a change of membership needs the thing and the group. */
  const changeMembership = (action: string, group: string, change: (group: string, thing: string) => void) => {
    for (const resource of [registry.arn('thinggroup', group), arn]) onAction(action, resource);
    change(group, name);
  };
  const addTo = (group: string) => changeMembership('iot:AddThingToThingGroup', group, registry.groups.addThing);
  onAction('iot:DescribeThing', arn);
  if (type !== undefined) onAction('iot:DescribeThingType', registry.arn('thingtype', type));
  for (const group of groups) onAction('iot:DescribeThingGroup', registry.arn('thinggroup', group));
  const existing = registry.things.find(name);
  if (!existing) {
    onAction('iot:CreateThing', arn);
    registry.things.create(name, type, { attributes });
    for (const group of groups) addTo(group);
    return name;
  }
  const replace = (setting: string, differs: boolean, what: string) => {
    if (differs && (overrides[setting] ?? 'FAIL') === 'FAIL') throw conflict(what);
    return differs && overrides[setting] !== 'DO_NOTHING';
  };
  const attributesDiffer = Object.entries(attributes).some(([key, value]) => existing.attributes[key] !== value);
  if (groups.length > 0) onAction('iot:ListThingGroupsForThing', arn);
  const memberships = registry.groups.groupsOf(name);
  const newAttributes = replace('AttributePayload', attributesDiffer, `Thing ${name}`);
  const newType = replace(
    'ThingTypeName',
    type !== undefined && existing.thingTypeName !== type,
    `The type of thing ${name}`,
  );
  const newGroups = replace(
    'ThingGroups',
    groups.some((group) => !memberships.includes(group)),
    `The groups of thing ${name}`,
  );
  if (newAttributes || newType) {
    onAction('iot:UpdateThing', arn);
    registry.things.update(name, {
      ...(newType && { thingTypeName: type }),
      ...(newAttributes && { attributePayload: { attributes, merge: overrides['AttributePayload'] === 'MERGE' } }),
    });
  }
  if (newGroups) {
    if (overrides['ThingGroups'] === 'REPLACE') {
      for (const group of memberships.filter((each) => !groups.includes(each))) {
        changeMembership('iot:RemoveThingFromThingGroup', group, registry.groups.removeThing);
      }
    }
    for (const group of groups) addTo(group);
  }
  return name;
}

function providePolicy(
  registry: Registry,
  { PolicyName: name, PolicyDocument: document }: Plan['policies'][number],
  onAction: OnAction,
): string {
  if ((name === undefined) === (document === undefined))
    throw invalid('A policy of a template has either PolicyName or PolicyDocument.');
  if (name !== undefined) return registry.policies.get(name).policyName;
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const hash = createHash('sha256').update(text).digest('hex');
  if (!registry.policies.find(hash)) {
    onAction('iot:CreatePolicy', registry.arn('policy', hash));
    registry.policies.create(hash, text);
  }
  return hash;
}
