import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Answer } from './answer.ts';

const web = join(import.meta.dirname, '../../web');

/** The page's files by path, built in memory. */
export async function buildPage(): Promise<ReadonlyMap<string, Answer>> {
  const [{ outputFiles }, html, icon] = await Promise.all([
    build({
      entryPoints: [join(web, 'main.ts'), join(web, 'style.css')],
      outdir: web,
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      logLevel: 'silent',
    }),
    readFile(join(web, 'index.html')),
    readFile(join(web, 'favicon.svg')),
  ]);
  const built = (name: string, type: string): Answer => {
    const file = outputFiles.find(({ path }) => basename(path) === name);
    if (file === undefined) throw new Error(`esbuild made no ${name}.`);
    return { status: 200, type, body: file.contents };
  };
  return new Map<string, Answer>([
    ['/', { status: 200, type: 'text/html; charset=utf-8', body: html }],
    ['/main.js', built('main.js', 'text/javascript; charset=utf-8')],
    ['/style.css', built('style.css', 'text/css; charset=utf-8')],
    ['/favicon.svg', { status: 200, type: 'image/svg+xml', body: icon }],
  ]);
}
