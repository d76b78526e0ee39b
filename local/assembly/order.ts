import type { StackTemplate } from './assembly.ts';
import { references } from './intrinsics.ts';

export interface OrderedResource {
  readonly stack: StackTemplate;
  readonly logicalId: string;
}

/**
 * Orders the resources of all stacks so that each comes after what it refers to, in its stack or through exports.
 * @throws Error naming the resources of a cycle, or what a resource needs that isn't there.
 */
export function orderResources(stacks: readonly StackTemplate[]): OrderedResource[] {
  const exporters = exportsByName(stacks);
  const ordered: OrderedResource[] = [];
  const state = new Map<string, 'visiting' | 'done'>();

  const visit = (stack: StackTemplate, logicalId: string, path: readonly string[]): void => {
    const key = `${stack.stackName}/${logicalId}`;
    if (state.get(key) === 'done') return;
    if (state.get(key) === 'visiting') {
      throw new Error(`Resources depend on each other: ${[...path.slice(path.indexOf(key)), key].join(' → ')}.`);
    }
    state.set(key, 'visiting');
    for (const [needed, id] of needs(stack, logicalId, exporters)) visit(needed, id, [...path, key]);
    state.set(key, 'done');
    ordered.push({ stack, logicalId });
  };

  for (const stack of stacks) for (const logicalId of Object.keys(stack.resources)) visit(stack, logicalId, []);
  return ordered;
}

type Exporters = ReadonlyMap<string, { stack: StackTemplate; value: unknown }>;

function exportsByName(stacks: readonly StackTemplate[]): Exporters {
  const exporters = new Map<string, { stack: StackTemplate; value: unknown }>();
  for (const stack of stacks) {
    for (const output of Object.values(stack.outputs)) {
      if (!output.Export) continue;
      const { Name: name } = output.Export;
      if (typeof name !== 'string')
        throw new Error(
          `${stack.stackName}: an export named by an expression (${JSON.stringify(name)}) is not honoured.`,
        );
      exporters.set(name, { stack, value: output.Value });
    }
  }
  return exporters;
}

function needs(stack: StackTemplate, logicalId: string, exporters: Exporters): Array<[StackTemplate, string]> {
  const resource = stack.resources[logicalId];
  const { logicalIds, imports } = references(resource?.Properties, stack);
  const dependsOn = [resource?.DependsOn ?? []].flat();
  const missing = dependsOn.find((id) => !Object.hasOwn(stack.resources, id));
  if (missing !== undefined)
    throw new Error(`${stack.stackName}/${logicalId} depends on ${missing}, which is not in the template.`);
  const needed: Array<[StackTemplate, string]> = [...logicalIds, ...dependsOn].map((id) => [stack, id]);
  for (const name of imports) {
    const shown = typeof name === 'string' ? name : JSON.stringify(name);
    const exporter = exporters.get(shown);
    if (!exporter) throw new Error(`${stack.stackName}/${logicalId} imports '${shown}', which no stack exports.`);
    for (const id of references(exporter.value, exporter.stack).logicalIds) needed.push([exporter.stack, id]);
  }
  return needed;
}
