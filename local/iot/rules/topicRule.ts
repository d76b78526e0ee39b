/** An action as the AWS IoT API has it: one key, its kind, with its settings (AWS: "AWS IoT rule actions"). */
export type RuleAction = Readonly<Record<string, unknown>>;

export interface TopicRule {
  readonly name: string;
  readonly arn: string;
  /** Version 2016-03-23. */
  readonly sql: string;
  readonly enabled: boolean;
  readonly actions: readonly RuleAction[];
  readonly errorAction: RuleAction | undefined;
}

/** A rule that can't be honoured; `path` leads to what it names, in the API's spelling. */
export class RuleRefused extends Error {
  readonly path: readonly string[];

  constructor(path: readonly string[], reason: string) {
    super(reason);
    this.name = 'RuleRefused';
    this.path = path;
  }
}
