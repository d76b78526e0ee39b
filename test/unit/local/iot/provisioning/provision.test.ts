import { beforeEach, describe, expect, test } from '@jest/globals';
import { type OnAction, provision } from '../../../../../local/iot/provisioning/provision.ts';
import type { Plan } from '../../../../../local/iot/provisioning/templateBody.ts';
import type { Registry } from '../../../../../local/iot/registry/registry.ts';
import { openTestRegistry, policyOf, testAuthority } from '../openIot.ts';

let registry: Registry;
beforeEach(() => {
  ({ registry } = openTestRegistry());
});
const plan = (given: Partial<Plan>): Plan => ({
  thing: undefined,
  certificate: undefined,
  policies: [],
  deviceConfiguration: {},
  ...given,
});
const thing = (properties: object, overrides = {}) => ({ properties: { ThingName: 'a', ...properties }, overrides });
const carryOut = async (given: Partial<Plan>, onAction?: OnAction) =>
  provision(registry, await testAuthority(), plan(given), onAction);

// AWS: "Provisioning templates", override settings
describe('a thing that exists already', () => {
  beforeEach(() => {
    registry.types.create('old', {});
    registry.types.create('new', {});
    for (const group of ['one', 'two']) registry.groups.create(group, undefined, {});
    registry.things.create('a', 'old', { attributes: { x: '1', y: '1' } });
    registry.groups.addThing('one', 'a');
  });

  test.each<[overrides: Record<string, string>, properties: object, expected: object]>([
    [{ AttributePayload: 'MERGE' }, { AttributePayload: { x: '2' } }, { attributes: { x: '2', y: '1' } }],
    [{ AttributePayload: 'REPLACE' }, { AttributePayload: { x: '2' } }, { attributes: { x: '2' } }],
    [{ AttributePayload: 'DO_NOTHING' }, { AttributePayload: { x: '2' } }, { attributes: { x: '1', y: '1' } }],
    [{ ThingTypeName: 'REPLACE' }, { ThingTypeName: 'new' }, { thingTypeName: 'new' }],
    [{ ThingTypeName: 'DO_NOTHING' }, { ThingTypeName: 'new' }, { thingTypeName: 'old' }],
    [{}, { ThingTypeName: 'old', AttributePayload: { x: '1' } }, { version: 1 }],
  ])('with %j and %j', async (overrides, properties, expected) => {
    await carryOut({ thing: thing(properties, overrides) });
    expect(registry.things.get('a')).toMatchObject(expected);
  });

  test.each<[setting: string, groups: string[]]>([
    ['MERGE', ['one', 'two']],
    ['REPLACE', ['two']],
    ['DO_NOTHING', ['one']],
  ])('ThingGroups: %s leaves it in %j', async (ThingGroups, groups) => {
    await carryOut({ thing: thing({ ThingGroups: ['two'] }, { ThingGroups }) });
    expect(registry.groups.groupsOf('a')).toEqual(groups);
  });

  test('is looked at with its type and groups, and changed, as the role of the template may do it', async () => {
    const asked: string[] = [];
    const properties = { ThingTypeName: 'new', ThingGroups: ['two'] };
    const overrides = { ThingTypeName: 'REPLACE', ThingGroups: 'REPLACE' };
    await carryOut({ thing: thing(properties, overrides) }, (action, resource) =>
      asked.push(`${action} ${resource.slice(resource.lastIndexOf(':') + 1)}`),
    );
    expect(asked).toEqual([
      'iot:DescribeThing thing/a',
      'iot:DescribeThingType thingtype/new',
      'iot:DescribeThingGroup thinggroup/two',
      'iot:ListThingGroupsForThing thing/a',
      'iot:UpdateThing thing/a',
      'iot:RemoveThingFromThingGroup thinggroup/one',
      'iot:RemoveThingFromThingGroup thing/a',
      'iot:AddThingToThingGroup thinggroup/two',
      'iot:AddThingToThingGroup thing/a',
    ]);
  });

  test.each([{ AttributePayload: { x: '2' } }, { ThingTypeName: 'new' }, { ThingGroups: ['two'] }])(
    'fails for %j without an override',
    async (properties) => {
      await expect(carryOut({ thing: thing(properties) })).rejects.toMatchObject({ code: 'ResourceConflictException' });
    },
  );
});

test('what is made is attached to each other', async () => {
  registry.policies.create('device', policyOf({}));
  const { pem } = await (await testAuthority()).issue();
  const pending = registry.certificates.add(pem, 'PENDING_ACTIVATION');
  const actions: string[] = [];
  const made = await carryOut(
    {
      thing: thing({ AttributePayload: { site: 'north' } }),
      certificate: { properties: { CertificateId: pending.id, Status: 'Active' }, overrides: {} },
      policies: [{ PolicyName: 'device' }, { PolicyDocument: policyOf({ Action: 'iot:Connect' }) }],
    },
    (action) => actions.push(action),
  );
  expect(made).toMatchObject({ thingName: 'a', certificate: { id: pending.id, status: 'ACTIVE' } });
  expect(registry.principals.ofThing('a').map(({ principal }) => principal)).toEqual([pending.arn]);
  expect(registry.policies.attachedTo(pending.arn)).toHaveLength(2);
  expect(actions).toEqual([
    'iot:DescribeCertificate',
    'iot:UpdateCertificate',
    'iot:DescribeThing',
    'iot:CreateThing',
    'iot:AttachThingPrincipal',
    'iot:AttachPolicy',
    'iot:CreatePolicy',
    'iot:AttachPolicy',
  ]);
});

test('a policy is named or written, not both', async () => {
  await expect(carryOut({ policies: [{}] })).rejects.toMatchObject({ code: 'InvalidRequestException' });
  await expect(carryOut({ policies: [{ PolicyName: 'a', PolicyDocument: '{}' }] })).rejects.toMatchObject({
    code: 'InvalidRequestException',
  });
});

describe('the certificate of a thing', () => {
  const certificateOf = async (properties: object) => {
    const { pem } = await (await testAuthority()).issue();
    const { id: CertificateId } = registry.certificates.add(pem, 'PENDING_ACTIVATION');
    return { properties: { CertificateId, ...properties }, overrides: {} };
  };

  test.each([
    [{}, 'NON_EXCLUSIVE_THING'],
    [{ ThingPrincipalType: 'EXCLUSIVE_THING' }, 'EXCLUSIVE_THING'],
  ])('is attached as its properties %j say', async (properties, type) => {
    await carryOut({ thing: thing({}), certificate: await certificateOf(properties) });
    expect(registry.principals.ofThing('a')).toMatchObject([{ type }]);
  });

  test('is not attached in a way that there is none of', async () => {
    const certificate = await certificateOf({ ThingPrincipalType: 'SHARED' });
    await expect(carryOut({ thing: thing({}), certificate })).rejects.toThrow('neither EXCLUSIVE_THING');
  });
});
