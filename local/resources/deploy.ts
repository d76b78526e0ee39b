import { createHash } from 'node:crypto';
import type { StackTemplate } from '../assembly/assembly.ts';
import { evaluateCondition, resolveIntrinsics, type Scope } from '../assembly/intrinsics.ts';
import { orderResources } from '../assembly/order.ts';
import { refusedProperties } from './coverage.ts';
import { NotHonoured, type Provisioned, type ResourceProvider } from './provider.ts';

/** The assembly asks for something that the local cloud can't honour. The message lists every such place. */
export class AssemblyRefused extends Error {
  constructor(problems: readonly string[]) {
    super(
      `The local cloud can't honour ${problems.length === 1 ? 'this' : `these ${problems.length}`}:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
    this.name = 'AssemblyRefused';
  }
}

export type StackOutputs = Record<string, Record<string, string>>;

/** Looks at every resource before anything is made. @throws AssemblyRefused */
export function checkAssembly(
  stacks: readonly StackTemplate[],
  providers: ReadonlyMap<string, ResourceProvider>,
): void {
  const problems: string[] = [];
  for (const stack of stacks) {
    for (const [logicalId, resource] of Object.entries(stack.resources)) {
      const provider = providers.get(resource.Type);
      const where = `${stack.stackName} / ${logicalId} (${resource.Type})`;
      if (!provider) {
        problems.push(`${where}: this resource type is not honoured`);
        continue;
      }
      for (const { path, reason } of refusedProperties(resource.Properties ?? {}, provider)) {
        problems.push(`${where}: ${path}: ${reason}`);
      }
    }
  }
  if (problems.length > 0) throw new AssemblyRefused(problems);
}

/** Makes every resource real, in the order of their dependencies, and answers the outputs of the stacks. */
export async function deployAssembly(
  stacks: readonly StackTemplate[],
  providers: ReadonlyMap<string, ResourceProvider>,
  environment: { readonly region: string; readonly accountId: string },
): Promise<StackOutputs> {
  const exports = new Map<string, unknown>();
  const scopes = new Map<StackTemplate, Scope & { resources: Map<string, Provisioned> }>();
  for (const stack of stacks)
    scopes.set(stack, { stack, exports, resources: new Map(), pseudo: pseudoParameters(stack, environment) });
  const scopeOf = (stack: StackTemplate) => {
    const scope = scopes.get(stack);
    if (!scope) throw new Error(`Stack ${stack.stackName} has no scope.`);
    return scope;
  };

  for (const { stack, logicalId } of orderResources(stacks)) {
    const scope = scopeOf(stack);
    const resource = stack.resources[logicalId];
    const provider = resource && providers.get(resource.Type);
    if (!resource || !provider) throw new Error(`${stack.stackName} / ${logicalId} has no provider.`);
    if (resource.Condition !== undefined && !evaluateCondition(resource.Condition, scope)) continue;
    try {
      for (const [name, value] of exportsReady(stack, scope)) exports.set(name, value);
      refreshExports(scopes, exports);
      const provisioned = await provider.provision({
        stackName: stack.stackName,
        logicalId,
        type: resource.Type,
        properties: resolveIntrinsics(resource.Properties ?? {}, scope) as Record<string, unknown>,
        generatedName: generatedName(stack.stackName, logicalId),
        assets: stack.assets,
      });
      scope.resources.set(logicalId, provisioned);
    } catch (error) {
      const where = `${stack.stackName} / ${logicalId} (${resource.Type})`;
      if (error instanceof NotHonoured) throw new AssemblyRefused([`${where}: ${error.property}: ${error.message}`]);
      throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  return Object.fromEntries(stacks.map((stack) => [stack.stackName, resolveOutputs(stack, scopeOf(stack))]));
}

function refreshExports(scopes: ReadonlyMap<StackTemplate, Scope>, exports: Map<string, unknown>): void {
  for (const [stack, scope] of scopes) for (const [name, value] of exportsReady(stack, scope)) exports.set(name, value);
}

/** Exports whose resources are there already. */
function* exportsReady(stack: StackTemplate, scope: Scope): Generator<[string, unknown]> {
  for (const output of Object.values(stack.outputs)) {
    const name = output.Export?.Name;
    if (typeof name !== 'string' || scope.exports.has(name)) continue;
    if (output.Condition !== undefined && !evaluateCondition(output.Condition, scope)) continue;
    try {
      yield [name, resolveIntrinsics(output.Value, scope)];
    } catch {
      // Its resource comes later in the order; whoever imports it comes later still.
    }
  }
}

function resolveOutputs(stack: StackTemplate, scope: Scope): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stack.outputs)
      .filter(([, output]) => output.Condition === undefined || evaluateCondition(output.Condition, scope))
      .map(([name, output]) => [name, String(resolveIntrinsics(output.Value, scope))]),
  );
}

function pseudoParameters(
  stack: StackTemplate,
  { region, accountId }: { region: string; accountId: string },
): Record<string, string> {
  return {
    'AWS::Region': region,
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stack.stackName}/local`,
  };
}

/** As CloudFormation names what has no name, but the same at every start. */
function generatedName(stackName: string, logicalId: string): string {
  const suffix = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 12).toUpperCase();
  const readable = `${stackName}-${logicalId}`.slice(0, 50);
  return `${readable}-${suffix}`;
}
