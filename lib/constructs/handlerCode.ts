import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const project = join(import.meta.dirname, '..', '..');
const functionsFolder = join(project, 'functions');

/** Files beside a function's code, made when it is bundled. */
export type HandlerFiles = Readonly<Record<string, () => string | Uint8Array>>;

/**
 * The code of a function, bundled by esbuild in this process: the CDK's own NodejsFunction starts a package runner for each,
 * which takes a second every time.
 * @param entry handler file below functions/, as in `telemetry/ingest`
 * @param files what lies beside the code, by name
 */
export function handlerCode(entry: string, files: HandlerFiles = {}): Code {
  // Its own folder alone: where nothing is bundled, as in tests of the templates, the CDK reads and copies what it is given.
  return Code.fromAsset(join(functionsFolder, dirname(entry)), {
    // The same code is the same asset, whatever else lies in the folder.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type; a local bundling that does its work leaves it alone.
      image: DockerImage.fromRegistry('public.ecr.aws/lambda/nodejs:24'),
      // Never run: it tells the functions apart for the CDK, which stages the same folder with the same options once.
      command: [entry],
      local: {
        tryBundle(folder) {
          bundle(entry, folder);
          for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content());
          return true;
        },
      },
    },
  });
}

/** What is bundled of each handler, by the entry's name: files' names and contents. */
let bundles: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;

/** @throws Error with esbuild's message when it doesn't build. */
function bundle(entry: string, folder: string): void {
  bundles ??= bundleAll();
  const files = bundles.get(entry);
  if (files === undefined) throw new Error(`There is no functions/${entry}.handler.ts.`);
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

/** All handlers at once: esbuild reads what they share, the SDK above all, once for all of them. Each is a bundle of its own. */
function bundleAll(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const ending = '.handler.ts';
  const handlers = readdirSync(functionsFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => path.slice(0, -ending.length).split(sep).join('/'))
    .sort();
  // Nothing is written there.
  const outdir = join(project, 'bundles');
  const { outputFiles } = buildSync({
    entryPoints: handlers.map((entry) => ({ in: join(functionsFolder, `${entry}${ending}`), out: `${entry}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // All is bundled, the SDK too: what was tested is what runs, whatever the runtime ships.
    external: [],
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    // Some of the SDK's dependencies are CommonJS and call require.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const all = new Map(handlers.map((entry) => [entry, new Map<string, string>()]));
  for (const { path, text } of outputFiles) {
    const entry = relative(outdir, dirname(path)).split(sep).join('/');
    all.get(entry)?.set(basename(path), path.endsWith('.map') ? fromProject(text, dirname(path)) : text);
  }
  return all;
}

/** Names the sources from the project's folder on: esbuild names them from the map's, which would put the folder of the synthesis into the asset's hash. */
function fromProject(text: string, folder: string): string {
  const map: { sources: string[] } = JSON.parse(text);
  const sources = map.sources.map((source) => relative(project, resolve(folder, source)).split(sep).join('/'));
  return JSON.stringify({ ...map, sources });
}
