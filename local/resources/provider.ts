/** A resource of the template with every intrinsic resolved. */
export interface ResolvedResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Name that CloudFormation would generate: `<stack>-<logicalId>-<suffix>`, the same at every start. */
  readonly generatedName: string;
  /** Assets of the stack: object key (`<hash>.zip`) → folder or file on disk. */
  readonly assets: ReadonlyMap<string, string>;
}

/** What `Ref` and `Fn::GetAtt` of the resource answer. */
export interface Provisioned {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Makes resources of one CloudFormation type real. `honoured` and `noEffect` name properties by dotted path, `*` for the
 * items of a list or the keys of a map (`AttributeDefinitions.*.AttributeName`); naming a path covers all below it. A
 * property in neither stops the start. `provision` is called at every start and must be idempotent: state that is there
 * already is kept and brought up to the template.
 */
export interface ResourceProvider {
  readonly type: string;
  readonly honoured: readonly string[];
  /** Path → why it changes nothing on one machine. */
  readonly noEffect: Readonly<Record<string, string>>;
  provision(resource: ResolvedResource): Provisioned | Promise<Provisioned>;
}

/** Thrown by a provider for a value that it can't honour; the host adds type, logical id and stack. */
export class NotHonoured extends Error {
  readonly property: string;

  constructor(property: string, reason: string) {
    super(reason);
    this.name = 'NotHonoured';
    this.property = property;
  }
}
