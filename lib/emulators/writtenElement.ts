import {
  type CfnElement,
  DefaultTokenResolver,
  type IFragmentConcatenator,
  type IPostProcessor,
  type IResolvable,
  type IResolveContext,
  Reference,
  Token,
  Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** An element of a template as the CDK will write it. */
interface WrittenElement {
  // biome-ignore lint/suspicious/noExplicitAny: what CloudFormation takes
  readonly template: any;
  /** Constructs whose attributes it uses, in other stacks too. */
  readonly uses: ReadonlySet<IConstruct>;
  /** Logical ids of its own stack that it names past the CDK: by `Fn.ref('Id')`, an override, an included template. */
  readonly names: ReadonlySet<string>;
}

export function writeElement(element: CfnElement): WrittenElement {
  const uses = new Set<IConstruct>();
  const template = resolve(element, element._toCloudFormation(), joinIntrinsics, ({ target }) => {
    uses.add(target);
    // A path in brackets is no logical id.
    return { Ref: `<${target.node.path}>` };
  });
  return { template, uses, names: new Set(namedIn(template)) };
}

/** The constructs that a value refers to. */
export function usesOf(scope: IConstruct, value: unknown): Set<IConstruct> {
  const uses = new Set<IConstruct>();
  resolve(scope, value, joinIntrinsics, ({ target }) => {
    uses.add(target);
    return '';
  });
  return uses;
}

/** A value with all resolved but its references, which stay tokens, for only the synthesis knows how a stack sees another's. */
// biome-ignore lint/suspicious/noExplicitAny: properties of any resource
export const resolveAllButReferences = (scope: IConstruct, value: unknown): any =>
  resolve(scope, value, joinTokens, (reference) => reference);

function resolve(
  scope: IConstruct,
  value: unknown,
  concat: IFragmentConcatenator,
  read: (reference: Reference) => unknown,
): unknown {
  return Tokenization.resolve(value, { scope, resolver: new ReferenceReader(concat, read), preparing: true });
}

/** Resolves as the CDK does, and asks what to put where a reference is. */
class ReferenceReader extends DefaultTokenResolver {
  readonly #read: (reference: Reference) => unknown;

  constructor(concat: IFragmentConcatenator, read: (reference: Reference) => unknown) {
    super(concat);
    this.#read = read;
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    return Reference.isReference(token) ? this.#read(token) : super.resolveToken(token, context, postProcessor);
  }
}

const joinIntrinsics: IFragmentConcatenator = {
  join: (left: unknown, right: unknown) => ({ 'Fn::Join': ['', [left ?? '', right ?? '']] }),
};
const joinTokens: IFragmentConcatenator = {
  join: (left: unknown, right: unknown) => `${Token.asString(left ?? '')}${Token.asString(right ?? '')}`,
};

function* namedIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    if (key === 'Ref' && typeof part === 'string') yield part;
    else if (key === 'DependsOn') yield* [part].flat();
    else if (key === 'Fn::GetAtt') yield String(Array.isArray(part) ? part[0] : part).split('.')[0] ?? '';
    else if (key === 'Fn::Sub')
      for (const [, id = ''] of String([part].flat()[0]).matchAll(/\$\{([\w]+)[.}]/g)) yield id;
    if (key !== 'DependsOn') yield* namedIn(part);
  }
}
