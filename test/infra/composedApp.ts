import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** A resource as it stands in its template. */
export interface Resource {
  readonly stack: string;
  /** Logical id without the hash that the CDK appends. */
  readonly name: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what CloudFormation takes; each test asserts the shape that it reads
  readonly properties: any;
  readonly deletionPolicy: string | undefined;
}

/** What the assembly says of a stack, beside its template. */
interface StackArtifact {
  readonly type: string;
  readonly displayName: string;
  readonly dependencies?: readonly string[];
  readonly properties: {
    readonly templateFile: string;
    readonly terminationProtection?: boolean;
    readonly tags?: Readonly<Record<string, string>>;
  };
}

/** The stacks of a configuration, synthesized once for all files of a run. @returns the assembly's folder */
function synthesized(context: Readonly<Record<string, unknown>>): string {
  const parent = process.env['FIELDLINE_INFRA'];
  if (parent === undefined)
    throw new Error('FIELDLINE_INFRA names no folder: test/infra/assemblies.ts is the global setup.');
  const text = JSON.stringify(context);
  const folder = join(parent, createHash('sha256').update(text).digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  const draft = mkdtempSync(`${folder}-`);
  execFileSync(process.execPath, [join(import.meta.dirname, 'synthesizeApp.ts'), draft, text], { stdio: 'pipe' });
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another test file was first.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The stacks of a configuration: their templates, with references resolved to names, across stacks too. */
export class ComposedApp {
  // biome-ignore lint/suspicious/noExplicitAny: what CloudFormation takes; each test asserts the shape that it reads
  readonly templates: Readonly<Record<string, any>>;
  readonly stacks: Readonly<Record<string, StackArtifact['properties'] & { readonly dependencies: readonly string[] }>>;
  readonly #exported = new Map<string, { readonly stack: string; readonly value: Json }>();

  constructor(context: Readonly<Record<string, unknown>> = {}) {
    const folder = synthesized(context);
    const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const artifacts: [string, StackArtifact][] = Object.entries(read('manifest.json').artifacts);
    const stacks = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack');
    this.stacks = Object.fromEntries(
      stacks.map(([id, { properties, dependencies = [] }]) => [
        id,
        { ...properties, dependencies: dependencies.filter((name) => stacks.some(([stack]) => stack === name)) },
      ]),
    );
    this.templates = Object.fromEntries(stacks.map(([id, { properties }]) => [id, read(properties.templateFile)]));
    for (const [stack, template] of Object.entries(this.templates)) {
      for (const output of Object.values<Record<string, Json>>(template['Outputs'] ?? {})) {
        const name = (output['Export'] as { Name: string } | undefined)?.Name;
        if (name !== undefined) this.#exported.set(name, { stack, value: output['Value'] ?? null });
      }
    }
  }

  /** Every resource of a type. @throws Error when there is none: an assertion about nothing would always hold. */
  resources(type: string): Resource[] {
    const found = Object.entries(this.templates).flatMap(([stack, template]) =>
      Object.entries<Record<string, unknown>>(template['Resources'])
        .filter(([, resource]) => resource['Type'] === type)
        .map(([id, resource]) => ({
          stack,
          name: nameOf(id),
          type,
          properties: resource['Properties'],
          deletionPolicy: resource['DeletionPolicy'] as string | undefined,
        })),
    );
    if (found.length === 0) throw new Error(`No resource is an ${type}`);
    return found;
  }

  /** A value with each reference as `{Name}`, whichever stack it points into, and joins as text. */
  text(value: Json | undefined): string {
    if (value === undefined || value === null) return '';
    if (typeof value !== 'object') return String(value);
    if (Array.isArray(value)) return value.map((part) => this.text(part)).join('');
    if ('Fn::Join' in value) return this.text((value['Fn::Join'] as Json[])[1]);
    if ('Fn::GetAtt' in value) return `{${nameOf((value['Fn::GetAtt'] as string[])[0] ?? '')}}`;
    if ('Ref' in value) return `{${nameOf(String(value['Ref']))}}`;
    if ('Fn::ImportValue' in value) {
      const name = String(value['Fn::ImportValue']);
      const exported = this.#exported.get(name);
      if (exported === undefined) throw new Error(`Nothing exports ${name}`);
      return this.text(exported.value);
    }
    throw new Error(`Not a reference: ${JSON.stringify(value)}`);
  }

  /** What a role may do, as sorted lines `action on resource`. */
  permissions(roleName: string): string[] {
    return this.statements(roleName)
      .flatMap(({ Action, Resource }) =>
        list(Resource).flatMap((on) => list(Action).map((action) => `${action} on ${this.text(on)}`)),
      )
      .sort();
  }

  /** Every statement of the policies of a role, those within it and managed ones included. */
  statements(roleName: string): { readonly Effect: string; readonly Action: Json; readonly Resource: Json }[] {
    const [role] = this.resources('AWS::IAM::Role').filter(({ name }) => name === roleName);
    if (role === undefined) throw new Error(`There is no role ${roleName}`);
    if (role.properties.ManagedPolicyArns !== undefined) throw new Error(`${roleName} takes managed policies`);
    const own = (role.properties.Policies ?? []).flatMap(
      (policy: { PolicyDocument: { Statement: Json[] } }) => policy.PolicyDocument.Statement,
    );
    const attached = this.resources('AWS::IAM::Policy')
      .filter(({ properties }) => properties.Roles.some((ref: Json) => this.text(ref) === `{${roleName}}`))
      .flatMap(({ properties }) => properties.PolicyDocument.Statement);
    return [...own, ...attached];
  }
}

export function list<Item>(value: Item | Item[]): Item[] {
  return Array.isArray(value) ? value : [value];
}

const nameOf = (logicalId: string) => logicalId.replace(/[0-9A-F]{8}$/, '');
