import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readConfiguration } from '../../lib/config.ts';
import { composeFieldline } from '../../lib/fieldline.ts';

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

const cdkJson: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'),
);

const folder = mkdtempSync(join(tmpdir(), 'fieldline-infra-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The app as bin/fieldline.ts composes it, in a fixed account and with the functions left unbundled. */
export function composeApp(context: Readonly<Record<string, unknown>> = {}) {
  const app = new App({
    analyticsReporting: false,
    outdir: mkdtempSync(join(folder, 'cdk.out-')),
    context: {
      ...cdkJson.context,
      account: '111122223333',
      region: 'eu-central-1',
      'aws:cdk:bundling-stacks': [],
      ...context,
    },
  });
  const stacks = composeFieldline(
    app,
    readConfiguration((key) => app.node.tryGetContext(key)),
  );
  return { app, stacks };
}

/** Its templates, with references resolved to names, across stacks too. */
export class ComposedApp {
  readonly templates: Readonly<Record<string, ReturnType<Template['toJSON']>>>;
  readonly stacks: Readonly<Record<string, Stack>>;
  readonly #exported = new Map<string, { readonly stack: string; readonly value: Json }>();

  constructor(context: Readonly<Record<string, unknown>> = {}) {
    const { stacks } = composeApp(context);
    this.stacks = Object.fromEntries(Object.values(stacks).map((stack: Stack) => [stack.node.id, stack]));
    this.templates = Object.fromEntries(
      Object.entries(this.stacks).map(([id, stack]) => [id, Template.fromStack(stack).toJSON()]),
    );
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
