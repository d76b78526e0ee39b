import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One stack of a synthesized CDK assembly. */
export interface StackTemplate {
  readonly stackName: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly outputs: Readonly<Record<string, TemplateOutput>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly mappings: Readonly<Record<string, unknown>>;
  /** Parameter values: defaults of the template. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Asset object key (`<hash>.zip`) → folder or file on disk. */
  readonly assets: ReadonlyMap<string, string>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
  readonly Condition?: string;
}

const templateSections = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Conditions',
  'Mappings',
  'Rules',
  'Resources',
  'Outputs',
];

/** Bootstrap's version parameter and rule check the AWS account that a deploy goes to; they say nothing of the system. */
const bootstrapParameter = 'BootstrapVersion';
const bootstrapRule = 'CheckBootstrapVersion';

/**
 * Reads the stacks of a cloud assembly (cdk.out).
 * @throws Error when the folder isn't one, or when a template has a section that can't be honoured.
 */
export function readAssembly(directory: string): StackTemplate[] {
  const manifestFile = join(directory, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new Error(`${resolve(directory)} is no CDK assembly: it has no manifest.json. Synthesize first (cdk synth).`);
  }
  const artifacts = (readJson(manifestFile) as { artifacts?: Record<string, Artifact> }).artifacts ?? {};
  const nested = Object.entries(artifacts).find(([, { type }]) => type === 'cdk:cloud-assembly')?.[0];
  if (nested !== undefined)
    throw new Error(`The assembly holds another (${nested}, a CDK Stage), which is not honoured: give its own folder.`);
  return Object.entries(artifacts)
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .map(([id, artifact]) => readStack(directory, id, artifact));
}

interface Artifact {
  readonly type: string;
  readonly displayName?: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string };
}

function readStack(directory: string, id: string, artifact: Artifact): StackTemplate {
  const stackName = artifact.properties?.stackName ?? artifact.displayName ?? id;
  const template = readJson(join(directory, artifact.properties?.templateFile ?? `${id}.template.json`)) as Record<
    string,
    Record<string, unknown>
  >;
  for (const section of Object.keys(template)) {
    if (!templateSections.includes(section))
      throw new Error(`${stackName}: template section ${section} is not honoured.`);
  }
  for (const rule of Object.keys(template['Rules'] ?? {})) {
    if (rule !== bootstrapRule) throw new Error(`${stackName}: rule ${rule} is not honoured.`);
  }
  return {
    stackName,
    resources: (template['Resources'] ?? {}) as Record<string, TemplateResource>,
    outputs: (template['Outputs'] ?? {}) as unknown as Record<string, TemplateOutput>,
    conditions: template['Conditions'] ?? {},
    mappings: template['Mappings'] ?? {},
    parameters: readParameters(stackName, template['Parameters'] ?? {}),
    assets: readAssets(directory, id),
  };
}

function readParameters(stackName: string, parameters: Record<string, unknown>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const { Default: value, Type: type } = parameter as { Default?: unknown; Type?: string };
    if (name === bootstrapParameter) continue;
    if (type?.startsWith('AWS::SSM::'))
      throw new Error(`${stackName}: parameter ${name} is read from SSM, which is not honoured.`);
    if (value === undefined)
      throw new Error(`${stackName}: parameter ${name} has no default, and nobody gives it one here.`);
    values[name] = String(value);
  }
  return values;
}

function readAssets(directory: string, id: string): Map<string, string> {
  const file = join(directory, `${id}.assets.json`);
  const assets = new Map<string, string>();
  if (!existsSync(file)) return assets;
  const { files } = readJson(file) as {
    files?: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
  };
  for (const asset of Object.values(files ?? {})) {
    for (const destination of Object.values(asset.destinations)) {
      assets.set(destination.objectKey, resolve(directory, asset.source.path));
    }
  }
  return assets;
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
