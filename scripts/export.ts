import { open } from 'node:fs/promises';
import * as z from 'zod';
import { readCommandLine, runCommand } from './commandLine.ts';
import { accessToken, readPassword } from './registry/accessToken.ts';
import { exportRows } from './registry/exportRows.ts';
import { openRegistryApi } from './registry/registryApi.ts';
import { awsTarget, localTarget } from './target.ts';

const usage = `
npm run export -- devices|rooms --email EMAIL [--out FILE] [--format csv|json] [--application ID] [--local] [--stage STAGE]

Writes all devices or rooms of an application as \`npm run import\` reads them.

  --email EMAIL     who signs in; the password is FIELDLINE_PASSWORD, or is asked for
  --out FILE        default: the terminal
  --format FORMAT   csv (default) or json
  --application ID  may be left out by a member of only one
  --local           of the system that \`npm start\` runs; without it on AWS
  --stage STAGE     the stage on AWS (default dev)
`;

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: {
      email: { type: 'string' },
      out: { type: 'string' },
      format: { type: 'string' },
      application: { type: 'string' },
      local: { type: 'boolean' },
      stage: { type: 'string' },
    },
    schema: z.object({
      arguments: z.tuple([z.enum(['devices', 'rooms'])], 'Say what: devices or rooms.'),
      email: z.string('is needed: who signs in').min(3),
      out: z.string().min(1).optional(),
      format: z.enum(['csv', 'json']).default('csv'),
      application: z.string().min(1).optional(),
      local: z.boolean().default(false),
      stage: z.string().min(1).default('dev'),
    }),
  });
  const target = flags.local ? await localTarget() : await awsTarget(flags.stage);
  const token = await accessToken(target, flags.email, await readPassword(flags.email));
  const api = openRegistryApi(target.output('Api', 'HttpUrl'), token);
  const [what] = flags.arguments;
  const file = flags.out === undefined ? undefined : await open(flags.out, 'w');
  try {
    for await (const text of exportRows(api, { what, format: flags.format, application: flags.application })) {
      if (file === undefined) process.stdout.write(text);
      else await file.write(text);
    }
  } finally {
    await file?.close();
  }
  return 0;
}

await runCommand('export', main);
