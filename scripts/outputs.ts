import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { PlainError } from './commandLine.ts';

/** What `.fieldline/outputs.json` says while the local system runs: where everything is. */
export const systemOutputs = z.object({
  mqtt: z.object({ host: z.string(), port: z.number(), caFile: z.string() }),
  http: z.object({ url: z.string() }),
  websocket: z.object({ url: z.string() }),
  /** Absent with `--no-dashboard`. */
  dashboard: z.object({ url: z.string() }).optional(),
  aws: z.object({
    endpointUrl: z.string(),
    region: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
  }),
  /** The developer's own, on this machine alone: an admin of the platform. */
  signIn: z.object({ email: z.string(), password: z.string() }),
  /** Stack → output → value, as `aws cloudformation describe-stacks` would tell. */
  stacks: z.record(z.string(), z.record(z.string(), z.string())),
});
export type SystemOutputs = z.infer<typeof systemOutputs>;

/** Where the outputs are: `FIELDLINE_OUTPUTS`, or the usual place. */
export const outputsFile = () => process.env['FIELDLINE_OUTPUTS'] ?? '.fieldline/outputs.json';

/** @throws PlainError when nothing runs. */
export async function readOutputs(file: string = outputsFile()): Promise<SystemOutputs> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new PlainError(`There is no ${file}: the local system is not running. \`npm start\` starts it.`);
  });
  return systemOutputs.parse(JSON.parse(text));
}

/** Whoever sees the file sees all of it: it is written beside its place and renamed. Mode 0600, for the key in it. */
export async function writeOutputs(file: string, outputs: SystemOutputs): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(outputs, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

export const removeOutputs = (file: string) => rm(file, { force: true });
