import { describe, expect, test } from '@jest/globals';
import type { StackTemplate, TemplateResource } from '../../../../local/assembly/assembly.ts';
import { checkAssembly, deployAssembly } from '../../../../local/resources/deploy.ts';
import { NotHonoured, type ResolvedResource, type ResourceProvider } from '../../../../local/resources/provider.ts';
import { providersWithoutEffect } from '../../../../local/resources/withoutEffect.ts';

const stack = (resources: Record<string, TemplateResource>, more: Partial<StackTemplate> = {}): StackTemplate => ({
  stackName: 'Stack',
  resources,
  outputs: {},
  conditions: {},
  mappings: {},
  parameters: {},
  assets: new Map(),
  ...more,
});
const provider = (overrides: Partial<ResourceProvider> = {}): ResourceProvider => ({
  type: 'Test::Thing',
  honoured: ['Name', 'Items.*.Key', 'Settings.Speed'],
  noEffect: { Tags: 'nothing reads them' },
  provision: ({ properties, generatedName }) => ({
    ref: String(properties['Name'] ?? generatedName),
    attributes: { Arn: `arn:${String(properties['Name'])}` },
  }),
  ...overrides,
});
const registry = (...providers: ResourceProvider[]) => new Map(providers.map((each) => [each.type, each]));
const environment = { region: 'us-east-1', accountId: '000000000000' };

describe('what is checked before anything is made', () => {
  const check = (resources: Record<string, TemplateResource>) => () =>
    checkAssembly([stack(resources)], registry(provider()));

  test('takes what the providers declare, intrinsics included', () => {
    expect(
      check({
        One: {
          Type: 'Test::Thing',
          Properties: {
            Name: { 'Fn::Sub': 'a' },
            Items: [{ Key: 1 }, { Key: { Ref: 'X' } }],
            Settings: { Speed: { deep: 'value' } },
            Tags: [{ any: 'thing' }],
          },
        },
      }),
    ).not.toThrow();
  });

  test('names stack, logical id, type and property of all that is refused', () => {
    const resources = {
      One: {
        Type: 'Test::Thing',
        Properties: { Nmae: 1, Items: [{ Key: 1, Value: 2 }], Settings: { Speed: 1, Colour: 'red' } },
      },
      Two: { Type: 'AWS::Kinesis::Stream', Properties: {} },
    };
    expect(check(resources)).toThrow(
      expect.objectContaining({
        name: 'AssemblyRefused',
        message: [
          "The local cloud can't honour these 4:",
          '  Stack / One (Test::Thing): Nmae: this property is not honoured',
          '  Stack / One (Test::Thing): Items.0.Value: this property is not honoured',
          '  Stack / One (Test::Thing): Settings.Colour: this property is not honoured',
          '  Stack / Two (AWS::Kinesis::Stream): this resource type is not honoured',
        ].join('\n'),
      }),
    );
  });

  test('refuses an intrinsic in place of a map that it must look into', () => {
    expect(check({ One: { Type: 'Test::Thing', Properties: { Settings: { 'Fn::GetAtt': ['X', 'Y'] } } } })).toThrow(
      /Settings: this property is not honoured/,
    );
  });
});

describe('a deployment', () => {
  test('makes resources after what they refer to, with all intrinsics resolved, and answers the outputs', async () => {
    const made: ResolvedResource[] = [];
    const recording = provider({
      provision(resource) {
        made.push(resource);
        return provider().provision(resource);
      },
    });
    const outputs = await deployAssembly(
      [
        stack(
          {
            Second: { Type: 'Test::Thing', Properties: { Name: { 'Fn::Join': ['-', ['second', { Ref: 'First' }]] } } },
            First: { Type: 'Test::Thing', Properties: { Name: { Ref: 'AWS::Region' } } },
            Nameless: { Type: 'Test::Thing' },
            Skipped: { Type: 'Test::Thing', Condition: 'Never' },
          },
          {
            outputs: { Arn: { Value: { 'Fn::GetAtt': ['Second', 'Arn'] } } },
            conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
          },
        ),
      ],
      registry(recording),
      environment,
    );
    expect(made.map(({ logicalId, properties }) => [logicalId, properties['Name']])).toEqual([
      ['First', 'us-east-1'],
      ['Second', 'second-us-east-1'],
      ['Nameless', undefined],
    ]);
    expect(outputs).toEqual({ Stack: { Arn: 'arn:second-us-east-1' } });
  });

  test('names a resource the same at every start', async () => {
    const names: string[] = [];
    const naming = provider({
      provision({ generatedName }) {
        names.push(generatedName);
        return { ref: generatedName, attributes: {} };
      },
    });
    for (let start = 0; start < 2; start += 1)
      await deployAssembly([stack({ Thing: { Type: 'Test::Thing' } })], registry(naming), environment);
    expect(names[0]).toMatch(/^Stack-Thing-[0-9A-F]{12}$/);
    expect(names[1]).toBe(names[0]);
  });

  test('takes exports of one stack into another', async () => {
    const exporting = stack(
      { Thing: { Type: 'Test::Thing', Properties: { Name: 'shared' } } },
      { outputs: { Out: { Value: { Ref: 'Thing' }, Export: { Name: 'TheThing' } } } },
    );
    const importing = {
      ...stack(
        { User: { Type: 'Test::Thing', Properties: { Name: { 'Fn::ImportValue': 'TheThing' } } } },
        { outputs: { Name: { Value: { Ref: 'User' } } } },
      ),
      stackName: 'Other',
    };
    expect(await deployAssembly([importing, exporting], registry(provider()), environment)).toMatchObject({
      Other: { Name: 'shared' },
    });
  });

  test('says where a value is that cannot be honoured, and where a fault is', async () => {
    const failing = (error: Error) =>
      deployAssembly(
        [stack({ One: { Type: 'Test::Thing' } })],
        registry(
          provider({
            provision: () => {
              throw error;
            },
          }),
        ),
        environment,
      );
    await expect(failing(new NotHonoured('Name', 'it is taken'))).rejects.toMatchObject({
      name: 'AssemblyRefused',
      message: "The local cloud can't honour this:\n  Stack / One (Test::Thing): Name: it is taken",
    });
    await expect(failing(new Error('disk full'))).rejects.toThrow('Stack / One (Test::Thing): disk full');
  });

  test('gives resources without effect a name and an ARN', async () => {
    const outputs = await deployAssembly(
      [
        stack(
          { Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/a' } } },
          { outputs: { Arn: { Value: { 'Fn::GetAtt': ['Log', 'Arn'] } } } },
        ),
      ],
      registry(...providersWithoutEffect(environment.region, environment.accountId)),
      environment,
    );
    expect(outputs['Stack']?.['Arn']).toBe('arn:aws:logs:us-east-1:000000000000:log-group:/a:*');
  });
});
