import { CfnElement, CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { trimPolicies } from './policyStatements.ts';
import type { Emulator } from './profiles.ts';
import { writeElement } from './writtenElement.ts';

/** A part of a template that an emulator does not get. */
export interface LeftOut {
  /** Name of the stack. */
  readonly stack: string;
  readonly logicalId: string;
  /** CloudFormation type, or `Output`. */
  readonly type: string;
}

/**
 * Leaves out of an app's templates what an emulator refuses, with all that falls away by it: dependencies on it, outputs that tell
 * of it, what policies allow on it, the permissions to be called by it. All else is written as always: the constructs stay where
 * they are, only their resources are not synthesized.
 * @returns what was left out, in the order of the app
 * @throws Error naming all that remains and refers to what was left out
 */
export function leaveOut(app: IConstruct, { refuses }: Pick<Emulator, 'refuses'>): LeftOut[] {
  const elements = app.node.findAll().filter((construct) => CfnElement.isCfnElement(construct));
  const leftOut = new Set<IConstruct>(elements.filter((element) => isRefused(element, refuses)));
  for (let before = -1; before < leftOut.size; ) {
    before = leftOut.size;
    for (const element of elements) if (!leftOut.has(element) && fallsAway(element, leftOut)) leftOut.add(element);
  }
  const gone = elements.filter((element) => leftOut.has(element));
  const told = gone.map((element) => ({
    stack: Stack.of(element).stackName,
    logicalId: idOf(element),
    type: typeOf(element),
  }));
  for (const element of gone) {
    if (CfnResource.isCfnResource(element)) Object.defineProperty(element, 'shouldSynthesize', { value: () => false });
    else element.node.scope?.node.tryRemoveChild(element.node.id);
  }
  const dangling = elements
    .filter((element) => !leftOut.has(element))
    .flatMap((element) => danglingFrom(element, gone));
  if (dangling.length > 0)
    throw new Error(`The templates for this emulator would not hold together:\n${dangling.join('\n')}`);
  return told;
}

function isRefused(element: CfnElement, refuses: Emulator['refuses']): boolean {
  if (!CfnResource.isCfnResource(element)) return false;
  const { cfnResourceType } = element;
  return refuses.some(
    ({ type, whenSet }) =>
      (type.endsWith('*') ? cfnResourceType.startsWith(type.slice(0, -1)) : cfnResourceType === type) &&
      (whenSet === undefined || propertiesOf(element)[whenSet] !== undefined),
  );
}

/** What tells of, or permits, nothing but what is left out. Policies that are more than that are trimmed. */
function fallsAway(element: CfnElement, leftOut: ReadonlySet<IConstruct>): boolean {
  if (![...writeElement(element).uses].some((used) => leftOut.has(used))) return false;
  if (!CfnResource.isCfnResource(element)) return element instanceof CfnOutput;
  return (
    element.cfnResourceType === 'AWS::Lambda::Permission' ||
    !trimPolicies(element, (construct) => leftOut.has(construct))
  );
}

function danglingFrom(element: CfnElement, gone: readonly CfnElement[]): string[] {
  const { uses, names } = writeElement(element);
  return gone
    .filter((other) => uses.has(other) || (other.stack === element.stack && names.has(idOf(other))))
    .map(
      (other) =>
        `  ${place(element)} refers to ${place(other)}, which is left out. Leave the first out too (lib/emulators/profiles.ts), or let it do without.`,
    );
}

// biome-ignore lint/suspicious/noExplicitAny: properties of any resource
const propertiesOf = (resource: CfnResource): any =>
  writeElement(resource).template.Resources?.[idOf(resource)]?.Properties ?? {};
const idOf = (element: CfnElement): string => element.stack.resolve(element.logicalId);
const typeOf = (element: CfnElement) => (CfnResource.isCfnResource(element) ? element.cfnResourceType : 'Output');
const place = (element: CfnElement) => `${Stack.of(element).stackName} / ${idOf(element)} (${typeOf(element)})`;
