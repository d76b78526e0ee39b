import type { StackTemplate } from './assembly.ts';
import { references } from './intrinsics.ts';

export interface OrderedResource {
  readonly stack: StackTemplate;
  readonly logicalId: string;
}

/**
 * Orders the resources of all stacks so that each comes after what it refers to, in its stack or through exports.
 * @throws Error naming the resources of a cycle.
 */
export function orderResources(stacks: readonly StackTemplate[]): OrderedResource[] {
  const exporters = exportsByName(stacks);
  const ordered: OrderedResource[] = [];
  const state = new Map<string, 'visiting' | 'done'>();

  const visit = (stack: StackTemplate, logicalId: string, path: readonly string[]): void => {
    const key = `${stack.stackName}/${logicalId}`;
    if (state.get(key) === 'done') return;
    if (state.get(key) === 'visiting') throw new Error(`Resources depend on each other: ${[...path, key].join(' → ')}.`);
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
      if (typeof output.Export?.Name === 'string') exporters.set(output.Export.Name, { stack, value: output.Value });
    }
  }
  return exporters;
}

function needs(stack: StackTemplate, logicalId: string, exporters: Exporters): Array<[StackTemplate, string]> {
  const resource = stack.resources[logicalId];
  const { logicalIds, imports } = references(resource?.Properties, stack);
  const dependsOn = typeof resource?.DependsOn === 'string' ? [resource.DependsOn] : (resource?.DependsOn ?? []);
  const needed: Array<[StackTemplate, string]> = [...logicalIds, ...dependsOn].map((id) => [stack, id]);
  for (const name of imports) {
    const exporter = exporters.get(String(name));
    if (!exporter) throw new Error(`${stack.stackName}/${logicalId} imports '${String(name)}', which no stack exports.`);
    for (const id of references(exporter.value, exporter.stack).logicalIds) needed.push([exporter.stack, id]);
  }
  return needed;
}
