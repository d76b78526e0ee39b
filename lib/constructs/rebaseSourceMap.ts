import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import * as z from 'zod';

const project = join(import.meta.dirname, '..', '..');

/**
 * Command that names the sources of a map from the project's folder on. esbuild names them from the map's, which would put
 * the folder of the synthesis into the asset, and thus into its hash.
 */
export function rebaseSourceMap(map: string): string {
  return [process.execPath, import.meta.filename, map].map((part) => `"${part}"`).join(' ');
}

if (import.meta.main) {
  const file = z.string().parse(process.argv[2]);
  const map = z.looseObject({ sources: z.array(z.string()) }).parse(JSON.parse(readFileSync(file, 'utf8')));
  const fromProject = (source: string) =>
    relative(project, resolve(dirname(file), source))
      .split(sep)
      .join('/');
  writeFileSync(file, JSON.stringify({ ...map, sources: map.sources.map(fromProject) }));
}
