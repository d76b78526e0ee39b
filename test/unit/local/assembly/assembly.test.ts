import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readAssembly } from '../../../../local/assembly/assembly.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldline-assembly-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (file: string, content: unknown) => writeFileSync(join(folder, file), JSON.stringify(content));
const stackArtifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'Data.template.json' } };
const read = (template: Record<string, unknown>, artifacts: Record<string, unknown> = {}) => {
  write('manifest.json', {
    version: '53.0.0',
    artifacts: { 'Data.assets': { type: 'cdk:asset-manifest' }, Data: stackArtifact, ...artifacts },
  });
  write('Data.template.json', template);
  return readAssembly(folder);
};

// AWS CDK: "Cloud assembly schema"; AWS CloudFormation: "Template sections"
describe('a cloud assembly', () => {
  test('gives the stacks with their resources, defaults of parameters and assets', () => {
    write('Data.assets.json', {
      files: { f: { source: { path: 'asset.f' }, destinations: { here: { bucketName: 'b', objectKey: 'f.zip' } } } },
    });
    const [stack, ...more] = read({
      Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
      Parameters: {
        Stage: { Type: 'String', Default: 'test' },
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/version' },
      },
      Rules: { CheckBootstrapVersion: {} },
    });
    expect(more).toEqual([]);
    expect(stack).toEqual({
      stackName: 'Data',
      resources: { Queue: { Type: 'AWS::SQS::Queue' } },
      outputs: {},
      conditions: {},
      mappings: {},
      parameters: { Stage: 'test' },
      assets: new Map([['f.zip', join(folder, 'asset.f')]]),
    });
  });

  test('names a stack as CloudFormation will', () => {
    const properties = { ...stackArtifact.properties, stackName: 'prod-data' };
    expect(read({}, { Data: { ...stackArtifact, properties } })[0]?.stackName).toBe('prod-data');
  });

  test.each<[title: string, template: Record<string, unknown>, message: string]>([
    ['a section', { Transform: 'AWS::Serverless-2016-10-31' }, 'Data: template section Transform is not honoured.'],
    ['a rule', { Rules: { Mine: {} } }, 'Data: rule Mine is not honoured.'],
    [
      'a parameter without a value',
      { Parameters: { Stage: { Type: 'String' } } },
      'Data: parameter Stage has no default, and nobody gives it one here.',
    ],
    [
      'a parameter from SSM',
      { Parameters: { Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/image' } } },
      'Data: parameter Image is read from SSM, which is not honoured.',
    ],
  ])('with %s that is not honoured is refused by name', (_, template, message) => {
    expect(() => read(template)).toThrow(message);
  });

  test('with a stage inside is refused, not read without it', () => {
    expect(() => read({}, { 'assembly-Prod': { type: 'cdk:cloud-assembly' } })).toThrow('assembly-Prod, a CDK Stage');
  });

  test('that is none says what to do', () => {
    expect(() => readAssembly(folder)).toThrow(
      'is no CDK assembly: it has no manifest.json. Synthesize first (cdk synth).',
    );
  });
});
