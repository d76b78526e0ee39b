import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResolvedResource, type ResourceProvider } from '../resources/provider.ts';
import { AwsError } from '../service.ts';
import { statements } from '../storage/statements.ts';
import type { CertificateAuthority } from './certificates.ts';
import type { Templates } from './provisioning/templates.ts';
import type { ThingPrincipalType } from './registry/principals.ts';
import type { CertificateRecord } from './registry/registeredCertificates.ts';
import type { Registry } from './registry/registry.ts';

type Properties = ResolvedResource['properties'];
const text = (properties: Properties, name: string) =>
  properties[name] === undefined ? undefined : String(properties[name]);
const tags = { Tags: 'nothing reads them' };

/** CloudFormation resources of the registry: what they make is there already at the next start, and is brought up to the template. */
export function registryProviders(
  context: CloudContext,
  registry: Registry,
  authority: CertificateAuthority,
  templates: Templates,
): ResourceProvider[] {
  return [
    policyProvider(registry),
    thingTypeProvider(registry),
    thingProvider(registry),
    thingGroupProvider(registry),
    certificateProvider(context, registry, authority),
    thingPrincipalAttachmentProvider(registry),
    policyPrincipalAttachmentProvider(registry),
    provisioningTemplateProvider(templates),
  ];
}

function policyProvider({ policies, arn }: Registry): ResourceProvider {
  return {
    type: 'AWS::IoT::Policy',
    honoured: ['PolicyName', 'PolicyDocument'],
    noEffect: tags,
    provision({ properties, generatedName }) {
      const name = text(properties, 'PolicyName') ?? generatedName;
      policies.provision(name, JSON.stringify(properties['PolicyDocument']));
      return { ref: name, attributes: { Arn: arn('policy', name), Id: name } };
    },
  };
}

function thingTypeProvider({ types, arn }: Registry): ResourceProvider {
  return {
    type: 'AWS::IoT::ThingType',
    honoured: [
      'ThingTypeName',
      'DeprecateThingType',
      'ThingTypeProperties.ThingTypeDescription',
      'ThingTypeProperties.SearchableAttributes',
    ],
    noEffect: tags,
    provision({ properties, generatedName }) {
      const name = text(properties, 'ThingTypeName') ?? generatedName;
      const given = (properties['ThingTypeProperties'] ?? {}) as {
        ThingTypeDescription?: string;
        SearchableAttributes?: string[];
      };
      const { id } = types.provision(name, {
        thingTypeDescription: given.ThingTypeDescription,
        searchableAttributes: given.SearchableAttributes,
      });
      const deprecated = String(properties['DeprecateThingType']) === 'true';
      if (deprecated !== (types.get(name).deprecatedAt !== undefined)) types.deprecate(name, !deprecated);
      return { ref: name, attributes: { Arn: arn('thingtype', name), Id: id } };
    },
  };
}

function thingProvider({ things, arn }: Registry): ResourceProvider {
  return {
    type: 'AWS::IoT::Thing',
    honoured: ['ThingName', 'AttributePayload.Attributes'],
    noEffect: {},
    provision({ properties, generatedName }) {
      const name = text(properties, 'ThingName') ?? generatedName;
      const attributes =
        (properties['AttributePayload'] as { Attributes?: Record<string, string> } | undefined)?.Attributes ?? {};
      const existing = things.find(name);
      if (!existing) things.create(name, undefined, { attributes });
      else if (JSON.stringify(existing.attributes) !== JSON.stringify(attributes))
        things.update(name, { attributePayload: { attributes } });
      return { ref: name, attributes: { Arn: arn('thing', name), Id: things.get(name).thingId } };
    },
  };
}

function thingGroupProvider({ groups, arn }: Registry): ResourceProvider {
  return {
    type: 'AWS::IoT::ThingGroup',
    honoured: [
      'ThingGroupName',
      'ParentGroupName',
      'ThingGroupProperties.ThingGroupDescription',
      'ThingGroupProperties.AttributePayload.Attributes',
    ],
    noEffect: tags,
    provision({ properties, generatedName }) {
      const name = text(properties, 'ThingGroupName') ?? generatedName;
      const parent = text(properties, 'ParentGroupName');
      const given = (properties['ThingGroupProperties'] ?? {}) as {
        ThingGroupDescription?: string;
        AttributePayload?: { Attributes?: Record<string, string> };
      };
      const wanted = {
        thingGroupDescription: given.ThingGroupDescription,
        attributePayload: { attributes: given.AttributePayload?.Attributes ?? {} },
      };
      const existing = groups.find(name);
      if (existing && existing.parent !== parent)
        throw new NotHonoured('ParentGroupName', `${name} exists with another parent, and AWS does not move a group`);
      if (existing) groups.update(name, wanted);
      else groups.create(name, parent, wanted);
      return { ref: name, attributes: { Arn: arn('thinggroup', name), Id: groups.get(name).id } };
    },
  };
}

