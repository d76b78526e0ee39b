import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runRedocly } from './redocly.ts';

/** An API document as a page of its own, by Redoc: its scripts are inside it. */
export const documentPage = (document: object): Buffer =>
  runRedocly(document, ['build-docs', 'document.json', '--inlineBundle', '-o', 'page.html'], (folder) =>
    readFileSync(join(folder, 'page.html')),
  );
