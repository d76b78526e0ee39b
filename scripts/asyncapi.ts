import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { channels } from '../functions/asyncChannels.ts';
import { asyncApiDocument } from '../lib/asyncapi/document.ts';
import { runRedocly } from '../lib/openapi/redocly.ts';
import { noArguments, readCommandLine, runCommand } from './commandLine.ts';

const usage = `
npm run asyncapi

Writes docs/asyncapi.json, the description of every MQTT topic and WebSocket message that functions/ declare, and lints it. A test
fails while it is not up to date.
`;

async function main(): Promise<undefined> {
  readCommandLine({ usage, options: {}, schema: z.object({ arguments: noArguments }) });
  const document = asyncApiDocument(channels);
  console.log(runRedocly(document, ['lint', 'document.json'], (_folder, words) => words).trim());
  await writeFile('docs/asyncapi.json', `${JSON.stringify(document, null, 2)}\n`);
  console.log('Wrote docs/asyncapi.json');
}

await runCommand('asyncapi', main);
