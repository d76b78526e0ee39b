import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Registry } from '../../../../../local/iot/registry/registry.ts';
import { arn, openTestRegistry, policyOf, testAuthority } from '../openIot.ts';

let registry: Registry;
let pem: string;
beforeAll(async () => {
  pem = (await (await testAuthority()).issue()).pem;
});
beforeEach(() => {
  ({ registry } = openTestRegistry());
});
const failing = (code: string) => expect.objectContaining({ code });

// AWS: "How to manage things with the registry"; AWS IoT API Reference
describe('things', () => {
  test('the same request again gets the same thing, another is refused', () => {
    const { thingId } = registry.things.create('a', undefined, { attributes: { x: '1', y: '2' } });
    expect(registry.things.create('a', undefined, { attributes: { y: '2', x: '1' } }).thingId).toBe(thingId);
    expect(() => registry.things.create('a', undefined, { attributes: { x: '2' } })).toThrow(
      failing('ResourceAlreadyExistsException'),
    );
  });

  test.each<[payload: object, attributes: object]>([
    [{ attributes: { x: '3' } }, { x: '3' }],
    [
      { attributes: { x: '3' }, merge: true },
      { x: '3', y: '2' },
    ],
    [{ attributes: { x: '' }, merge: true }, { y: '2' }],
    [{}, { x: '1', y: '2' }],
  ])('an update by %j leaves %j', (attributePayload, attributes) => {
    registry.things.create('a', undefined, { attributes: { x: '1', y: '2' } });
    registry.things.update('a', { attributePayload, expectedVersion: 1 });
    expect(registry.things.get('a')).toMatchObject({ attributes, version: 2 });
  });

  test.each<[title: string, work: () => unknown, code: string]>([
    ['a name with a space', () => registry.things.create('a b', undefined, undefined), 'InvalidRequestException'],
    [
      'a fourth attribute without a type',
      () => registry.things.create('a', undefined, { attributes: { a: '1', b: '1', c: '1', d: '1' } }),
      'InvalidRequestException',
    ],
    [
      'a value with a space',
      () => registry.things.create('a', undefined, { attributes: { a: 'b c' } }),
      'InvalidRequestException',
    ],
    ['an unknown type', () => registry.things.create('a', 'nothing', undefined), 'ResourceNotFoundException'],
    ['an unknown thing', () => registry.things.get('nobody'), 'ResourceNotFoundException'],
  ])('%s is refused', (_, work, code) => {
    expect(work).toThrow(failing(code));
  });

  test('an update of another version is refused', () => {
    registry.things.create('a', undefined, undefined);
    expect(() => registry.things.update('a', { expectedVersion: 7 })).toThrow(failing('VersionConflictException'));
  });

  test('no thing is given a deprecated type', () => {
    registry.types.create('old', {});
    registry.types.deprecate('old', false);
    expect(() => registry.things.create('a', 'old', undefined)).toThrow(failing('InvalidRequestException'));
    expect(() => registry.types.delete('old')).toThrow(failing('InvalidRequestException'));
  });

  test('a thing with a certificate is not deleted', () => {
    const certificate = registry.certificates.add(pem, 'ACTIVE');
    registry.things.create('a', undefined, undefined);
    registry.attachPrincipal('a', certificate.arn);
    expect(() => registry.deleteThing('a')).toThrow(failing('InvalidRequestException'));
    registry.detachPrincipal('a', certificate.arn);
    registry.deleteThing('a');
    expect(registry.things.find('a')).toBeUndefined();
  });
});

// AWS: "Static thing groups"
describe('thing groups', () => {
  beforeEach(() => {
    registry.groups.create('root', undefined, { thingGroupDescription: 'all' });
    registry.groups.create('left', 'root', {});
    registry.groups.create('right', 'root', {});
    registry.things.create('a', undefined, undefined);
  });

  test('members of a group, and of the groups below', () => {
    registry.groups.addThing('left', 'a');
    expect(registry.groups.members('root', false)).toEqual([]);
    expect(registry.groups.members('root', true)).toEqual(['a']);
    expect(registry.groups.groupsAbove('a').sort()).toEqual(['left', 'root']);
  });

  test('a thing is in one group of a hierarchy', () => {
    registry.groups.addThing('left', 'a');
    expect(() => registry.groups.addThing('right', 'a')).toThrow(failing('InvalidRequestException'));
  });

  test('a group with children is not deleted, another one is, and forgets its things', () => {
    registry.groups.addThing('left', 'a');
    expect(() => registry.groups.delete('root', undefined)).toThrow(failing('InvalidRequestException'));
    registry.groups.delete('left', undefined);
    expect(registry.groups.groupsOf('a')).toEqual([]);
  });

  test('groups nest seven deep', () => {
    for (let depth = 2; depth <= 7; depth += 1)
      registry.groups.create(`d${depth}`, depth === 2 ? 'root' : `d${depth - 1}`, {});
    expect(() => registry.groups.create('d8', 'd7', {})).toThrow(failing('LimitExceededException'));
  });
});

