/** One thing in the assembly that the local cloud can't honour. */
export interface Problem {
  readonly stack: string;
  /** Undefined where it is the stack as a whole. */
  readonly logicalId?: string | undefined;
  readonly type?: string | undefined;
  /** Dotted path of the property, or the section of the template. */
  readonly property?: string | undefined;
  readonly reason: string;
}

/** `stack / logicalId (type): property — reason` */
export function describeProblem({ stack, logicalId, type, property, reason }: Problem): string {
  const resource = logicalId === undefined ? '' : ` / ${logicalId}`;
  const kind = type === undefined ? '' : ` (${type})`;
  const where = property === undefined || property === '' ? '' : ` ${property} —`;
  return `${stack}${resource}${kind}:${where} ${reason}`;
}

/** The assembly asks for what the local cloud can't honour; nothing was started. */
export class AssemblyRefused extends Error {
  readonly problems: readonly Problem[];
  /** For the process that was asked to start it. */
  readonly exitCode = 2;

  constructor(problems: readonly Problem[]) {
    const list = problems.map((problem) => `  ${describeProblem(problem)}`).join('\n');
    super(`The local cloud can't honour this assembly, so nothing was started:\n${list}`);
    this.name = 'AssemblyRefused';
    this.problems = problems;
  }
}
