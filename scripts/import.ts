import * as z from 'zod';
import { readCommandLine, runCommand } from './commandLine.ts';
import { accessToken, readPassword } from './registry/accessToken.ts';
import { importFile } from './registry/importFile.ts';
import { openRegistryApi, type RegistryApi } from './registry/registryApi.ts';
import { readRowsFile, writeReport } from './registry/rowsFile.ts';
import { awsTarget, localTarget } from './target.ts';

const usage = `
npm run import -- DEVICES --email EMAIL [--rooms ROOMS] [--application ID] [--mode upsert|create] [--local] [--stage STAGE]

Registers and changes devices and rooms from CSV or JSON files, 500 rows a request; rooms come first. A row changes what its
columns name and leaves the rest: an empty cell removes. Rows that are refused are written, each with its reason, beside their
file as FILE.refused.csv (or .json); mended, that file can be imported again. Asking twice does nothing twice.

  DEVICES           columns: deviceId, name, kind, deviceType, roomId, gatewayId, status, model, firmware, capabilities, format,
                    channels, metadata, configuration (the last of them, and capabilities and channels, as JSON), metadata.<name>
  --email EMAIL     who signs in; the password is FIELDLINE_PASSWORD, or is asked for
  --rooms ROOMS     columns: roomId, name, type, metadata, configuration, metadata.<name>
  --application ID  may be left out by a member of only one
  --mode MODE       create refuses what is there already (default upsert)
  --local           into the system that \`npm start\` runs; without it on AWS
  --stage STAGE     the stage on AWS (default dev)
`;

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: {
      email: { type: 'string' },
      rooms: { type: 'string' },
      application: { type: 'string' },
      mode: { type: 'string' },
      local: { type: 'boolean' },
      stage: { type: 'string' },
    },
    schema: z
      .object({
        arguments: z.array(z.string().min(1)).max(1, 'One file of devices is taken; rooms go with --rooms.'),
        email: z.string('is needed: who signs in').min(3),
        rooms: z.string().min(1).optional(),
        application: z.string().min(1).optional(),
        mode: z.enum(['create', 'upsert']).default('upsert'),
        local: z.boolean().default(false),
        stage: z.string().min(1).default('dev'),
      })
      .refine(({ arguments: [devices], rooms }) => devices !== undefined || rooms !== undefined, {
        path: ['arguments'],
        message: 'A file of devices, or --rooms, is needed.',
      }),
  });
  const target = flags.local ? await localTarget() : await awsTarget(flags.stage);
  const token = await accessToken(target, flags.email, await readPassword(flags.email));
  const api = openRegistryApi(target.output('Api', 'HttpUrl'), token);
  let refused = 0;
  if (flags.rooms !== undefined) refused += await importOne(api, 'rooms', flags.rooms, flags);
  const [devices] = flags.arguments;
  if (devices !== undefined) refused += await importOne(api, 'devices', devices, flags);
  return refused === 0 ? 0 : 1;
}

async function importOne(
  api: RegistryApi,
  what: 'devices' | 'rooms',
  path: string,
  { application, mode }: { application?: string | undefined; mode: 'create' | 'upsert' },
): Promise<number> {
  const file = await readRowsFile(path);
  const { refused, ...counts } = await importFile(api, file, { what, application, mode });
  console.log(
    `${what}: ${counts.created} created, ${counts.updated} updated, ${counts.unchanged} unchanged, ${refused.length} refused`,
  );
  if (refused.length > 0) {
    const report = `${path}.refused.${file.type === 'text/csv' ? 'csv' : 'json'}`;
    await writeReport(report, file.report(refused));
    for (const { row, reason } of refused.slice(0, 5)) console.log(`  row ${row.row}: ${reason}`);
    console.log(`  ${refused.length > 5 ? `and ${refused.length - 5} more: ` : ''}${report}`);
  }
  return refused.length;
}

await runCommand('import', main);
