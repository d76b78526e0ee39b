import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudContext } from '../../../../local/context.ts';
import { openTemplates } from '../../../../local/iot/provisioning/templates.ts';
import type { Registry } from '../../../../local/iot/registry/registry.ts';
import { registryProviders } from '../../../../local/iot/registryProviders.ts';
import type { Provisioned } from '../../../../local/resources/provider.ts';
import { arn, openTestRegistry, policyOf, testAuthority } from './openIot.ts';

let registry: Registry;
let provision: (type: string, properties: Record<string, unknown>) => Promise<Provisioned>;
beforeEach(async () => {
  const opened = openTestRegistry();
  ({ registry } = opened);
  const providers = registryProviders(
    { store: opened.store } as CloudContext,
    registry,
    await testAuthority(),
    openTemplates(opened.store, registry.arn),
  );
  provision = async (type, properties) => {
    const provider = providers.find((each) => each.type === `AWS::IoT::${type}`);
    if (!provider) throw new Error(`There is no provider of ${type}.`);
    return provider.provision({
      stackName: 'stack',
      logicalId: type,
      type: provider.type,
      properties,
      generatedName: `stack-${type}-0123456789AB`,
      assets: new Map(),
    });
  };
});

const template = JSON.stringify({ Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'a' } } } });

// AWS CloudFormation User Guide: AWS IoT resource type reference, return values
describe('a resource is the same at every start', () => {
  test.each<[type: string, properties: Record<string, unknown>, expected: object]>([
    [
      'Policy',
      { PolicyName: 'p', PolicyDocument: JSON.parse(policyOf({})) },
      { ref: 'p', attributes: { Arn: arn('policy', 'p'), Id: 'p' } },
    ],
    [
      'Thing',
      { ThingName: 't', AttributePayload: { Attributes: { a: 'b' } } },
      { ref: 't', attributes: { Arn: arn('thing', 't'), Id: expect.any(String) } },
    ],
    ['Thing', {}, { ref: 'stack-Thing-0123456789AB', attributes: expect.anything() }],
    [
      'ThingType',
      { ThingTypeName: 'y', DeprecateThingType: true },
      { ref: 'y', attributes: { Arn: arn('thingtype', 'y'), Id: expect.any(String) } },
    ],
    [
      'ThingGroup',
      { ThingGroupName: 'g', ThingGroupProperties: { ThingGroupDescription: 'd' } },
      { ref: 'g', attributes: { Arn: arn('thinggroup', 'g'), Id: expect.any(String) } },
    ],
    [
      'ProvisioningTemplate',
      { TemplateName: 'f', Enabled: true, ProvisioningRoleArn: 'role', TemplateBody: template },
      { ref: 'f', attributes: { TemplateArn: arn('provisioningtemplate', 'f') } },
    ],
  ])('AWS::IoT::%s %j', async (type, properties, expected) => {
    const first = await provision(type, properties);
    expect(first).toEqual(expected);
    expect(await provision(type, properties)).toEqual(first);
  });

  test('AWS::IoT::Certificate, with what is attached to it', async () => {
    const { pem } = await (await testAuthority()).issue();
    const properties = { CertificatePem: pem, CertificateMode: 'SNI_ONLY', Status: 'ACTIVE' };
    const first = await provision('Certificate', properties);
    await provision('Thing', { ThingName: 't' });
    await provision('Policy', { PolicyName: 'p', PolicyDocument: JSON.parse(policyOf({})) });
    const principal = first.attributes['Arn'] ?? '';
    for (let start = 0; start < 2; start += 1) {
      await provision('ThingPrincipalAttachment', {
        ThingName: 't',
        Principal: principal,
        ThingPrincipalType: 'EXCLUSIVE_THING',
      });
      await provision('PolicyPrincipalAttachment', { PolicyName: 'p', Principal: principal });
      expect(await provision('Certificate', properties)).toEqual(first);
    }
    expect(registry.thingOfConnection(principal, undefined)).toEqual({ name: 't', exclusive: true });
    expect(registry.policies.attachedTo(principal)).toEqual(['p']);
    await provision('Certificate', { ...properties, Status: 'INACTIVE' });
    expect(registry.certificates.get(first.ref).status).toBe('INACTIVE');
  });
});

describe('what the template changed is brought up to it', () => {
  test('attributes of a thing', async () => {
    await provision('Thing', { ThingName: 't', AttributePayload: { Attributes: { a: '1', b: '1' } } });
    await provision('Thing', { ThingName: 't', AttributePayload: { Attributes: { a: '2' } } });
    expect(registry.things.get('t').attributes).toEqual({ a: '2' });
  });

  test('the body of a template', async () => {
    const properties = { TemplateName: 'f', Enabled: false, ProvisioningRoleArn: 'role' };
    await provision('ProvisioningTemplate', { ...properties, TemplateBody: template });
    await expect(provision('ProvisioningTemplate', { ...properties, TemplateBody: '{}' })).rejects.toThrow(
      'The template has no Resources.',
    );
  });
});

test.each<[type: string, properties: Record<string, unknown>, message: string]>([
  [
    'ProvisioningTemplate',
    { TemplateName: 'f', TemplateType: 'JITP', TemplateBody: template },
    'only FLEET_PROVISIONING is honoured',
  ],
  [
    'Certificate',
    { CertificatePem: 'x', Status: 'ACTIVE' },
    'only SNI_ONLY, without a CA, is honoured for a CertificatePem',
  ],
])('AWS::IoT::%s %j is refused', async (type, properties, message) => {
  await expect(provision(type, properties)).rejects.toThrow(message);
});