// AWS: "AWS IoT Core policies"
describe('policies', () => {
  test('have up to five versions, of which one is the default', () => {
    registry.policies.create('p', policyOf({}));
    for (let version = 2; version <= 5; version += 1)
      registry.policies.createVersion('p', policyOf({ Sid: String(version) }), version === 3);
    expect(registry.policies.get('p').versionId).toBe('3');
    expect(() => registry.policies.createVersion('p', policyOf({}), false)).toThrow(
      failing('VersionsLimitExceededException'),
    );
    expect(() => registry.policies.deleteVersion('p', '3')).toThrow(failing('DeleteConflictException'));
    registry.policies.deleteVersion('p', '5');
    registry.policies.setDefaultVersion('p', '1');
    expect(registry.policies.versions('p').map(({ versionId, isDefault }) => [versionId, isDefault])).toEqual([
      ['1', true],
      ['2', false],
      ['3', false],
      ['4', false],
    ]);
    expect(() => registry.policies.delete('p')).toThrow(failing('DeleteConflictException'));
  });

  test.each([
    ['no JSON', '{'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['an unknown operator', policyOf({ Condition: { Guess: { a: 'b' } } })],
    ['too long', policyOf({ Resource: 'x'.repeat(2100) })],
  ])('a document that is %s is malformed', (_, document) => {
    expect(() => registry.policies.create('p', document)).toThrow(failing('MalformedPolicyException'));
  });

  test('are attached to certificates and thing groups, at most ten to each', () => {
    registry.groups.create('g', undefined, {});
    for (let index = 0; index < 10; index += 1) {
      registry.policies.create(`p${index}`, policyOf({}));
      registry.attachPolicy(`p${index}`, arn('thinggroup', 'g'));
    }
    registry.policies.create('p10', policyOf({}));
    expect(() => registry.attachPolicy('p10', arn('thinggroup', 'g'))).toThrow(failing('LimitExceededException'));
    expect(() => registry.attachPolicy('p10', arn('thing', 'a'))).toThrow(failing('InvalidRequestException'));
    expect(() => registry.attachPolicy('p10', arn('cert', 'unknown'))).toThrow(failing('ResourceNotFoundException'));
    expect(() => registry.policies.delete('p0')).toThrow(failing('DeleteConflictException'));
  });

  test('of a template get a new default version, and the oldest makes room', () => {
    for (let change = 0; change < 7; change += 1) registry.policies.provision('p', policyOf({ Sid: String(change) }));
    registry.policies.provision('p', policyOf({ Sid: '6' }));
    expect(registry.policies.versions('p').map(({ versionId }) => versionId)).toEqual(['3', '4', '5', '6', '7']);
    expect(registry.policies.get('p').versionId).toBe('7');
  });
});

// AWS: "Manage device certificates"
describe('certificates', () => {
  test('what is revoked stays revoked, and an active one is not deleted', () => {
    const { id } = registry.certificates.add(pem, 'ACTIVE');
    expect(() => registry.deleteCertificate(id, false)).toThrow(failing('CertificateStateException'));
    registry.certificates.setStatus(id, 'REVOKED');
    expect(() => registry.certificates.setStatus(id, 'ACTIVE')).toThrow(failing('CertificateStateException'));
  });

  test('policies are in the way of a deletion unless it is forced', () => {
    const { id, arn: target } = registry.certificates.add(pem, 'INACTIVE');
    registry.policies.create('p', policyOf({}));
    registry.attachPolicy('p', target);
    expect(() => registry.deleteCertificate(id, false)).toThrow(failing('DeleteConflictException'));
    registry.deleteCertificate(id, true);
    expect(registry.policies.targetsOf('p')).toEqual([]);
  });

  test.each([
    ['the same again', () => pem, 'ResourceAlreadyExistsException'],
    ['text', () => 'text', 'CertificateValidationException'],
  ])('%s is refused', (_, given, code) => {
    registry.certificates.add(pem, 'ACTIVE');
    expect(() => registry.certificates.add(given(), 'ACTIVE')).toThrow(failing(code));
  });

  // AWS: "Attach a principal to a thing"
  test('an exclusive attachment is the only one', () => {
    const { arn: principal } = registry.certificates.add(pem, 'ACTIVE');
    registry.things.create('a', undefined, undefined);
    registry.things.create('b', undefined, undefined);
    registry.attachPrincipal('a', principal, 'EXCLUSIVE_THING');
    expect(() => registry.attachPrincipal('b', principal)).toThrow(failing('InvalidRequestException'));
  });
});
