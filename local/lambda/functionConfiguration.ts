/** A function as the template describes it, with its code on disk. */
export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  /** `nodejs24.x` */
  readonly runtime: string;
  readonly codeDirectory: string;
  /** `index.handler`: file without its extension, then the export. */
  readonly handler: string;
  readonly roleArn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly reservedConcurrency: number | undefined;
  readonly logGroup: string;
}
