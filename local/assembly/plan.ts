import type { Provisioned, ResolvedResource } from '../resources/provider.ts';
import { generateName } from './generatedName.ts';
import { IntrinsicError, resolve, type Scope } from './intrinsics.ts';
import { AssemblyRefused, type Problem } from './problem.ts';
import { createScopes, type Pseudo, type ResourceAnswers } from './scope.ts';
import { isRecord, type Stack, type TemplateResource } from './template.ts';

/** A resource that will be made, in its place in the order. */
export interface PlannedResource {
  readonly id: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** Properties with placeholders where a resource's name will be: enough to see which properties there are. */
  readonly preview: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly string[];
  /** Once all that it depends on is made. */
  resolve(): ResolvedResource;
}

export interface Plan {
  /** Each after all that it depends on; the same at every start. */
  readonly resources: readonly PlannedResource[];
  made(resource: PlannedResource, provisioned: Provisioned): void;
  /** Stack → output → value, once all is made. */
  outputs(): Record<string, Record<string, string>>;
}

/**
 * Works out which resources the stacks have, what they depend on (across stacks too) and in which order to make them.
 * @throws AssemblyRefused naming each reference or intrinsic function that can't be resolved, or the cycle.
 */
export function planAssembly(stacks: readonly Stack[], pseudo: Pseudo): Plan {
  const answers = new Map<string, Provisioned>();
  const problems: Problem[] = [];
  let references = new Set<string>();

  const preview: ResourceAnswers = {
    preview: true,
    ref(stack, logicalId) {
      references.add(idOf(stack, logicalId));
      return `<${stack}.${logicalId}>`;
    },
    getAtt(stack, logicalId, attribute) {
      references.add(idOf(stack, logicalId));
      return `<${stack}.${logicalId}.${attribute}>`;
    },
  };
  const real: ResourceAnswers = {
    preview: false,
    ref: (stack, logicalId) => answerOf(stack, logicalId).ref,
    getAtt(stack, logicalId, attribute) {
      const value = answerOf(stack, logicalId).attributes[attribute];
      if (value === undefined) throw new IntrinsicError('', `${logicalId} has no attribute ${attribute} here`);
      return value;
    },
  };
  const answerOf = (stack: string, logicalId: string) => {
    const answer = answers.get(idOf(stack, logicalId));
    if (!answer) throw new IntrinsicError('', `${logicalId} of ${stack} is not made yet`);
    return answer;
  };

  const previewScopes = createScopes(stacks, pseudo, preview);
  const scopes = createScopes(stacks, pseudo, real);

  const planned = new Map<string, PlannedResource>();
  for (const stack of stacks) {
    for (const [logicalId, resource] of Object.entries(stack.template.Resources ?? {})) {
      references = new Set(dependencies(resource).map((name) => idOf(stack.name, name)));
      const place = { stack: stack.name, logicalId, type: resource.Type };
      noting(problems, place, () => {
        const previewScope = scopeOf(previewScopes, stack.name);
        if (resource.Condition && !previewScope.condition(resource.Condition)) return;
        const properties = resolve(resource.Properties ?? {}, previewScope);
        planned.set(idOf(stack.name, logicalId), {
          id: idOf(stack.name, logicalId),
          stackName: stack.name,
          logicalId,
          type: resource.Type,
          preview: isRecord(properties) ? properties : {},
          dependsOn: [...references],
          resolve: () => resolveResource(stack.name, logicalId, resource, scopeOf(scopes, stack.name)),
        });
      });
    }
    for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
      noting(problems, { stack: stack.name, property: `Outputs.${name}` }, () => {
        const scope = scopeOf(previewScopes, stack.name);
        if (!output.Condition || scope.condition(output.Condition)) resolve(output.Value, scope);
      });
    }
  }
  if (problems.length > 0) throw new AssemblyRefused(problems);

  return {
    resources: inOrder(planned),
    made: (resource, provisioned) => void answers.set(resource.id, provisioned),
    outputs: () => Object.fromEntries(stacks.map((stack) => [stack.name, outputsOf(stack, scopeOf(scopes, stack.name))])),
  };
}

function resolveResource(
  stackName: string,
  logicalId: string,
  resource: TemplateResource,
  scope: Scope,
): ResolvedResource {
  try {
    const properties = resolve(resource.Properties ?? {}, scope);
    return {
      stackName,
      logicalId,
      type: resource.Type,
      properties: isRecord(properties) ? properties : {},
      generatedName: generateName(stackName, logicalId),
    };
  } catch (error) {
    if (!(error instanceof IntrinsicError)) throw error;
    const { path: property, message: reason } = error;
    throw new AssemblyRefused([{ stack: stackName, logicalId, type: resource.Type, property, reason }]);
  }
}

function outputsOf({ template }: Stack, scope: Scope): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, output] of Object.entries(template.Outputs ?? {})) {
    if (output.Condition && !scope.condition(output.Condition)) continue;
    outputs[name] = String(resolve(output.Value, scope));
  }
  return outputs;
}

/** Depth first in the template's order, so that the order is the same at every start. */
function inOrder(planned: ReadonlyMap<string, PlannedResource>): PlannedResource[] {
  const ordered: PlannedResource[] = [];
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]) => {
    const resource = planned.get(id);
    // A resource whose condition is false may still be named in DependsOn.
    if (!resource || done.has(id)) return;
    const { stackName: stack, logicalId, type } = resource;
    if (trail.includes(id)) {
      const cycle = [...trail.slice(trail.indexOf(id)), id].join(' → ');
      throw new AssemblyRefused([{ stack, logicalId, type, reason: `the resources depend on each other: ${cycle}` }]);
    }
    for (const dependency of resource.dependsOn) visit(dependency, [...trail, id]);
    done.add(id);
    ordered.push(resource);
  };
  for (const id of planned.keys()) visit(id, []);
  return ordered;
}

function dependencies({ DependsOn }: TemplateResource): readonly string[] {
  return typeof DependsOn === 'string' ? [DependsOn] : (DependsOn ?? []);
}

function noting(problems: Problem[], place: Omit<Problem, 'reason'>, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof IntrinsicError)) throw error;
    const property = [place.property, error.path].filter(Boolean).join('.');
    problems.push({ ...place, property, reason: error.message });
  }
}

function scopeOf(scopes: ReadonlyMap<string, Scope>, stack: string): Scope {
  const scope = scopes.get(stack);
  if (!scope) throw new Error(`There is no stack ${stack}.`);
  return scope;
}

function idOf(stack: string, logicalId: string): string {
  return `${stack}/${logicalId}`;
}
