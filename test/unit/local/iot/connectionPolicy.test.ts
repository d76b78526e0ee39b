// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies and templates
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { certificatePolicy, type MqttAction } from '../../../../local/iot/connectionPolicy.ts';
import type { CertificateRecord } from '../../../../local/iot/registry/registeredCertificates.ts';
import type { Registry } from '../../../../local/iot/registry/registry.ts';
import { arn, openTestRegistry, policyOf, testAuthority } from './openIot.ts';

let pem: string;
let registry: Registry;
let certificate: CertificateRecord;
beforeAll(async () => {
  pem = (await (await testAuthority()).issue()).pem;
});
beforeEach(() => {
  ({ registry } = openTestRegistry());
  certificate = registry.certificates.add(pem, 'ACTIVE');
});

const attach = (name: string, document: string, target = certificate.arn) => {
  registry.policies.create(name, document);
  registry.attachPolicy(name, target);
};
const connection = (clientId: string | undefined = 'client') =>
  certificatePolicy(registry, certificate, { clientId, sourceIp: '192.0.2.7', domainName: 'localhost' });
const allows = (action: MqttAction, name: string, clientId = 'client') =>
  action === 'iot:Connect' ? connection(clientId).allowsConnect(name, []) : connection(clientId).allows(action, name);

// AWS: "Publish/Subscribe policy examples", "AWS IoT Core policy actions"
describe('resources', () => {
  test.each<[resource: string, action: MqttAction, name: string, allowed: boolean]>([
    ['topic/some/*', 'iot:Publish', 'some/deep/topic', true],
    ['topic/some/?????', 'iot:Publish', 'some/topic', true],
    ['topic/some/?????', 'iot:Publish', 'some/longer', false],
    ['topic/some/+', 'iot:Publish', 'some/topic', false],
    ['topic/some/#', 'iot:Publish', 'some/topic', false],
    ['topicfilter/some/+/topic', 'iot:Subscribe', 'some/+/topic', true],
    ['topicfilter/some/+/topic', 'iot:Subscribe', 'some/one/topic', false],
    ['topicfilter/some/*', 'iot:Subscribe', 'some/#', true],
    ['topicfilter/some/one', 'iot:Subscribe', 'some/#', false],
    ['topic/some/one', 'iot:Subscribe', 'some/one', false],
    ['topic/some/one', 'iot:Receive', 'some/one', true],
    ['topic/some/one', 'iot:RetainPublish', 'some/one', true],
    ['client/client', 'iot:Connect', 'client', true],
    ['client/client', 'iot:Connect', 'other', false],
  ])('%s: %s of %s: %s', (resource, action, name, allowed) => {
    attach('policy', policyOf({ Resource: arn(...(resource.split(/\/(.*)/s) as [string, string])) }));
    expect(allows(action, name)).toBe(allowed);
  });

  test('a deny wins, wherever it is attached', () => {
    attach('all', policyOf({}));
    attach('no', policyOf({ Effect: 'Deny', Action: 'iot:Publish', Resource: arn('topic', 'secret/*') }));
    expect(allows('iot:Publish', 'secret/a')).toBe(false);
    expect(allows('iot:Publish', 'open')).toBe(true);
  });

  test('publishing is not retaining', () => {
    attach('publish', policyOf({ Action: 'iot:Publish' }));
    expect(allows('iot:Publish', 'a')).toBe(true);
    expect(allows('iot:RetainPublish', 'a')).toBe(false);
  });
});

