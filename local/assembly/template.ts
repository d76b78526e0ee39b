/** A CloudFormation template as far as the local cloud reads it (AWS page "Template anatomy"). */
export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Rules?: Readonly<Record<string, unknown>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string | number;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** One stack of the assembly. */
export interface Stack {
  readonly name: string;
  readonly template: Template;
  /** Values that the assembly itself gives to the template's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Object key in the bootstrap bucket → the folder or file of the asset. */
  readonly assets: ReadonlyMap<string, string>;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
