import type { Plan, PlannedResource } from '../assembly/plan.ts';
import { AssemblyRefused, type Problem } from '../assembly/problem.ts';
import { NotHonoured } from './provider.ts';
import type { ResourceRegistry, WithoutEffect } from './registry.ts';

/** Refuses the plan as a whole when any resource of it can't be honoured. @throws AssemblyRefused with all of them. */
export function validatePlan(plan: Plan, registry: ResourceRegistry): WithoutEffect[] {
  const { problems, withoutEffect } = registry.validate(plan.resources);
  if (problems.length > 0) throw new AssemblyRefused(problems);
  return withoutEffect;
}

/**
 * Makes every resource, each after those it depends on. A value that a provider can't honour doesn't stop the others
 * from being looked at, so that one start tells all that is wrong.
 * @throws AssemblyRefused with all of them.
 */
export async function provisionPlan(
  plan: Plan,
  registry: ResourceRegistry,
  making: (resource: PlannedResource) => void = () => {},
): Promise<void> {
  const problems: Problem[] = [];
  const failed = new Set<string>();
  for (const resource of plan.resources) {
    const provider = registry.provider(resource.type);
    if (!provider) throw new Error(`${resource.type} was not validated.`);
    if (resource.dependsOn.some((id) => failed.has(id))) {
      failed.add(resource.id);
      continue;
    }
    making(resource);
    try {
      plan.made(resource, await provider.provision(resource.resolve()));
    } catch (error) {
      failed.add(resource.id);
      problems.push(...problemsOf(error, resource));
    }
  }
  if (problems.length > 0) throw new AssemblyRefused(problems);
}

function problemsOf(error: unknown, resource: PlannedResource): readonly Problem[] {
  const { stackName: stack, logicalId, type } = resource;
  if (error instanceof AssemblyRefused) return error.problems;
  if (error instanceof NotHonoured) return [{ stack, logicalId, type, property: error.property, reason: error.message }];
  throw new Error(`${stack} / ${logicalId} (${type}) could not be made: ${(error as Error).message}`, { cause: error });
}
