import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssemblyRefused, type Problem } from './problem.ts';
import { isRecord, type Stack, type Template } from './template.ts';

/** Sections that can be ignored on one machine, or that are read. */
const knownSections = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
  'Rules',
]);

/** Deletion and replacement never happen here: the local cloud keeps what it has. */
const knownAttributes = new Set([
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
]);

/**
 * Reads a synthesized CDK assembly (`cdk.out`) with all its stacks, those of nested assemblies (CDK stages) too.
 * @throws Error when the folder is not an assembly; AssemblyRefused when a template uses what no stack here can.
 */
export function loadAssembly(directory: string): readonly Stack[] {
  const stacks = readAssembly(directory);
  if (stacks.length === 0) throw new Error(`${directory} holds no stack.`);
  const problems = stacks.flatMap(templateProblems);
  if (problems.length > 0) throw new AssemblyRefused(problems);
  return stacks;
}

function readAssembly(directory: string): Stack[] {
  const manifest = readJson(join(directory, 'manifest.json'), `${directory} is not a CDK assembly (run \`cdk synth\`)`);
  const artifacts = Object.entries(isRecord(manifest['artifacts']) ? manifest['artifacts'] : {}).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const assets = new Map<string, string>();
  const stacks: Stack[] = [];
  for (const [id, artifact] of artifacts) {
    if (!isRecord(artifact)) continue;
    const properties = isRecord(artifact['properties']) ? artifact['properties'] : {};
    if (artifact['type'] === 'cdk:asset-manifest') readAssets(directory, String(properties['file']), assets);
    if (artifact['type'] === 'cdk:cloud-assembly')
      stacks.push(...readAssembly(join(directory, String(properties['directoryName']))));
    if (artifact['type'] === 'aws:cloudformation:stack') {
      stacks.push({
        name: String(properties['stackName'] ?? id),
        template: readJson(join(directory, String(properties['templateFile'])), `Stack ${id}`) as Template,
        parameters: (properties['parameters'] ?? {}) as Record<string, string>,
        assets,
      });
    }
  }
  return stacks;
}

function readAssets(directory: string, file: string, assets: Map<string, string>): void {
  const manifest = readJson(join(directory, file), `Asset manifest ${file}`);
  for (const entry of Object.values(isRecord(manifest['files']) ? manifest['files'] : {})) {
    if (!isRecord(entry) || !isRecord(entry['source']) || !isRecord(entry['destinations'])) continue;
    const path = entry['source']['path'];
    // An asset made by an executable has no path until it is published; no part here can use one.
    if (typeof path !== 'string') continue;
    for (const destination of Object.values(entry['destinations'])) {
      if (isRecord(destination)) assets.set(String(destination['objectKey']), join(directory, path));
    }
  }
}

function templateProblems({ name: stack, template }: Stack): Problem[] {
  const problems: Problem[] = Object.keys(template)
    .filter((section) => !knownSections.has(section))
    .map((property) => ({ stack, property, reason: 'this section of a template is not honoured' }));
  for (const rule of Object.keys(template.Rules ?? {})) {
    // CDK's own check of the bootstrap stack; there is nothing to bootstrap here.
    if (rule !== 'CheckBootstrapVersion')
      problems.push({ stack, property: `Rules.${rule}`, reason: 'template rules are not honoured' });
  }
  for (const [logicalId, resource] of Object.entries(template.Resources ?? {})) {
    for (const attribute of Object.keys(resource)) {
      if (knownAttributes.has(attribute)) continue;
      problems.push({
        stack,
        logicalId,
        type: resource.Type,
        property: attribute,
        reason: 'this attribute of a resource is not honoured',
      });
    }
  }
  return problems;
}

function readJson(path: string, what: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${what}: ${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