function certificateProvider(
  { store }: CloudContext,
  registry: Registry,
  authority: CertificateAuthority,
): ResourceProvider {
  store.db.exec(
    'CREATE TABLE IF NOT EXISTS iot_cert_resource (resource TEXT PRIMARY KEY, source TEXT NOT NULL, certificate TEXT NOT NULL) WITHOUT ROWID;',
  );
  const { one, run } = statements(store);
  const made = one('SELECT source, certificate FROM iot_cert_resource WHERE resource = ?');
  const remember = run('INSERT OR REPLACE INTO iot_cert_resource VALUES (?, ?, ?)');

  const issue = async (csr: string | undefined, pem: string | undefined): Promise<CertificateRecord> => {
    if (csr !== undefined) return registry.certificates.add((await authority.sign(csr)).pem, 'INACTIVE');
    if (pem === undefined)
      throw new NotHonoured('CertificatePem', 'a certificate needs a CertificateSigningRequest or a CertificatePem');
    return registry.certificates.add(pem, 'INACTIVE');
  };
  return {
    type: 'AWS::IoT::Certificate',
    honoured: ['CertificateSigningRequest', 'CertificatePem', 'CertificateMode', 'Status'],
    noEffect: {},
    async provision({ stackName, logicalId, properties }) {
      const [csr, pem, status] = [
        text(properties, 'CertificateSigningRequest'),
        text(properties, 'CertificatePem'),
        text(properties, 'Status') ?? '',
      ];
      if (pem !== undefined && properties['CertificateMode'] !== 'SNI_ONLY')
        throw new NotHonoured('CertificateMode', 'only SNI_ONLY, without a CA, is honoured for a CertificatePem');
      const resource = `${stackName}/${logicalId}`;
      const source = csr ?? pem ?? '';
      const before = made(resource);
      const kept =
        before?.['source'] === source ? registry.certificates.find(String(before['certificate'])) : undefined;
      const certificate = kept ?? (await issue(csr, pem));
      remember(resource, source, certificate.id);
      if (certificate.status !== status) registry.certificates.setStatus(certificate.id, status);
      return { ref: certificate.id, attributes: { Arn: certificate.arn, Id: certificate.id } };
    },
  };
}

function thingPrincipalAttachmentProvider(registry: Registry): ResourceProvider {
  return {
    type: 'AWS::IoT::ThingPrincipalAttachment',
    honoured: ['ThingName', 'Principal', 'ThingPrincipalType'],
    noEffect: {},
    provision({ properties, generatedName }) {
      registry.attachPrincipal(
        String(properties['ThingName']),
        String(properties['Principal']),
        properties['ThingPrincipalType'] as ThingPrincipalType | undefined,
      );
      return { ref: generatedName, attributes: {} };
    },
  };
}

function policyPrincipalAttachmentProvider(registry: Registry): ResourceProvider {
  return {
    type: 'AWS::IoT::PolicyPrincipalAttachment',
    honoured: ['PolicyName', 'Principal'],
    noEffect: {},
    provision({ properties, generatedName }) {
      registry.attachPolicy(String(properties['PolicyName']), String(properties['Principal']));
      return { ref: generatedName, attributes: {} };
    },
  };
}

function provisioningTemplateProvider(templates: Templates): ResourceProvider {
  return {
    type: 'AWS::IoT::ProvisioningTemplate',
    honoured: [
      'TemplateName',
      'Description',
      'Enabled',
      'ProvisioningRoleArn',
      'TemplateBody',
      'TemplateType',
      'PreProvisioningHook.TargetArn',
      'PreProvisioningHook.PayloadVersion',
    ],
    noEffect: tags,
    provision({ properties, generatedName }) {
      if ((properties['TemplateType'] ?? 'FLEET_PROVISIONING') !== 'FLEET_PROVISIONING')
        throw new NotHonoured('TemplateType', 'only FLEET_PROVISIONING is honoured');
      try {
        const template = templates.provision({
          // A template's name is shorter than most.
          name: text(properties, 'TemplateName') ?? generatedName.slice(-36),
          description: text(properties, 'Description'),
          enabled: String(properties['Enabled']) === 'true',
          roleArn: String(properties['ProvisioningRoleArn']),
          hookArn: (properties['PreProvisioningHook'] as { TargetArn?: string } | undefined)?.TargetArn,
          body: String(properties['TemplateBody']),
        });
        return { ref: template.name, attributes: { TemplateArn: template.arn } };
      } catch (error) {
        if (error instanceof AwsError) throw new NotHonoured('TemplateBody', error.message);
        throw error;
      }
    },
  };
}