// AWS: "Basic AWS IoT Core policy variables", "Thing policy variables"
describe('policy variables', () => {
  const publishTo = (topic: string) =>
    attach('policy', policyOf({ Action: 'iot:Publish', Resource: arn('topic', topic) }));

  test('the client id', () => {
    publishTo('of/${iot:ClientId}');
    expect(allows('iot:Publish', 'of/client')).toBe(true);
    expect(allows('iot:Publish', 'of/other')).toBe(false);
  });

  test('wildcards in a client id stand for themselves', () => {
    publishTo('of/${iot:ClientId}');
    expect(allows('iot:Publish', 'of/other', '*')).toBe(false);
    expect(allows('iot:Publish', 'of/*', '*')).toBe(true);
  });

  test('the thing is the attached one that is named as the client id', () => {
    publishTo('of/${iot:Connection.Thing.ThingName}');
    registry.things.create('client', undefined, undefined);
    expect(allows('iot:Publish', 'of/client')).toBe(false);
    registry.attachPrincipal('client', certificate.arn);
    expect(allows('iot:Publish', 'of/client')).toBe(true);
    expect(allows('iot:Publish', 'of/client', 'other')).toBe(false);
  });

  // AWS: "Associating an AWS IoT thing to an MQTT client connection"
  test('the exclusive thing of a certificate counts under any client id', () => {
    publishTo('of/${iot:Connection.Thing.ThingName}');
    registry.things.create('machine', undefined, undefined);
    registry.attachPrincipal('machine', certificate.arn, 'EXCLUSIVE_THING');
    expect(allows('iot:Publish', 'of/machine', 'whatever')).toBe(true);
    expect(connection('whatever').thing).toEqual({ name: 'machine', exclusive: true });
  });

  test.each([
    ['${iot:Connection.Thing.Attributes[Site]}', 'north'],
    ['${iot:Connection.Thing.Attributes[site]}', 'south'],
    ['${IOT:connection.thing.attributes[Site]}', 'north'],
    ['${iot:Connection.Thing.ThingTypeName}', 'pump'],
  ])('%s is %s: names of attributes keep their case, names of keys do not', (variable, value) => {
    registry.types.create('pump', {});
    registry.things.create('client', 'pump', { attributes: { Site: 'north', site: 'south' } });
    registry.attachPrincipal('client', certificate.arn);
    publishTo(variable);
    expect(allows('iot:Publish', value)).toBe(true);
    expect(allows('iot:Publish', value === 'north' ? 'south' : 'north')).toBe(false);
  });

  test('a variable without a value matches nothing', () => {
    publishTo('of/${iot:Connection.Thing.Attributes[nothing]}');
    expect(allows('iot:Publish', 'of/')).toBe(false);
    expect(allows('iot:Publish', 'of/${iot:Connection.Thing.Attributes[nothing]}')).toBe(false);
  });
});

// AWS: "Connect policy examples"
describe('conditions', () => {
  test.each<[title: string, condition: object, attributes: string[], allowed: boolean]>([
    [
      'an allowed attribute',
      { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } },
      ['PersistentConnect'],
      true,
    ],
    ['no attribute', { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } }, [], true],
    [
      'one attribute too many',
      { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } },
      ['PersistentConnect', 'LastWill'],
      false,
    ],
    [
      'a forbidden attribute',
      { 'ForAllValues:StringNotEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } },
      ['PersistentConnect'],
      false,
    ],
    ['only default features', { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': [] } }, ['LastWill'], false],
    ['an address in the range', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, [], true],
    ['an address outside the range', { IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '192.0.2.8'] } }, [], false],
    ['an address that is not excluded', { NotIpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }, [], true],
    ['no thing attached', { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } }, [], false],
    ['the domain name', { StringEquals: { 'iot:DomainName': 'localhost' } }, [], true],
  ])('%s', (_, condition, attributes, allowed) => {
    attach('policy', policyOf({ Action: 'iot:Connect', Condition: condition }));
    expect(connection().allowsConnect('client', attributes)).toBe(allowed);
  });

  test('an attached thing', () => {
    attach(
      'policy',
      policyOf({ Action: 'iot:Connect', Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } } }),
    );
    registry.things.create('client', undefined, undefined);
    registry.attachPrincipal('client', certificate.arn);
    expect(allows('iot:Connect', 'client')).toBe(true);
    expect(allows('iot:Connect', 'other', 'other')).toBe(false);
  });
});

// AWS: "Static thing groups"
describe('policies of thing groups', () => {
  beforeEach(() => {
    registry.groups.create('root', undefined, {});
    registry.groups.create('child', 'root', {});
    registry.things.create('client', undefined, undefined);
    registry.attachPrincipal('client', certificate.arn);
    registry.groups.addThing('child', 'client');
  });

  test('count for the things in the group and in the groups below', () => {
    attach('root', policyOf({ Action: 'iot:Publish' }), arn('thinggroup', 'root'));
    expect(allows('iot:Publish', 'a')).toBe(true);
    expect(allows('iot:Publish', 'a', 'another-client-id')).toBe(false);
    registry.groups.removeThing('child', 'client');
    expect(allows('iot:Publish', 'a')).toBe(false);
  });

  test('can deny what the certificate may do', () => {
    attach('all', policyOf({}));
    attach('quarantine', policyOf({ Effect: 'Deny' }), arn('thinggroup', 'child'));
    expect(allows('iot:Publish', 'a')).toBe(false);
  });
});
