import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { disposableStages } from '../lib/config.ts';
import type { LeftOut } from '../lib/emulators/leaveOut.ts';
import { emulatorNames, emulators } from '../lib/emulators/profiles.ts';
import { leftOutFile, listOf } from '../lib/emulators/synthesizeFor.ts';
import { runCdk } from './cdk.ts';
import { noArguments, PlainError, readCommandLine, runCommand } from './commandLine.ts';
import { emulatorEnvironment, isBootstrapped, whoAmI } from './emulator/endpoint.ts';

const usage = `
npm run deploy:localstack -- [--emulator NAME] [--stage STAGE] [-c KEY=VALUE …]

Deploys the stacks by the CDK's command line to the emulator of AWS at AWS_ENDPOINT_URL (AWS_ENDPOINT_URL_S3 for S3 where it differs),
bootstraps it first where needed, and tells what was left out there and what does not work.

  --emulator NAME   which resource types it refuses, so that they are left out (default localstack-ultimate):
${emulatorNames.map((name) => `                      ${name.padEnd(21)}${emulators[name].title}`).join('\n')}
  --stage STAGE     ${disposableStages.join(', ')} (default dev): an emulator protects no stack from its end
  -c KEY=VALUE      more context, as to \`cdk deploy\`; may be repeated

Without credentials in the environment it takes test/test, and without a region us-east-1.
`;

async function main(): Promise<number> {
  const { emulator, stage, context } = readCommandLine({
    usage,
    options: {
      emulator: { type: 'string' },
      stage: { type: 'string' },
      context: { type: 'string', short: 'c', multiple: true },
    },
    schema: z.object({
      arguments: noArguments,
      emulator: z
        .enum(emulatorNames, { error: `must be one of ${emulatorNames.join(', ')}` })
        .default('localstack-ultimate'),
      stage: z.enum(disposableStages, { error: `must be one of ${disposableStages.join(', ')}` }).default('dev'),
      context: z.array(z.string().regex(/^[^=]+=/, 'must be as in key=value')).default([]),
    }),
  });
  const { url, added } = emulatorEnvironment(process.env);
  Object.assign(process.env, added);
  const { account, region } = await whoAmI(url);
  const { title, limits } = emulators[emulator];
  console.log(`${title} at ${url}: account ${account}, region ${region}\n`);

  if (!(await isBootstrapped(url))) {
    console.log('It is not bootstrapped for the CDK yet:');
    // What it bootstraps is named: it need not synthesize the app to find that out.
    if ((await runCdk(['bootstrap', `aws://${account}/${region}`, '--app', '', '--no-notices'])) !== 0)
      throw new PlainError('The CDK could not bootstrap it: the lines above say why.');
  }

  const assembly = join('.fieldline', 'emulators', emulator);
  const outputs = join(assembly, 'outputs.json');
  const settings = [`emulator=${emulator}`, `stage=${stage}`, ...context].flatMap((setting) => ['-c', setting]);
  const code = await runCdk([
    ...['deploy', '--all', '--require-approval', 'never', '--no-notices'],
    ...['--output', assembly, '--outputs-file', outputs, ...settings],
  ]);
  if (code !== 0)
    throw new PlainError(
      `The CDK did not come to an end: the lines above say why.
Where the emulator refuses a resource type, choose its profile with --emulator, or add the type to it in lib/emulators/profiles.ts.`,
    );
  const leftOut = JSON.parse(await readFile(join(assembly, leftOutFile), 'utf8')) as LeftOut[];
  const stacks = JSON.parse(await readFile(outputs, 'utf8')) as Record<string, Record<string, string>>;
  console.log(
    [
      '',
      'Outputs:',
      ...Object.entries(stacks).flatMap(([stack, values]) =>
        Object.entries(values)
          .filter(([name]) => !name.startsWith('ExportsOutput'))
          .map(([name, value]) => `  ${stack}.${name} = ${value}`),
      ),
      '',
      `Left out, because ${title} refuses it:`,
      listOf(leftOut),
      '',
      'Deployed, and otherwise than on AWS:',
      ...limits.map((limit) => `  ${limit}`),
    ].join('\n'),
  );
  return 0;
}

await runCommand('deploy:localstack', main);
