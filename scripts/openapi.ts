import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { operations } from '../functions/operations.ts';
import { openApiDocument } from '../lib/openapi/document.ts';
import { runRedocly } from '../lib/openapi/redocly.ts';
import { noArguments, readCommandLine, runCommand } from './commandLine.ts';
import { clientTypes } from './openapi/clientTypes.ts';

const usage = `
npm run openapi

Writes what is generated from the operations that functions/ declare, and lints it: docs/openapi.json, and the types of the
typed client, client/schema.ts. A test fails while they are not up to date.
`;

async function main(): Promise<undefined> {
  readCommandLine({ usage, options: {}, schema: z.object({ arguments: noArguments }) });
  const document = openApiDocument(operations);
  console.log(runRedocly(document, ['lint', 'document.json'], (_folder, words) => words).trim());
  await writeFile('docs/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
  await writeFile('client/schema.ts', await clientTypes(document));
  console.log('Wrote docs/openapi.json and client/schema.ts');
}

await runCommand('openapi', main);
