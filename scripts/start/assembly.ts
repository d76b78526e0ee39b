import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { PlainError } from '../commandLine.ts';

const root = join(import.meta.dirname, '../..');
/** All that the assembly is made of. */
const sources = ['bin', 'lib', 'functions', 'cdk.json', 'package-lock.json', 'tsconfig.json'];
/** Older ones may still be in use by another running instance. */
const assembliesKept = 4;

interface Assembly {
  readonly directory: string;
  /** False when the sources had not changed since an earlier start. */
  readonly built: boolean;
}

/**
 * Builds the functions and synthesizes the app, unless that was done before for the very same sources and context: assemblies
 * are kept by the hash of both.
 * @throws PlainError with the app's own words when it fails.
 */
export async function prepareAssembly(parent: string, context: Readonly<Record<string, string>>): Promise<Assembly> {
  const directory = join(parent, await hashSources(context));
  if (existsSync(join(directory, 'manifest.json'))) {
    await utimes(directory, new Date(), new Date());
    return { directory, built: false };
  }
  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(join(parent, '.draft-'));
  try {
    await synthesize(draft, { ...(await contextOfProject()), ...context });
    await rename(draft, directory).catch((error: NodeJS.ErrnoException) => {
      // Another start finished the same one first.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await removeOldAssemblies(parent);
  return { directory, built: true };
}

async function hashSources(context: Readonly<Record<string, string>>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(context));
  for (const source of sources) {
    for (const file of await listFiles(join(root, source))) {
      const content = await readFile(file);
      hash.update(`\n${relative(root, file)} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function listFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The CDK's command line passes the context of cdk.json on; without it the app is run by itself, seconds faster. */
async function contextOfProject(): Promise<Record<string, unknown>> {
  const cdkJson = z.object({ context: z.record(z.string(), z.unknown()).default({}) });
  return cdkJson.parse(JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'))).context;
}

async function synthesize(directory: string, context: Readonly<Record<string, unknown>>): Promise<void> {
  const app = spawn(process.execPath, [join(root, 'bin/fieldline.ts')], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // Half of the synthesis; `npm run check` and every deployment do it, and the local cloud refuses what it does not know.
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  app.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  app.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => app.on('error', reject).on('close', resolve));
  if (code !== 0) throw new PlainError(`The CDK app failed:\n${Buffer.concat(said).toString()}`);
}

async function removeOldAssemblies(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => !name.startsWith('.'));
  const used = await Promise.all(names.map(async (name) => ({ name, time: (await stat(join(parent, name))).mtimeMs })));
  const old = used.sort((one, other) => other.time - one.time).slice(assembliesKept);
  await Promise.all(old.map(({ name }) => rm(join(parent, name), { recursive: true, force: true })));
}
