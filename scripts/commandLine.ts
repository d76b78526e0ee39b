import { type ParseArgsConfig, parseArgs } from 'node:util';
import * as z from 'zod';

/** A wrong flag or argument: the message is for the person at the terminal, without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a person can act on (nothing runs, no credentials, a taken port): shown without a stack trace. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
}

interface CommandLine<Schema extends z.ZodType> {
  /** Everything that `--help` prints. */
  readonly usage: string;
  /** Names, and whether they take a value; all are long options. `help` is added. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Checks and converts the flags, keyed by their camelCase names; positional arguments come as `arguments`. */
  readonly schema: Schema;
  readonly argv?: readonly string[];
}

const camelCase = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const kebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Reads the command line. `--help` prints the usage and exits 0.
 * @throws UsageError naming each flag that is unknown or wrong.
 */
export function readCommandLine<Schema extends z.ZodType>(command: CommandLine<Schema>): z.output<Schema> {
  const parsed = parse(command);
  if (parsed.values['help'] === true) {
    console.log(command.usage.trim());
    process.exit(0);
  }
  const flags = Object.fromEntries(Object.entries(parsed.values).map(([name, value]) => [camelCase(name), value]));
  const checked = command.schema.safeParse({ ...flags, arguments: parsed.positionals });
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? '');
    return name === 'arguments' ? issue.message : `--${kebabCase(name)}: ${issue.message}`;
  });
  throw new UsageError(problems.join('\n'));
}

function parse({ options, argv }: Pick<CommandLine<z.ZodType>, 'options' | 'argv'>) {
  try {
    return parseArgs({
      args: [...(argv ?? process.argv.slice(2))],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A flag that takes a whole number in a range. */
export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number between ${min} and ${max}`);

/** A flag that takes a number in a range, the lower end excluded. */
export const positiveNumber = (max: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number')
    .transform(Number)
    .refine((value) => value > 0 && value <= max, `must be above 0 and at most ${max}`);

/** For commands that take no positional arguments. */
export const noArguments = z
  .array(z.string())
  .max(0, { error: (issue) => `Not understood: ${(issue.input as string[]).join(' ')}` });

/** Runs a command's main function; its failure becomes a message and an exit code (2 for wrong usage, else 1). */
export async function runCommand(name: string, main: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    if (error instanceof UsageError)
      console.error(`${error.message}\n\n\`npm run ${name} -- --help\` lists what there is.`);
    else if (error instanceof PlainError) console.error(error.message);
    else console.error(error);
  }
  // What is written to a pipe goes there piece by piece, and would be cut off.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  // The device SDK's native threads keep a process alive long after its clients are closed.
  process.exit();
}
